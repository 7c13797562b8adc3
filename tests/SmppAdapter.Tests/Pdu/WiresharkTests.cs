using CarrierPay.SmppAdapter.Pdu;
using CarrierPay.SmppAdapter.Tests.Interop;
using CsCheck;

namespace CarrierPay.SmppAdapter.Tests.Pdu;

/// <summary>Wireshark judges what the writer writes: Debian's tshark reads a capture of our PDUs.</summary>
public class WiresharkTests
{
    private const int Generated = 400;

    [Test]
    public async Task Wireshark_finds_no_malformed_pdu_among_all_commands()
    {
        // Without parameters: generated ones have lengths that the specification does not give them, and broadcast_rep_num has two octets,
        // of which Wireshark 4.0 reads one.
        var pdus = GoldenPdusOfNodeSmpp.All.Select(golden => golden.Pdu).Where(pdu => !pdu.Tlvs.TryFind(TlvTag.BroadcastRepNum, out _)).ToList();
        Tests.Pdu.Generated.Pdu.Select(WithoutParameters).Array[Generated]
            .Sample(generated => pdus.AddRange(generated), iter: 1, threads: 1);

        var read = await SmppDissector.ReadAsync(pdus.Select(PduWriter.Encode), ["smpp.command_id", "smpp.sequence_number", "_ws.malformed"]);

        Assert.That(read, Is.EqualTo(pdus.Select(pdu => $"0x{(uint)pdu.CommandId:x8}\t{pdu.SequenceNumber}\t")));
    }

    /// <summary>Nor with a user data header: Wireshark would read the generated octets behind it.</summary>
    private static SmppPdu WithoutParameters(SmppPdu pdu)
    {
        pdu = pdu with { CommandStatus = default, Tlvs = default };
        return pdu is MessagePdu message ? message with { EsmClass = (byte)(message.EsmClass & ~EsmClass.UserDataHeader) } : pdu;
    }
}
