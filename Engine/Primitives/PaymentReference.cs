namespace CarrierPay.Engine.Primitives;

/// <summary>The short reference of a payment in texts, as <c>K7Q2M9</c>: five characters and a check character.</summary>
/// <remarks>
/// Unique within a subscriber by construction: it follows from the subscriber's own count of payments by a one-to-one mapping,
/// so it needs no column and no look-up. The alphabet leaves out what is read wrongly: 0 O, 1 I L, U. It is no secret.
/// </remarks>
public static class PaymentReference
{
    private const string Alphabet = "23456789ABCDEFGHJKMNPQRSTVWXYZ";
    private const long Space = 30L * 30 * 30 * 30 * 30;
    private const long Step = 14_348_921; // shares no factor with 2, 3 or 5, so the mapping is one-to-one

    /// <param name="subscriber">Whose payment.</param>
    /// <param name="number">The subscriber's own count, 1 to 24,299,999.</param>
    public static string Of(SubscriberId subscriber, int number)
    {
        var start = (long)(unchecked((ulong)subscriber.Value * 0x9E37_79B9_7F4A_7C15UL) >> 33) % Space;
        var value = ((number * Step) + start) % Space;
        Span<char> text = stackalloc char[6];
        var check = 0;
        for (var i = 4; i >= 0; i--)
        {
            var digit = (int)(value % 30);
            text[i] = Alphabet[digit];
            check += digit * (i + 7);
            value /= 30;
        }
        text[5] = Alphabet[check % 30];
        return new(text);
    }
}
