using System.ComponentModel;
using System.Diagnostics;

namespace CarrierPay.Wireshark;

/// <summary>Debian's tshark, Wireshark on the command line: a judge of our octets. A test that needs it is skipped where it is not installed.</summary>
/// <remarks>Source that several test projects compile: they have nothing else in common.</remarks>
internal static class Tshark
{
    private static readonly string[] WithoutCheckSums = ["-o", "ip.check_checksum:False", "-o", "tcp.check_checksum:False"];

    /// <summary>A line a packet: the fields in order, separated by tabs.</summary>
    /// <param name="capture">Path of a pcap or pcapng file.</param>
    /// <param name="options">As tshark has them: <c>-Y</c> and a filter, <c>-d</c> and what a port is to be read as, <c>-o</c> and a preference.</param>
    public static async Task<IReadOnlyList<string>> ReadAsync(string capture, string[] fields, params string[] options)
    {
        using var tshark = Start(["-n", "-r", capture, .. options, "-T", "fields", .. fields.SelectMany(field => new[] { "-e", field })]);
        var errors = tshark.StandardError.ReadToEndAsync();
        var lines = (await tshark.StandardOutput.ReadToEndAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        await tshark.WaitForExitAsync();
        Assert.That(tshark.ExitCode, Is.Zero, await errors);
        return lines;
    }

    /// <inheritdoc cref="ReadAsync(string, string[], string[])"/>
    public static async Task<IReadOnlyList<string>> ReadAsync(TcpCapture capture, string[] fields, params string[] options)
    {
        var path = Path.Combine(TestContext.CurrentContext.WorkDirectory, $"{Guid.NewGuid():N}.pcap");
        await File.WriteAllBytesAsync(path, capture.ToArray());
        try
        {
            return await ReadAsync(path, fields, [.. WithoutCheckSums, .. options]);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static Process Start(string[] arguments)
    {
        try
        {
            return Process.Start(new ProcessStartInfo("tshark", arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        }
        catch (Win32Exception)
        {
            Assert.Ignore("tshark is not installed (Debian, Ubuntu: apt install tshark)");
            throw;
        }
    }
}
