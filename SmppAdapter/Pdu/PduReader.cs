using System.Buffers;
using System.Buffers.Binary;

namespace CarrierPay.SmppAdapter.Pdu;

/// <summary>What <see cref="PduReader.TryReadFrame"/> found.</summary>
public enum FrameResult
{
    /// <summary>A whole PDU was taken from the buffer.</summary>
    Complete,

    /// <summary>More octets are needed; nothing was taken.</summary>
    Incomplete,

    /// <summary>command_length cannot be right: the stream is out of step for good. Nothing was taken.</summary>
    BadLength,
}

/// <summary>From octets to PDUs. Never throws anything but <see cref="PduException"/>, and never allocates by a length that a peer claims.</summary>
public static class PduReader
{
    /// <summary>Default upper bound of command_length, in octets: a message_payload of 64 KiB and the fields around it.</summary>
    public const int DefaultMaxLength = 66_000;

    /// <summary>Upper bound before a bind, in octets: no bind PDU is longer, and a stranger gets no more memory.</summary>
    public const int MaxLengthBeforeBind = 1024;

    /// <summary>Takes the next PDU from the front of <paramref name="buffer"/>. Judges a length as soon as its four octets are there.</summary>
    public static FrameResult TryReadFrame(ref ReadOnlySequence<byte> buffer, int maxLength, out ReadOnlySequence<byte> frame)
    {
        frame = default;
        if (buffer.Length < 4)
        {
            return FrameResult.Incomplete;
        }
        uint length;
        if (buffer.FirstSpan.Length >= 4)
        {
            length = BinaryPrimitives.ReadUInt32BigEndian(buffer.FirstSpan);
        }
        else
        {
            Span<byte> octets = stackalloc byte[4];
            buffer.Slice(0, 4).CopyTo(octets);
            length = BinaryPrimitives.ReadUInt32BigEndian(octets);
        }
        if (length < PduHeader.Length || length > maxLength)
        {
            return FrameResult.BadLength;
        }
        if (buffer.Length < length)
        {
            return FrameResult.Incomplete;
        }
        var end = buffer.GetPosition(length);
        frame = buffer.Slice(buffer.Start, end);
        buffer = buffer.Slice(end);
        return FrameResult.Complete;
    }

    /// <summary>Reads one whole PDU. Commands that no specification names come as <see cref="RawPdu"/>.</summary>
    /// <exception cref="PduException">The body does not hold what the command promises, or the length is not that of the span.</exception>
    public static SmppPdu Decode(ReadOnlySpan<byte> pdu)
    {
        var header = ReadWholeHeader(pdu);
        try
        {
            return Decode(pdu, header);
        }
        catch (PduException) when (header.CommandId.IsResponse() && FieldReader.HoldsOnlyTlvs(pdu[PduHeader.Length..]))
        {
            // Some SMSCs leave the fields of a response out, and yet say why in its parameters.
            return Decode(pdu[..PduHeader.Length], header) with { Tlvs = FieldReader.ToList(pdu[PduHeader.Length..]) };
        }
    }

    private static SmppPdu Decode(ReadOnlySpan<byte> pdu, PduHeader header)
    {
        var reader = new FieldReader(pdu, header);
        return header.CommandId switch
        {
            CommandId.SubmitSm or CommandId.DeliverSm => MessageView.Read(ref reader).ToPdu(),
            CommandId.SubmitSmResp => SubmitSmResp.Read(ref reader),
            CommandId.DeliverSmResp => DeliverSmResp.Read(ref reader),
            CommandId.EnquireLink => ReadHeaderOnly(new EnquireLink(), ref reader),
            CommandId.EnquireLinkResp => ReadHeaderOnly(new EnquireLinkResp(), ref reader),
            CommandId.GenericNack => ReadHeaderOnly(new GenericNack(), ref reader),
            CommandId.BindTransmitter or CommandId.BindReceiver or CommandId.BindTransceiver => BindRequest.Read(ref reader),
            CommandId.BindTransmitterResp or CommandId.BindReceiverResp or CommandId.BindTransceiverResp => BindResp.Read(ref reader),
            CommandId.Outbind => Outbind.Read(ref reader),
            CommandId.Unbind => ReadHeaderOnly(new Unbind(), ref reader),
            CommandId.UnbindResp => ReadHeaderOnly(new UnbindResp(), ref reader),
            CommandId.DataSm => DataSm.Read(ref reader),
            CommandId.DataSmResp => DataSmResp.Read(ref reader),
            CommandId.SubmitMulti => SubmitMulti.Read(ref reader),
            CommandId.SubmitMultiResp => SubmitMultiResp.Read(ref reader),
            CommandId.AlertNotification => AlertNotification.Read(ref reader),
            CommandId.QuerySm => QuerySm.Read(ref reader),
            CommandId.QuerySmResp => QuerySmResp.Read(ref reader),
            CommandId.CancelSm => CancelSm.Read(ref reader),
            CommandId.CancelSmResp => ReadHeaderOnly(new CancelSmResp(), ref reader),
            CommandId.ReplaceSm => ReplaceSm.Read(ref reader),
            CommandId.ReplaceSmResp => ReadHeaderOnly(new ReplaceSmResp(), ref reader),
            CommandId.BroadcastSm => BroadcastSm.Read(ref reader),
            CommandId.BroadcastSmResp => BroadcastSmResp.Read(ref reader),
            CommandId.QueryBroadcastSm => QueryBroadcastSm.Read(ref reader),
            CommandId.QueryBroadcastSmResp => QueryBroadcastSmResp.Read(ref reader),
            CommandId.CancelBroadcastSm => CancelBroadcastSm.Read(ref reader),
            CommandId.CancelBroadcastSmResp => ReadHeaderOnly(new CancelBroadcastSmResp(), ref reader),
            _ => ToRaw(pdu, header),
        };
    }

    internal static RawPdu ToRaw(ReadOnlySpan<byte> pdu, in PduHeader header) => new(header.CommandId, pdu[PduHeader.Length..].ToArray())
    {
        CommandStatus = header.CommandStatus,
        SequenceNumber = header.SequenceNumber,
    };

    internal static PduHeader ReadWholeHeader(ReadOnlySpan<byte> pdu)
    {
        if (pdu.Length < PduHeader.Length)
        {
            throw new PduException(0, CommandStatus.RINVCMDLEN, 0, pdu.Length, "Shorter than a header");
        }
        var header = PduHeader.Read(pdu);
        if (header.CommandLength != (uint)pdu.Length)
        {
            throw new PduException(header.CommandId, CommandStatus.RINVCMDLEN, header.SequenceNumber, 0, "command_length is not the length of the PDU");
        }
        return header;
    }

    private static HeaderPdu ReadHeaderOnly(HeaderPdu pdu, ref FieldReader reader) => pdu with
    {
        CommandStatus = reader.Header.CommandStatus,
        SequenceNumber = reader.Header.SequenceNumber,
        Tlvs = reader.Tlvs(),
    };
}
