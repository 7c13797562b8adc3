using System.Buffers.Binary;
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

        var read = await ReadByWiresharkAsync(pdus);

        Assert.That(read, Is.EqualTo(pdus.Select(pdu => $"0x{(uint)pdu.CommandId:x8}\t{pdu.SequenceNumber}\t")));
    }

    /// <summary>Nor with a user data header: Wireshark would read the generated octets behind it.</summary>
    private static SmppPdu WithoutParameters(SmppPdu pdu)
    {
        pdu = pdu with { CommandStatus = default, Tlvs = default };
        return pdu is MessagePdu message ? message with { EsmClass = (byte)(message.EsmClass & ~EsmClass.UserDataHeader) } : pdu;
    }

    /// <summary>A line a PDU: command_id, sequence_number, and what is malformed.</summary>
    private static async Task<IReadOnlyList<string>> ReadByWiresharkAsync(IReadOnlyList<SmppPdu> pdus)
    {
        var capture = Path.Combine(TestContext.CurrentContext.WorkDirectory, $"smpp-{Guid.NewGuid():N}.pcap");
        await File.WriteAllBytesAsync(capture, Capture(pdus.Select(PduWriter.Encode)));
        try
        {
            return await Tshark.ReadAsync(capture, ["smpp.command_id", "smpp.sequence_number", "_ws.malformed"], checkSums: false);
        }
        finally
        {
            File.Delete(capture);
        }
    }

    /// <summary>A classic pcap file, link type 101: each PDU is a packet of IPv4 and TCP to port 2775 on a connection of its own.</summary>
    private static byte[] Capture(IEnumerable<byte[]> pdus)
    {
        using var file = new MemoryStream();
        file.Write(Convert.FromHexString("A1B2C3D4" + "00020004" + "00000000" + "00000000" + "00040000" + "00000065"));
        var port = 40_000;
        foreach (var pdu in pdus)
        {
            const int Headers = 40;
            var packet = new byte[16 + Headers + pdu.Length];
            BinaryPrimitives.WriteInt32BigEndian(packet.AsSpan(8), Headers + pdu.Length);
            BinaryPrimitives.WriteInt32BigEndian(packet.AsSpan(12), Headers + pdu.Length);
            Convert.FromHexString("45000000" + "00004000" + "40060000" + "7F000001" + "7F000001").CopyTo(packet, 16);
            BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(18), (ushort)(Headers + pdu.Length));
            Convert.FromHexString("00000AD7" + "00000001" + "00000001" + "5018FFFF" + "00000000").CopyTo(packet, 36);
            BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(36), (ushort)port++);
            pdu.CopyTo(packet, 16 + Headers);
            file.Write(packet);
        }
        return file.ToArray();
    }
}
