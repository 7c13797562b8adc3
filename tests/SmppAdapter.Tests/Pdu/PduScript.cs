using System.Diagnostics;

namespace CarrierPay.SmppAdapter.Tests.Pdu;

/// <summary>Runs scripts/pdu as a stranger would.</summary>
internal static class PduScript
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(5);

    /// <summary>The lines that it answers to these lines.</summary>
    public static async Task<IReadOnlyList<string>> RunAsync(byte[] input, params string[] arguments)
    {
        using var script = Start(arguments);
        using var deadline = new CancellationTokenSource(Deadline);
        var output = script.StandardOutput.ReadToEndAsync(deadline.Token);
        var errors = script.StandardError.ReadToEndAsync(deadline.Token);
        await script.StandardInput.BaseStream.WriteAsync(input, deadline.Token);
        script.StandardInput.Close();
        await script.WaitForExitAsync(deadline.Token);
        Assert.That(script.ExitCode, Is.Zero, await errors);
        return (await output).TrimEnd('\n').Split('\n');
    }

    public static Process Start(params string[] arguments)
    {
        var start = new ProcessStartInfo(Path.Combine(Root(), "scripts", "pdu")) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }
        return Process.Start(start)!;
    }

    /// <summary>The folder of the repository.</summary>
    public static string Root()
    {
        var folder = TestContext.CurrentContext.TestDirectory;
        while (!File.Exists(Path.Combine(folder, "CarrierPay.sln")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The tests do not run below the repository.");
        }
        return folder;
    }
}
