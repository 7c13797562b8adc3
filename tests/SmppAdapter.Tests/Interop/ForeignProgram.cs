using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Reflection;

namespace CarrierPay.SmppAdapter.Tests.Interop;

/// <summary>A program that speaks SMPP with somebody else's library, run from a script of this assembly. It prints what it sees, line by line.</summary>
internal sealed class ForeignProgram : IAsyncDisposable
{
    private static readonly string? NodeModules = Environment.GetEnvironmentVariable("CARRIERPAY_NODE_MODULES");

    /// <summary>An interpreter takes its time to start on a machine that does much else.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    private readonly Process _process;
    private readonly Task<string> _errors;

    private ForeignProgram(Process process)
    {
        _process = process;
        _errors = process.StandardError.ReadToEndAsync();
    }

    /// <summary>With Debian's Net::SMPP. The test is skipped where it is not installed.</summary>
    public static async Task<ForeignProgram> PerlAsync(string script, int? port = null)
    {
        const string Missing = "Net::SMPP is not installed (Debian, Ubuntu: apt install libnet-smpp-perl)";
        using var probe = StartOrIgnore("perl", ["-MNet::SMPP", "-e", "1"], Missing);
        probe.StandardInput.Close();
        await probe.WaitForExitAsync().WaitAsync(Longest);
        if (probe.ExitCode != 0)
        {
            Assert.Ignore(Missing);
        }
        return await RunAsync("perl", script, port, Missing);
    }

    /// <summary>With node-smpp, npm's smpp. The test is skipped where nobody has installed it.</summary>
    public static async Task<ForeignProgram> NodeAsync(string script, int? port = null)
    {
        const string Missing = "node-smpp is not there: CARRIERPAY_NODE_MODULES is not set (scripts/test installs it where npm is)";
        if (string.IsNullOrEmpty(NodeModules))
        {
            Assert.Ignore(Missing);
        }
        return await RunAsync("node", script, port, Missing);
    }

    /// <summary>The next line that it prints. Fails, with what it said on its way out, if it has ended.</summary>
    public async Task<string> ReadLineAsync() => await _process.StandardOutput.ReadLineAsync().WaitAsync(Longest)
        ?? throw new InvalidOperationException($"The program has ended: {await _errors.WaitAsync(Longest)}");

    /// <summary>The first line of a server is its port.</summary>
    public async Task<int> ReadPortAsync() => int.Parse(await ReadLineAsync(), CultureInfo.InvariantCulture);

    /// <summary>All further lines, when it has ended as it should.</summary>
    public async Task<string[]> ReadToEndAsync()
    {
        var rest = await _process.StandardOutput.ReadToEndAsync().WaitAsync(Longest);
        await _process.WaitForExitAsync().WaitAsync(Longest);
        Assert.That(_process.ExitCode, Is.Zero, await _errors);
        return rest.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static async Task<ForeignProgram> RunAsync(string interpreter, string script, int? port, string missing)
    {
        var process = StartOrIgnore(interpreter, port is null ? ["-"] : ["-", port.Value.ToString(CultureInfo.InvariantCulture)], missing);
        await using var source = Assembly.GetExecutingAssembly().GetManifestResourceStream(script)!;
        await source.CopyToAsync(process.StandardInput.BaseStream);
        process.StandardInput.Close();
        return new ForeignProgram(process);
    }

    private static Process StartOrIgnore(string program, string[] arguments, string missing)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        if (NodeModules is not null)
        {
            start.Environment["NODE_PATH"] = NodeModules;
        }
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception)
        {
            Assert.Ignore(missing);
            throw;
        }
    }
}
