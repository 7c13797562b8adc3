using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace CarrierPay.Engine.Tests.Protocols.Diameter;

/// <summary>Erlang/OTP's Diameter in a process of its own: a stack that we did not write.</summary>
internal sealed class ErlangJudge : IAsyncDisposable
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);
    private readonly Process _erl;
    private readonly string _folder;
    private readonly Task<string> _errors;

    private ErlangJudge(Process erl, string folder)
    {
        _erl = erl;
        _folder = folder;
        _errors = erl.StandardError.ReadToEndAsync();
    }

    /// <summary>Compiles erlang_peer.erl and starts one of its two sides. Ignores the test where Erlang or its Diameter is missing.</summary>
    public static async Task<ErlangJudge> StartAsync(string side, params string[] arguments)
    {
        if (await RunAsync("erl", "-noshell", "-eval", "halt(case code:lib_dir(diameter) of {error, _} -> 3; _ -> 0 end).") is not 0)
            Assert.Ignore("Erlang's Diameter is not installed (Debian, Ubuntu: apt install erlang-diameter)");
        var folder = Directory.CreateTempSubdirectory("erlang-").FullName;
        Assert.That(await RunAsync("erlc", "-o", folder, Path.Combine(Here(), "erlang_peer.erl")), Is.Zero);
        var start = Start("erl", ["-noshell", "-pa", folder, "-run", "erlang_peer", side, .. arguments]);
        // A crash dump would be left beside the tests.
        start.Environment["ERL_CRASH_DUMP_BYTES"] = "0";
        return new(Process.Start(start)!, folder);
    }

    /// <summary>The next line that it prints; fails the test if none comes.</summary>
    public async Task<string> ReadAsync()
    {
        using var deadline = new CancellationTokenSource(Longest);
        return await _erl.StandardOutput.ReadLineAsync(deadline.Token) ?? throw new InvalidOperationException($"Erlang ended: {await _errors}");
    }

    public async ValueTask DisposeAsync()
    {
        _erl.StandardInput.Close();
        using var deadline = new CancellationTokenSource(Longest);
        try
        {
            await _erl.WaitForExitAsync(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            _erl.Kill(entireProcessTree: true);
        }
        _erl.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static async Task<int?> RunAsync(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(Start(program, arguments))!;
            await process.WaitForExitAsync();
            return process.ExitCode;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    private static ProcessStartInfo Start(string program, string[] arguments) =>
        new(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };

    private static string Here([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
