namespace CarrierPay.Engine.Protocols.Iso8583.Wire;

/// <summary>What of a field may be seen by people who have no business with the account: logs, pages, errors.</summary>
internal static class FieldMask
{
    // A list of what is harmless, not of what is secret: a bank's private field is hidden until somebody has thought about it.
    private static readonly HashSet<int> Harmless =
        [3, 4, 5, 6, 7, 11, 12, 13, 15, 17, 18, 19, 22, 24, 25, 30, 32, 33, 37, 38, 39, 41, 42, 49, 50, 51, 56, 66, 70, 90, 95, 100];

    private const int PanShown = 13;
    private const int AccountShown = 8;

    public static string Show(IsoField field) => field.Number switch
    {
        2 or 34 => Pan(field.Value),
        102 or 103 => Account(field.Value),
        _ when Harmless.Contains(field.Number) => field.Value,
        _ => $"<{field.Value.Length}>",
    };

    /// <summary>The first six and the last four of a card number, as PCI DSS 3.4.1 allows; nothing of a shorter one.</summary>
    public static string Pan(string pan) => pan.Length < PanShown ? Hidden(pan.Length) : $"{pan[..6]}{Hidden(pan.Length - 10)}{pan[^4..]}";

    /// <summary>The last four; nothing of a short one.</summary>
    public static string Account(string account) => account.Length < AccountShown ? Hidden(account.Length) : $"{Hidden(account.Length - 4)}{account[^4..]}";

    private static string Hidden(int length) => new('*', length);
}
