using System.ComponentModel.DataAnnotations;
using CarrierPay.SmppAdapter.Pdu;

namespace CarrierPay.Simulator.Smsc.Receipts;

/// <summary>Where a receipt says what it says.</summary>
public enum ReceiptForm
{
    /// <summary>In the text and in the parameters.</summary>
    Both,
    /// <summary>In the parameters; the text is empty.</summary>
    Tlv,
    /// <summary>In the text only.</summary>
    Text,
}

/// <summary>How a receipt writes the message_id that the response gave.</summary>
public enum ReceiptId
{
    Same,
    Decimal,
    Hex,
    /// <summary>Hexadecimal in capitals.</summary>
    Upper,
    /// <summary>With zeros in front.</summary>
    Zeros,
    /// <summary>Without zeros in front.</summary>
    Stripped,
    /// <summary>Another id altogether.</summary>
    Other,
}

/// <summary>When a receipt goes, seen from the response to its message.</summary>
public enum ReceiptTime { After, Before }

/// <summary>On which bind a receipt goes.</summary>
public enum ReceiptBind
{
    /// <summary>Whose turn it is.</summary>
    Any,
    /// <summary>The bind of the message, while it is there and receives.</summary>
    Same,
    /// <summary>Another one, if there is one that receives.</summary>
    Other,
}

/// <summary>How the dates in the text are written.</summary>
public enum ReceiptDate
{
    /// <summary>YYMMDDhhmm, 10 digits.</summary>
    Minutes,
    /// <summary>YYMMDDhhmmss, 12 digits.</summary>
    Seconds,
    /// <summary>YYYYMMDDhhmmss, 14 digits.</summary>
    Century,
    /// <summary>The letters YYMMDDhhmm themselves.</summary>
    Letters,
}

/// <summary>What stands in the text, and in which order.</summary>
public enum ReceiptLayout
{
    /// <summary>SMPP 3.4, appendix B.</summary>
    Standard,
    /// <summary>The same fields in another order, and <c>Text:</c>.</summary>
    Shuffled,
    /// <summary>Only id and stat.</summary>
    Short,
    /// <summary>Only stat.</summary>
    State,
}

/// <summary>What receipts are like. The settings <c>Simulator__Smsc__Receipts__...</c> are the default; an order by the API is for so many receipts.</summary>
public sealed record ReceiptOptions
{
    public ReceiptForm Form { get; set; }

    /// <summary>In the text, and in the parameter unless <see cref="TlvId"/> says otherwise.</summary>
    public ReceiptId Id { get; set; }

    /// <summary>In the parameter receipted_message_id; null: as <see cref="Id"/>.</summary>
    public ReceiptId? TlvId { get; set; }

    /// <summary>What became of the message; null: the truth. A message that expired, was rejected, deleted or undeliverable reaches no phone.</summary>
    public SmMessageState? State { get; set; }

    public ReceiptTime When { get; set; }

    /// <summary>From the message to its receipt. Default: at once.</summary>
    [Range(0, 86_400_000)]
    public int DelayMs { get; set; }

    public ReceiptBind Bind { get; set; }

    /// <summary>How often each receipt is sent: 0 never, 2 twice. Default 1.</summary>
    [Range(0, 10)]
    public int Copies { get; set; } = 1;

    /// <summary>An intermediate notification (ENROUTE) goes first, asked for or not.</summary>
    public bool Intermediate { get; set; }

    public ReceiptDate Date { get; set; }

    /// <summary>After <c>err:</c>; null: 000, or 001 for a failure. "" leaves the field out.</summary>
    [StringLength(10)]
    public string? Err { get; set; }

    /// <summary>data_coding; the text is ASCII whatever it says. Default 0.</summary>
    [Range(0, 255)]
    public int DataCoding { get; set; }

    /// <summary>Bits to set in esm_class besides those of a receipt, such as 0x40 (64): a header that is not there. Default 0.</summary>
    [Range(0, 255)]
    public int ExtraBits { get; set; }

    /// <summary>The text goes in message_payload.</summary>
    public bool Payload { get; set; }

    public ReceiptLayout Layout { get; set; }
}
