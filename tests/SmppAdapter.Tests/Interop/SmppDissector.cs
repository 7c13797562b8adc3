using System.Globalization;
using CarrierPay.Wireshark;

namespace CarrierPay.SmppAdapter.Tests.Interop;

/// <summary>SMPP as Wireshark reads it.</summary>
internal static class SmppDissector
{
    /// <summary>A line a packet: the fields in order, separated by tabs; sequence numbers are decimal. <paramref name="port"/> is taken for SMPP without asking; check sums have to be right.</summary>
    public static async Task<IReadOnlyList<string>> ReadAsync(string capture, string[] fields, int port = 2775, string filter = "smpp") =>
        InDecimal(fields, await Tshark.ReadAsync(capture, fields, ["-o", "ip.check_checksum:True", "-o", "tcp.check_checksum:True", "-d", $"tcp.port=={port},smpp", "-Y", filter]));

    /// <summary>A line a PDU of ours, each on a connection of its own.</summary>
    public static async Task<IReadOnlyList<string>> ReadAsync(IEnumerable<byte[]> pdus, string[] fields) =>
        InDecimal(fields, await Tshark.ReadAsync(TcpCapture.Of(2775, pdus), fields, ["-d", "tcp.port==2775,smpp", "-Y", "smpp"]));

    /// <summary>Some versions print the sequence number in hexadecimal.</summary>
    private static IReadOnlyList<string> InDecimal(string[] fields, IReadOnlyList<string> lines)
    {
        var number = Array.IndexOf(fields, "smpp.sequence_number");
        return number < 0 ? lines : [.. lines.Select(line => InDecimal(line, number))];
    }

    private static string InDecimal(string line, int field)
    {
        var fields = line.Split('\t');
        fields[field] = string.Join(',', fields[field].Split(',').Select(number => number.StartsWith("0x", StringComparison.Ordinal)
            ? uint.Parse(number.AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture)
            : number));
        return string.Join('\t', fields);
    }
}
