using System.Buffers.Binary;
using System.ComponentModel;
using System.Diagnostics;
using CarrierPay.Engine.Primitives;
using CarrierPay.Engine.Protocols.Iso8583.Messages;
using CarrierPay.Engine.Protocols.Iso8583.Wire;

namespace CarrierPay.Engine.Tests.Protocols.Iso8583;

/// <summary>Wireshark judges what the writer writes: Debian's tshark reads a capture of a whole conversation.</summary>
[TestFixture]
public sealed class WiresharkTests
{
    private static readonly DateTimeOffset At = new(2026, 11, 23, 16, 0, 5, TimeSpan.Zero);

    /// <summary>Its dissector knows no header, no EBCDIC and no edition but 1987. It takes numbers as ASCII or BCD and octets raw or as digits.</summary>
    [TestCase(KnownProfiles.A1987, "Digits represented as ASCII Characters", "Bin data not encoded")]
    [TestCase(KnownProfiles.Hex1987, "Digits represented as ASCII Characters", "Bin data represented as Hex Ascii characters")]
    public async Task Wireshark_reads_a_conversation_without_complaint(string name, string numbers, string octets)
    {
        var settings = KnownProfiles.Settings(name);
        settings.Framing = new();
        var dialect = BankDialect.From(new() { Profile = settings, Acquirer = "123456" });
        var messages = Conversation(dialect);

        var read = await ReadByWiresharkAsync(messages.Select(message => IsoFrame.Write(MessageWriter.Encode(message, dialect.Profile), dialect.Profile)), numbers, octets);

        Assert.That(read, Is.EqualTo(messages.Select(message => string.Join('\t', message.Mti, message[3], message[4], message[7], message[11], message[39], message[70], message[90], message[102], ""))));
    }

    /// <summary>Sign-on, a debit that is approved, one that is reversed, an echo; with the answers.</summary>
    private static IReadOnlyList<IsoMessage> Conversation(BankDialect dialect)
    {
        var order = new BankOrder(new(1250, Currency.Of("EUR")), new(7, "632716000007", At), At, "DE89370400440532013000", "CPAY0001", "COFFEE") { Pan = "4761900000001005" };
        var debit = BankMessages.Debit(dialect, order);
        IsoMessage[] requests =
        [
            NetworkMessages.Request(dialect, NetworkAction.SignOn, 1, At), debit, BankMessages.Refund(dialect, order), BankMessages.Balance(dialect, order),
            BankMessages.Reversal(dialect, debit, new(8, "", At), At), NetworkMessages.Request(dialect, NetworkAction.Echo, 2, At),
        ];
        return [.. requests.SelectMany(request => (IsoMessage[])[request, NetworkMessages.Answer(request, "00", (38, "A1B2C3"), (15, "1124"))])];
    }

    private static async Task<IReadOnlyList<string>> ReadByWiresharkAsync(IEnumerable<byte[]> frames, string numbers, string octets)
    {
        var capture = Path.Combine(TestContext.CurrentContext.WorkDirectory, $"iso8583-{Guid.NewGuid():N}.pcap");
        await File.WriteAllBytesAsync(capture, Capture(frames));
        try
        {
            var start = new ProcessStartInfo("tshark") { RedirectStandardOutput = true, RedirectStandardError = true };
            foreach (var argument in (string[])["-n", "-r", capture, "-d", "tcp.port==8583,iso8583", "-o", "iso8583.len_endian:Big endian", "-o", $"iso8583.charset:{numbers}", "-o", $"iso8583.binencode:{octets}",
                "-T", "fields", .. new[] { "mti", "bit3", "bit4", "bit7", "bit11", "bit39", "bit70", "bit90", "bit102" }.SelectMany(field => (string[])["-e", $"iso8583.{field}"]), "-e", "_ws.malformed"])
                start.ArgumentList.Add(argument);
            using var tshark = Start(start);
            var errors = tshark.StandardError.ReadToEndAsync();
            var lines = (await tshark.StandardOutput.ReadToEndAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
            await tshark.WaitForExitAsync();
            Assert.That(tshark.ExitCode, Is.Zero, await errors);
            return lines;
        }
        finally
        {
            File.Delete(capture);
        }
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception)
        {
            Assert.Ignore("tshark is not installed (Debian, Ubuntu: apt install tshark)");
            throw;
        }
    }

    /// <summary>A classic pcap file, link type 101: each frame is a packet of IPv4 and TCP to port 8583 on a connection of its own.</summary>
    private static byte[] Capture(IEnumerable<byte[]> frames)
    {
        using var file = new MemoryStream();
        file.Write(Convert.FromHexString("A1B2C3D4" + "00020004" + "00000000" + "00000000" + "00040000" + "00000065"));
        var port = 40_000;
        foreach (var frame in frames)
        {
            const int Headers = 40;
            var packet = new byte[16 + Headers + frame.Length];
            BinaryPrimitives.WriteInt32BigEndian(packet.AsSpan(8), Headers + frame.Length);
            BinaryPrimitives.WriteInt32BigEndian(packet.AsSpan(12), Headers + frame.Length);
            Convert.FromHexString("45000000" + "00004000" + "40060000" + "7F000001" + "7F000001").CopyTo(packet, 16);
            BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(18), (ushort)(Headers + frame.Length));
            Convert.FromHexString("00002187" + "00000001" + "00000001" + "5018FFFF" + "00000000").CopyTo(packet, 36);
            BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(36), (ushort)port++);
            frame.CopyTo(packet, 16 + Headers);
            file.Write(packet);
        }
        return file.ToArray();
    }
}
