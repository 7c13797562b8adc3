using System.Buffers.Binary;
using CarrierPay.SmppAdapter.Pdu;

namespace CarrierPay.SmppAdapter.Trace;

/// <summary>What a field of a PDU is, as far as a trace must know it.</summary>
internal enum PduFieldKind
{
    /// <summary>Nothing that a person said or is.</summary>
    Plain,

    /// <summary>The digits of an address.</summary>
    Address,

    Password,

    /// <summary>short_message with its header, if it has one.</summary>
    ShortMessage,

    /// <summary>The value of an optional parameter: <see cref="PduFields.Tag"/>.</summary>
    Parameter,

    /// <summary>Octets that cannot be read: of an unknown command, or behind a broken field.</summary>
    Unreadable,
}

/// <summary>Walks over the fields of one PDU in place, whatever its command, without allocating and without ever throwing.</summary>
/// <remarks>The layouts are those of the records in Pdu/. A walk is used where a record would be too dear or would not show where a field lies.</remarks>
internal ref struct PduFields(ReadOnlySpan<byte> pdu)
{
    /// <summary>Ends a layout: optional parameters follow.</summary>
    private const byte End = 0;

    private readonly ReadOnlySpan<byte> _pdu = pdu;
    private readonly ReadOnlySpan<byte> _layout = LayoutOf(PduHeader.Read(pdu).CommandId);
    private int _step;
    private int _offset = PduHeader.Length;

    /// <summary>Destinations or refusals of a submit_multi that are still to come.</summary>
    private int _entries;

    public PduFieldKind Kind { get; private set; }

    /// <summary>Where the value begins in the PDU, and how many octets it has.</summary>
    public int Start { get; private set; }

    public int Length { get; private set; }

    public readonly ReadOnlySpan<byte> Value => _pdu.Slice(Start, Length);

    /// <summary>Of a <see cref="PduFieldKind.Parameter"/>.</summary>
    public TlvTag Tag { get; private set; }

    /// <summary>esm_class, once it was passed.</summary>
    public byte EsmClass { get; private set; }

    /// <summary>data_coding, once it was passed.</summary>
    public byte DataCoding { get; private set; }

    /// <summary>Goes to the next field. False at the end.</summary>
    public bool Next()
    {
        if (_offset >= _pdu.Length)
        {
            return false;
        }
        if (!(_entries > 0 ? NextEntry() : NextField()))
        {
            Take(PduFieldKind.Unreadable, Math.Max(0, _pdu.Length - _offset));
        }
        return true;
    }

    /// <remarks>
    /// S C-octet string, P password, A ton npi and address, b octet, E esm_class, D data_coding, M sm_length and short_message,
    /// N number_of_dests and destinations, U no_unsuccess and refusals, ? not known.
    /// </remarks>
    private static ReadOnlySpan<byte> LayoutOf(CommandId command) => command switch
    {
        CommandId.SubmitSm or CommandId.DeliverSm => "SAAEbbSSbbDbM\0"u8,
        CommandId.SubmitMulti => "SANEbbSSbbDbM\0"u8,
        CommandId.DataSm => "SAAEbD\0"u8,
        CommandId.QuerySm or CommandId.QueryBroadcastSm => "SA\0"u8,
        CommandId.CancelSm => "SSAA\0"u8,
        CommandId.ReplaceSm => "SASSbbM\0"u8,
        CommandId.BroadcastSm => "SASbSSbDb\0"u8,
        CommandId.CancelBroadcastSm => "SSA\0"u8,
        CommandId.AlertNotification => "AA\0"u8,
        CommandId.BindReceiver or CommandId.BindTransmitter or CommandId.BindTransceiver => "SPSbA\0"u8,
        CommandId.Outbind => "SP\0"u8,
        CommandId.QuerySmResp => "SSbb\0"u8,
        CommandId.SubmitMultiResp => "SU\0"u8,
        CommandId.BindReceiverResp or CommandId.BindTransmitterResp or CommandId.BindTransceiverResp or CommandId.SubmitSmResp
            or CommandId.DeliverSmResp or CommandId.DataSmResp or CommandId.BroadcastSmResp or CommandId.QueryBroadcastSmResp => "S\0"u8,
        CommandId.Unbind or CommandId.EnquireLink or CommandId.GenericNack or CommandId.UnbindResp or CommandId.EnquireLinkResp
            or CommandId.CancelSmResp or CommandId.ReplaceSmResp or CommandId.CancelBroadcastSmResp => "\0"u8,
        _ => "?"u8,
    };

    private bool NextField()
    {
        var field = _layout[_step];
        if (field == End)
        {
            return NextParameter();
        }
        _step++;
        switch (field)
        {
            case (byte)'S':
                return TakeString(PduFieldKind.Plain);
            case (byte)'P':
                return TakeString(PduFieldKind.Password);
            case (byte)'A':
                _offset += 2;
                return TakeString(PduFieldKind.Address);
            case (byte)'b':
                return Take(PduFieldKind.Plain, 1);
            case (byte)'E':
                EsmClass = _pdu[_offset];
                return Take(PduFieldKind.Plain, 1);
            case (byte)'D':
                DataCoding = _pdu[_offset];
                return Take(PduFieldKind.Plain, 1);
            case (byte)'M':
                var length = _pdu[_offset++];
                return Take(PduFieldKind.ShortMessage, length);
            case (byte)'N' or (byte)'U':
                _entries = _pdu[_offset];
                return Take(PduFieldKind.Plain, 1);
            default:
                return false;
        }
    }

    /// <summary>submit_multi: dest_flag 1, then an address or the name of a list. submit_multi_resp: an address, then error_status_code 4, which is passed over.</summary>
    private bool NextEntry()
    {
        const byte DistributionList = 2;
        _entries--;
        if (_layout[_step - 1] == 'U')
        {
            _offset += 2;
            var isWhole = TakeString(PduFieldKind.Address);
            _offset += 4;
            return isWhole;
        }
        if (_pdu[_offset++] == DistributionList)
        {
            return TakeString(PduFieldKind.Plain);
        }
        _offset += 2;
        return TakeString(PduFieldKind.Address);
    }

    private bool NextParameter()
    {
        const int Head = 4;
        if (_pdu.Length - _offset < Head)
        {
            return false;
        }
        Tag = (TlvTag)BinaryPrimitives.ReadUInt16BigEndian(_pdu[_offset..]);
        var length = BinaryPrimitives.ReadUInt16BigEndian(_pdu[(_offset + 2)..]);
        _offset += Head;
        return Take(PduFieldKind.Parameter, length);
    }

    /// <summary>The value is without the NUL.</summary>
    private bool TakeString(PduFieldKind kind)
    {
        var length = _offset < _pdu.Length ? _pdu[_offset..].IndexOf((byte)0) : -1;
        if (length < 0 || !Take(kind, length))
        {
            return false;
        }
        _offset++;
        return true;
    }

    /// <summary>False, with the rest of the PDU still to be taken, when the field is cut off.</summary>
    private bool Take(PduFieldKind kind, int length)
    {
        _offset = Math.Min(_offset, _pdu.Length);
        if (length > _pdu.Length - _offset)
        {
            return false;
        }
        (Kind, Start, Length) = (kind, _offset, length);
        _offset += length;
        return true;
    }
}
