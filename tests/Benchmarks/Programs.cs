using System.Diagnostics;
using System.Text.Json;

namespace CarrierPay.Benchmarks;

/// <summary>Processes that a bench needs beside itself.</summary>
internal static class Programs
{
    /// <summary>This very program in another role, such as the peer of what is measured.</summary>
    public static Process StartOwn(params string[] arguments) => Start(Environment.ProcessPath!, [.. OwnAssembly(), .. arguments]);

    /// <summary>A program that answers our questions: its input and its output are ours.</summary>
    /// <param name="environment">Added to our own.</param>
    public static Process Start(string program, string[] arguments, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        return Process.Start(start)!;
    }

    /// <summary>Runs a program to its end and reads the JSON on the last line that it prints.</summary>
    public static async Task<T> ReadAsync<T>(string program, string[] arguments, params (string Name, string Value)[] environment)
    {
        using var process = Start(program, arguments, environment);
        var answer = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0
            ? JsonSerializer.Deserialize<T>(answer.TrimEnd().Split('\n')[^1], Figure.Json)!
            : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}.");
    }

    /// <summary>Nothing if the program has a launcher of its own; else the assembly that dotnet runs.</summary>
    private static string[] OwnAssembly() =>
        Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? [typeof(Programs).Assembly.Location] : [];
}
