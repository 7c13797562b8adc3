using System.Globalization;
using System.Text;
using CarrierPay.SmppAdapter.Pdu;

namespace CarrierPay.Simulator.Smsc.Receipts;

/// <summary>What a receipt is about.</summary>
/// <param name="Source">Of the message; the receipt goes there.</param>
/// <param name="Text">The beginning of the message's text.</param>
internal sealed record ReceiptSubject(MessageId Id, Address Source, Address Destination, SmMessageState State, DateTimeOffset SubmittedAt, DateTimeOffset DoneAt, string Text);

/// <summary>From what became of a message to the deliver_sm that says so. Pure.</summary>
internal static class ReceiptWriter
{
    private const int TextShown = 20;
    // Far from every id that the centre gives, which count milliseconds.
    private const long OtherNumber = 0x00FE_DCBA_9876_5432;

    public static DeliverSm Write(ReceiptSubject subject, ReceiptOptions options, bool isIntermediate = false)
    {
        var state = isIntermediate ? SmMessageState.Enroute : subject.State;
        Octets text = options.Form == ReceiptForm.Tlv ? default : Encoding.ASCII.GetBytes(Text(subject, options, state));
        var tlvs = new List<Tlv>();
        if (options.Payload && !text.IsEmpty) tlvs.Add(new Tlv(TlvTag.MessagePayload, text));
        if (options.Form != ReceiptForm.Text)
        {
            tlvs.Add(new Tlv(TlvTag.ReceiptedMessageId, Encoding.ASCII.GetBytes(Id(subject.Id, options.TlvId ?? options.Id) + '\0')));
            tlvs.Add(Tlv.OfByte(TlvTag.MessageState, (byte)state));
        }
        return new DeliverSm
        {
            SourceAddr = subject.Destination,
            DestinationAddr = subject.Source,
            EsmClass = (byte)((isIntermediate ? EsmClass.IntermediateNotification : EsmClass.DeliveryReceipt) | (options.ExtraBits & ~EsmClass.DeliveryReceipt)),
            DataCoding = (byte)options.DataCoding,
            ShortMessage = options.Payload ? default : text,
            Tlvs = [.. tlvs],
        };
    }

    /// <remarks>SMPP 3.4, appendix B.</remarks>
    private static string Text(ReceiptSubject subject, ReceiptOptions options, SmMessageState state)
    {
        var id = Id(subject.Id, options.Id);
        var dlvrd = state == SmMessageState.Delivered ? "001" : "000";
        var err = options.Err switch
        {
            null => $" err:{(IsFailure(state) ? "001" : "000")}",
            "" => "",
            var given => $" err:{given}",
        };
        var shown = Ascii(subject.Text);
        var (submitted, done) = (Date(subject.SubmittedAt, options.Date), Date(subject.DoneAt, options.Date));
        return options.Layout switch
        {
            ReceiptLayout.Standard => $"id:{id} sub:001 dlvrd:{dlvrd} submit date:{submitted} done date:{done} stat:{Word(state)}{err} text:{shown}",
            ReceiptLayout.Shuffled => $"stat:{Word(state)}{err} done date:{done} submit date:{submitted} dlvrd:{dlvrd} sub:001 id:{id} Text:{shown}",
            ReceiptLayout.Short => $"id:{id} stat:{Word(state)}",
            _ => $"stat:{Word(state)}",
        };
    }

    private static string Id(MessageId id, ReceiptId form) => form switch
    {
        ReceiptId.Same => id.Text,
        ReceiptId.Decimal => id.Number.ToString(CultureInfo.InvariantCulture),
        ReceiptId.Hex => id.Number.ToString("x", CultureInfo.InvariantCulture),
        ReceiptId.Upper => id.Number.ToString("X", CultureInfo.InvariantCulture),
        ReceiptId.Zeros => "0000" + id.Text,
        ReceiptId.Stripped => id.Text.TrimStart('0'),
        _ => MessageId.Of(OtherNumber ^ id.Number, MessageIdForm.Hex).Text,
    };

    private static string Date(DateTimeOffset time, ReceiptDate form) => form switch
    {
        ReceiptDate.Minutes => time.ToString("yyMMddHHmm", CultureInfo.InvariantCulture),
        ReceiptDate.Seconds => time.ToString("yyMMddHHmmss", CultureInfo.InvariantCulture),
        ReceiptDate.Century => time.ToString("yyyyMMddHHmmss", CultureInfo.InvariantCulture),
        _ => "YYMMDDhhmm",
    };

    /// <summary>Of a state that ends a message badly: it reaches no phone.</summary>
    public static bool IsFailure(SmMessageState state) =>
        state is SmMessageState.Expired or SmMessageState.Deleted or SmMessageState.Undeliverable or SmMessageState.Rejected or SmMessageState.Skipped;

    private static string Word(SmMessageState state) => state switch
    {
        SmMessageState.Scheduled => "SCHEDLD",
        SmMessageState.Enroute => "ENROUTE",
        SmMessageState.Delivered => "DELIVRD",
        SmMessageState.Expired => "EXPIRED",
        SmMessageState.Deleted => "DELETED",
        SmMessageState.Undeliverable => "UNDELIV",
        SmMessageState.Accepted => "ACCEPTD",
        SmMessageState.Rejected => "REJECTD",
        SmMessageState.Skipped => "SKIPPED",
        _ => "UNKNOWN",
    };

    private static string Ascii(string text) =>
        new([.. text.Take(TextShown).Select(character => character is >= ' ' and <= '~' ? character : '?')]);
}
