using CarrierPay.Engine.Primitives;
using CarrierPay.Engine.Protocols.Iso8583.Messages;
using CarrierPay.Engine.Protocols.Iso8583.Wire;
using CarrierPay.Wireshark;

namespace CarrierPay.Engine.Tests.Protocols.Iso8583;

/// <summary>Wireshark judges what the writer writes: Debian's tshark reads a capture of a whole conversation.</summary>
[TestFixture]
public sealed class WiresharkTests
{
    private const int Port = 8583;

    private static readonly string[] Fields = ["iso8583.mti", .. new[] { 3, 4, 7, 11, 39, 70, 90, 102 }.Select(field => $"iso8583.bit{field}"), "_ws.malformed"];
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

        var capture = TcpCapture.Of(Port, messages.Select(message => IsoFrame.Write(MessageWriter.Encode(message, dialect.Profile), dialect.Profile)));
        var read = await Tshark.ReadAsync(capture, Fields,
            ["-d", $"tcp.port=={Port},iso8583", "-o", "iso8583.len_endian:Big endian", "-o", $"iso8583.charset:{numbers}", "-o", $"iso8583.binencode:{octets}"]);

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
}
