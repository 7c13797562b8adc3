namespace CarrierPay.Engine.Tests.Messaging.Texts;

/// <summary>Counts as a network does, from the table of 3GPP 23.038 by code points; written apart from the code under test.</summary>
internal static class GsmAlphabet
{
    // Rows 0x00 to 0x70 of the basic table. 0x1B is the escape.
    private static readonly HashSet<int> Basic =
    [
        0x0040, 0x00A3, 0x0024, 0x00A5, 0x00E8, 0x00E9, 0x00F9, 0x00EC, 0x00F2, 0x00C7, 0x000A, 0x00D8, 0x00F8, 0x000D, 0x00C5, 0x00E5,
        0x0394, 0x005F, 0x03A6, 0x0393, 0x039B, 0x03A9, 0x03A0, 0x03A8, 0x03A3, 0x0398, 0x039E, 0x00C6, 0x00E6, 0x00DF, 0x00C9,
        .. Enumerable.Range(0x20, 0x20).Select(code => code == 0x24 ? 0x00A4 : code),
        0x00A1, .. Enumerable.Range(0x41, 26), 0x00C4, 0x00D6, 0x00D1, 0x00DC, 0x00A7,
        0x00BF, .. Enumerable.Range(0x61, 26), 0x00E4, 0x00F6, 0x00F1, 0x00FC, 0x00E0,
    ];

    private static readonly HashSet<int> Extension = [0x000C, 0x005E, 0x007B, 0x007D, 0x005C, 0x005B, 0x007E, 0x005D, 0x007C, 0x20AC];

    public static int Count => Basic.Count;

    /// <summary>Septets, or null if the text needs UCS-2.</summary>
    public static int? Septets(string text)
    {
        var septets = 0;
        foreach (var c in text)
        {
            if (Basic.Contains(c)) septets++;
            else if (Extension.Contains(c)) septets += 2;
            else return null;
        }

        return septets;
    }

    public static bool FitsOnePart(string text) => Septets(text) is { } septets ? septets <= 160 : text.Length <= 70;
}
