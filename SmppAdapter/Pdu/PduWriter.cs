using System.Buffers;

namespace CarrierPay.SmppAdapter.Pdu;

/// <summary>From PDUs to octets. Allocates nothing.</summary>
public static class PduWriter
{
    /// <summary>Appends a PDU with its own sequence number. Returns its length in octets.</summary>
    /// <exception cref="ArgumentException">A field breaks the specification; nothing was written.</exception>
    public static int Write(IBufferWriter<byte> output, SmppPdu pdu) => Write(output, pdu, pdu.SequenceNumber);

    /// <summary>Appends a PDU with the sequence number given here. Returns its length in octets.</summary>
    /// <exception cref="ArgumentException">A field breaks the specification; nothing was written.</exception>
    public static int Write(IBufferWriter<byte> output, SmppPdu pdu, uint sequenceNumber) => WriteOctets(output, pdu, sequenceNumber).Length;

    /// <summary>The same, and gives what was written: it holds until <paramref name="output"/> is given on.</summary>
    internal static ReadOnlySpan<byte> WriteOctets(IBufferWriter<byte> output, SmppPdu pdu, uint sequenceNumber)
    {
        var length = pdu.EncodedLength;
        var octets = output.GetSpan(length)[..length];
        new PduHeader((uint)length, pdu.CommandId, pdu.CommandStatus, sequenceNumber).Write(octets);
        var writer = new FieldWriter(octets);
        pdu.WriteBody(ref writer);
        output.Advance(length);
        return octets;
    }

    /// <summary>Throws what <see cref="Write(IBufferWriter{byte}, SmppPdu)"/> would throw.</summary>
    internal static void Check(SmppPdu pdu)
    {
        var octets = ArrayPool<byte>.Shared.Rent(pdu.EncodedLength);
        try
        {
            var writer = new FieldWriter(octets);
            pdu.WriteBody(ref writer);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(octets);
        }
    }

    public static byte[] Encode(SmppPdu pdu)
    {
        var output = new ArrayBufferWriter<byte>(pdu.EncodedLength);
        Write(output, pdu);
        return output.WrittenSpan.ToArray();
    }
}
