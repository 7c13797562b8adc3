using System.Globalization;
using System.Numerics;

namespace CarrierPay.SmppAdapter.Receipts;

/// <summary>How an SMSC writes message ids in one place.</summary>
public enum MessageIdForm
{
    /// <summary>As characters: the same in all places.</summary>
    Verbatim,

    /// <summary>As a decimal number.</summary>
    Decimal,

    /// <summary>As a hexadecimal number.</summary>
    Hexadecimal,
}

/// <summary>How an SMSC writes one id in its responses and in its receipts. By default ids are characters and must be equal.</summary>
/// <remarks>SMSCs are known that answer 38601fa and receipt 0059113978, that change the case, and that fill with zeros. An id is at most 64 characters, not always digits.</remarks>
public sealed record MessageIdPolicy
{
    /// <summary>message_id without its NUL (SMPP 3.4, section 5.2.23).</summary>
    public const int MaxLength = 64;

    public static MessageIdPolicy Default { get; } = new();

    /// <summary>message_id of submit_sm_resp.</summary>
    public MessageIdForm Response { get; init; }

    /// <summary><c>id:</c> in the text of receipts.</summary>
    public MessageIdForm Receipt { get; init; }

    /// <summary>receipted_message_id. Null: as in responses, which is what the specification asks for.</summary>
    public MessageIdForm? Parameter { get; init; }

    /// <summary>Leading zeros mean nothing. They never do in numbers.</summary>
    public bool StripZeros { get; init; }

    /// <summary>Upper and lower case are the same. They always are in numbers.</summary>
    public bool FoldCase { get; init; }

    /// <summary>What a response's id is stored and found as: equal for equal messages, whatever place it stood in. "" for no id.</summary>
    public string KeyOfResponse(string id) => Key(id, Response);

    /// <summary>What a receipt's id is found as: its parameter's before its text's. "" for no id.</summary>
    public string KeyOfReceipt(DeliveryReceipt receipt) =>
        receipt.ParameterId.Length > 0 ? Key(receipt.ParameterId, Parameter ?? Response) : Key(receipt.TextId, Receipt);

    /// <summary>A number is written in decimal; what is no number in the form that was expected stays as it is.</summary>
    private string Key(string id, MessageIdForm form)
    {
        id = id.Trim();
        if (id.Length > 0 && form != MessageIdForm.Verbatim && TryParse(id, form, out var number))
        {
            return number.ToString(CultureInfo.InvariantCulture);
        }
        if (StripZeros && id.TrimStart('0') is { } stripped)
        {
            id = stripped.Length == 0 && id.Length > 0 ? "0" : stripped;
        }
        return FoldCase ? id.ToUpperInvariant() : id;
    }

    private static bool TryParse(string id, MessageIdForm form, out BigInteger number) => form == MessageIdForm.Decimal
        ? BigInteger.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out number)
        // A zero in front: the first digit would else be read as a sign.
        : BigInteger.TryParse(id.StartsWith("0x", StringComparison.OrdinalIgnoreCase) ? $"0{id.AsSpan(2)}" : $"0{id}", NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out number);
}
