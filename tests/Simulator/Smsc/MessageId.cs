using System.Globalization;

namespace CarrierPay.Simulator.Smsc;

/// <summary>How the centre writes message ids in its responses.</summary>
public enum MessageIdForm
{
    /// <summary>Lower-case hexadecimal, 14 digits.</summary>
    Hex,
    Decimal,
}

/// <summary>What the centre calls a message.</summary>
/// <param name="Number">What it counts.</param>
/// <param name="Text">As the response gives it.</param>
internal readonly record struct MessageId(long Number, string Text)
{
    public static MessageId Of(long number, MessageIdForm form) => new(number, form == MessageIdForm.Hex
        ? number.ToString("x14", CultureInfo.InvariantCulture) : number.ToString(CultureInfo.InvariantCulture));
}
