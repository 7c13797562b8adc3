using System.Text;
using CarrierPay.SmppAdapter.Pdu;

namespace CarrierPay.SmppAdapter.Trace;

/// <summary>Overwrites in a copy of a PDU what must not be kept: passwords, texts and numbers. Lengths and structure stay as they are.</summary>
internal static class PduMask
{
    private const byte Star = (byte)'*';

    /// <summary>Of a number, as in the log: the first three digits and the last two.</summary>
    private const int DigitsBefore = 3;
    private const int DigitsAfter = 2;

    /// <summary>Longer addresses are numbers; up to here they are short codes.</summary>
    private const int LongestShortCode = 6;

    public static void Apply(Span<byte> pdu, PduTraceOptions options)
    {
        var fields = new PduFields(pdu);
        while (fields.Next())
        {
            var value = pdu.Slice(fields.Start, fields.Length);
            switch (fields.Kind)
            {
                case PduFieldKind.Password:
                    value.Fill(Star);
                    break;
                case PduFieldKind.Address when IsDialString(value):
                    MaskDialString(value, options);
                    break;
                case PduFieldKind.Address when !options.ShowNumbers:
                    MaskNumber(value);
                    break;
                case PduFieldKind.ShortMessage when !options.ShowTexts:
                    MaskText(value, fields.EsmClass, fields.DataCoding);
                    break;
                case PduFieldKind.Parameter when fields.Tag == TlvTag.MessagePayload && !options.ShowTexts:
                    MaskText(value, fields.EsmClass, fields.DataCoding);
                    break;
                case PduFieldKind.Parameter when fields.Tag == TlvTag.CallbackNum && !options.ShowNumbers:
                    // digit_mode, TON and NPI, then the digits.
                    MaskNumber(value[Math.Min(3, value.Length)..]);
                    break;
                case PduFieldKind.Parameter when !options.ShowTexts && !IsHarmless(fields.Tag):
                    value.Fill(Star);
                    break;
                case PduFieldKind.Unreadable when !options.ShowTexts || MayHoldPassword(PduHeader.Read(pdu).CommandId):
                    value.Fill(Star);
                    break;
            }
        }
    }

    /// <summary>Parameters of fixed meaning that hold no text of a person. Others, also those of vendors, could: some gateways carry USSD texts in them.</summary>
    private static bool IsHarmless(TlvTag tag) =>
        Enum.IsDefined(tag) && tag is not (TlvTag.CallbackNumAtag or TlvTag.BillingIdentification or TlvTag.SourceSubaddress or TlvTag.DestSubaddress);

    private static bool MayHoldPassword(CommandId command) => command.IsBind() || command == CommandId.Outbind;

    /// <summary>Some USSD gateways put what was dialled into the address, such as *500*1*4711#: behind the code stands what the subscriber chose, or a PIN.</summary>
    private static bool IsDialString(ReadOnlySpan<byte> address) => !address.IsEmpty && address[0] is Star or (byte)'#';

    private static void MaskDialString(Span<byte> dialled, PduTraceOptions options)
    {
        var code = dialled[1..].IndexOfAny(Star, (byte)'#');
        if (!options.ShowTexts && code >= 0)
        {
            MaskDigits(dialled[(code + 1)..]);
        }
    }

    private static void MaskNumber(Span<byte> address)
    {
        if (address.Length <= LongestShortCode)
        {
            return;
        }
        MaskDigits(address[DigitsBefore..^DigitsAfter]);
    }

    /// <summary>Letters are a name, not a number.</summary>
    private static void MaskDigits(Span<byte> octets)
    {
        foreach (ref var octet in octets)
        {
            octet = octet is >= (byte)'0' and <= (byte)'9' ? Star : octet;
        }
    }

    private static void MaskText(Span<byte> text, byte esmClass, byte dataCoding)
    {
        if (Pdu.EsmClass.HasUserDataHeader(esmClass) && !text.IsEmpty)
        {
            text = text[Math.Min(text[0] + 1, text.Length)..];
        }
        if (Pdu.EsmClass.IsReceipt(esmClass) && text.StartsWith("id:"u8) && text.IndexOf("stat:"u8) >= 0)
        {
            // What a receipt says of the message is what a trace is for; behind it stands the beginning of the text. The words are asked for as
            // well as the bit: a peer that sets the bit at random must not lay a subscriber's text open.
            text = TextOfReceipt(text);
        }
        if (dataCoding == 8)
        {
            for (var i = 0; i < text.Length; i++)
            {
                text[i] = i % 2 == 0 ? (byte)0 : Star;
            }
            return;
        }
        text.Fill(Star);
    }

    private static Span<byte> TextOfReceipt(Span<byte> receipt)
    {
        ReadOnlySpan<byte> key = "text:"u8;
        for (var i = 0; i <= receipt.Length - key.Length; i++)
        {
            if (Ascii.EqualsIgnoreCase(receipt.Slice(i, key.Length), key))
            {
                return receipt[(i + key.Length)..];
            }
        }
        return default;
    }
}
