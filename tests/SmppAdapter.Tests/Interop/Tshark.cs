using System.Diagnostics;
using System.Globalization;

namespace CarrierPay.SmppAdapter.Tests.Interop;

/// <summary>Debian's tshark, Wireshark on the command line. A test that needs it is skipped where it is not installed.</summary>
internal static class Tshark
{
    /// <summary>A line a packet: the fields in order, separated by tabs; sequence numbers are decimal. <paramref name="port"/> is taken for SMPP without asking.</summary>
    public static async Task<IReadOnlyList<string>> ReadAsync(string capture, string[] fields, int port = 2775, string filter = "smpp", bool checkSums = true)
    {
        var start = new ProcessStartInfo("tshark") { RedirectStandardOutput = true, RedirectStandardError = true };
        string[] arguments = ["-n", "-r", capture, "-o", $"ip.check_checksum:{checkSums}", "-o", $"tcp.check_checksum:{checkSums}", "-d", $"tcp.port=={port},smpp", "-Y", filter, "-T", "fields", .. fields.SelectMany(field => new[] { "-e", field })];
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }
        using var tshark = Start(start);
        var errors = tshark.StandardError.ReadToEndAsync();
        var lines = (await tshark.StandardOutput.ReadToEndAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        await tshark.WaitForExitAsync();
        Assert.That(tshark.ExitCode, Is.Zero, await errors);
        var number = Array.IndexOf(fields, "smpp.sequence_number");
        return [.. lines.Select(line => number < 0 ? line : InDecimal(line, number))];
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Ignore("tshark is not installed (Debian, Ubuntu: apt install tshark)");
            throw;
        }
    }

    /// <summary>Some versions print the sequence number in hexadecimal.</summary>
    private static string InDecimal(string line, int field)
    {
        var fields = line.Split('\t');
        fields[field] = string.Join(',', fields[field].Split(',').Select(number => number.StartsWith("0x", StringComparison.Ordinal)
            ? uint.Parse(number.AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture)
            : number));
        return string.Join('\t', fields);
    }
}
