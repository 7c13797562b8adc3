using System.Text;
using CarrierPay.SmppAdapter.Pdu;
using CarrierPay.SmppAdapter.Text;

namespace CarrierPay.SmppAdapter.Receipts;

/// <summary>What an SMSC says became of a message: its parameters first, then its text, each of them read as far as it can be.</summary>
/// <remarks>SMPP 3.4, section 2.11 and appendix B. The text is a custom of each vendor, so nothing in it is required, and nothing in it can make reading fail.</remarks>
/// <param name="From">Whom the message was for.</param>
/// <param name="To">Who had sent it.</param>
public sealed record DeliveryReceipt(Address From, Address To)
{
    /// <summary>The octet of message_state that no state stands for (SMPP 5.0 has ten).</summary>
    private const int LastState = (int)SmMessageState.Skipped;

    /// <summary>For what is no receipt: most messages, so none is made for each.</summary>
    private static readonly DeliveryReceipt None = new(default, default);

    /// <summary>receipted_message_id, at most 64 characters; "" if there was none.</summary>
    public string ParameterId { get; private init; } = "";

    /// <summary>What stands behind <c>id:</c> in the text, at most 255 characters; "" if there was none. It may be written otherwise than the response's: see <see cref="MessageIdPolicy"/>.</summary>
    public string TextId { get; private init; } = "";

    /// <summary>Null if the receipt does not say, or says something unheard of.</summary>
    public SmMessageState? State { get; private init; }

    /// <summary>False while another receipt is to be expected: by its state; without one, by esm_class.</summary>
    public bool IsFinal => State?.IsFinal() ?? !IsIntermediate;

    /// <summary>esm_class calls it an intermediate notification.</summary>
    public bool IsIntermediate { get; private init; }

    /// <summary>network_error_code's second half, or what stands behind <c>err:</c>, such as 000 or 21b; "" if there was neither. Its meaning is the SMSC's own.</summary>
    public string Error { get; private init; } = "";

    /// <summary>network_error_code's first octet (1 ANSI-136, 2 IS-95, 3 GSM, 8 and above: a vendor's); null without that parameter.</summary>
    public byte? ErrorNetwork { get; private init; }

    /// <summary>By the SMSC's clock and zone, which the receipt does not name; null if it is no time.</summary>
    public DateTime? SubmittedAt { get; private init; }

    /// <summary>By the SMSC's clock and zone, which the receipt does not name; null if it is no time.</summary>
    public DateTime? DoneAt { get; private init; }

    /// <summary>Parts that were sent, and parts that arrived; null if the receipt does not say.</summary>
    public int? Submitted { get; private init; }

    public int? Delivered { get; private init; }

    /// <summary>True if the message is a receipt by the bits of its esm_class: 0x04, 0x08 or 0x20, whatever else is set.</summary>
    /// <remarks>0x18 is a conversation abort (SMPP 3.4, section 5.2.12), though one of its bits is an acknowledgement's.</remarks>
    public static bool IsReceipt(byte esmClass) =>
        (esmClass & (EsmClass.DeliveryReceipt | EsmClass.DeliveryAcknowledgement | EsmClass.IntermediateNotification)) != 0
        && (esmClass & (EsmClass.DeliveryAcknowledgement | EsmClass.UserAcknowledgement)) != (EsmClass.DeliveryAcknowledgement | EsmClass.UserAcknowledgement);

    /// <summary>Reads a deliver_sm or data_sm. False if it is no receipt.</summary>
    public static bool TryRead(SmppPdu pdu, out DeliveryReceipt receipt)
    {
        switch (pdu)
        {
            case MessagePdu message:
                return TryRead(message.EsmClass, message.SourceAddr, message.DestinationAddr, message.ShortMessage, message.Tlvs, out receipt);
            case DataSm message:
                return TryRead(message.EsmClass, message.SourceAddr, message.DestinationAddr, default, message.Tlvs, out receipt);
            default:
                receipt = None;
                return false;
        }
    }

    /// <summary>Without numbers: it may reach a log.</summary>
    public override string ToString() => $"{State?.ToString() ?? "no state"} for {From}, error '{Error}'";

    private static bool TryRead(byte esmClass, Address from, Address to, Octets shortMessage, TlvList tlvs, out DeliveryReceipt receipt)
    {
        if (!IsReceipt(esmClass))
        {
            receipt = None;
            return false;
        }
        var octets = shortMessage.IsEmpty && tlvs.TryFind(TlvTag.MessagePayload, out var payload) ? payload.Value : shortMessage;
        var content = EsmClass.HasUserDataHeader(esmClass) ? UserDataHeader.Strip(octets.Span, out _) : octets.Span;
        var fields = ReceiptText.Read(Letters(content));
        var network = NetworkError(tlvs);
        receipt = new(from, to)
        {
            IsIntermediate = (esmClass & EsmClass.IntermediateNotification) != 0,
            ParameterId = ParameterMessageId(tlvs),
            TextId = fields.Id,
            State = ParameterState(tlvs) ?? ReceiptState.Parse(fields.State),
            Error = network?.Code ?? fields.Error,
            ErrorNetwork = network?.Network,
            SubmittedAt = fields.SubmittedAt,
            DoneAt = fields.DoneAt,
            Submitted = fields.Submitted,
            Delivered = fields.Delivered,
        };
        return true;
    }

    /// <summary>Receipts are ASCII whatever data_coding says: SMSCs copy it from the message. Zeros are dropped, so that one that is UCS-2 after all is read, too.</summary>
    private static string Letters(ReadOnlySpan<byte> content) => Encoding.Latin1.GetString(content).Replace("\0", "", StringComparison.Ordinal);

    /// <remarks>SMPP 3.4, section 5.3.2.12: C-octet string of 1 to 65. Some leave its NUL out.</remarks>
    private static string ParameterMessageId(TlvList tlvs)
    {
        if (!tlvs.TryFind(TlvTag.ReceiptedMessageId, out var id))
        {
            return "";
        }
        var octets = id.Value.Span;
        var end = octets.IndexOf((byte)0);
        octets = end < 0 ? octets : octets[..end];
        return Encoding.Latin1.GetString(octets[..Math.Min(octets.Length, MessageIdPolicy.MaxLength)]).Trim();
    }

    private static SmMessageState? ParameterState(TlvList tlvs) =>
        tlvs.TryFind(TlvTag.MessageState, out var tlv) && tlv.TryReadNumber(out var state) && state <= LastState ? (SmMessageState)state : null;

    /// <remarks>SMPP 3.4, section 5.3.2.31: network type 1, error code 2.</remarks>
    private static (byte Network, string Code)? NetworkError(TlvList tlvs) =>
        tlvs.TryFind(TlvTag.NetworkErrorCode, out var tlv) && tlv.Value.Length == 3
            ? (tlv.Value.Span[0], string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{(tlv.Value.Span[1] << 8) | tlv.Value.Span[2]:000}"))
            : null;
}
