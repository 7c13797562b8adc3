using System.Collections.Frozen;
using System.Globalization;

namespace CarrierPay.Engine.Protocols.Iso8583.Wire;

/// <summary>The fields of the standard in its own notation; b in octets.</summary>
/// <remarks>
/// ISO 8583:1987 as npm's iso_8583 and Wireshark's dissector have them; ISO 8583:1993 from published field lists, not from the document itself.
/// 65 is the third bitmap and no field.
/// </remarks>
internal static class StandardFields
{
    private static readonly FrozenDictionary<int, string> V1987 = Read("""
        2 n..19, 3 n6, 4-6 n12, 7 n10, 8-10 n8, 11-12 n6, 13-18 n4, 19-24 n3, 25-26 n2, 27 n1, 28-31 x+n9, 32-33 n..11,
        34 ns..28, 35 z..37, 36 z...104, 37 anp12, 38 anp6, 39 an2, 40 an3, 41 ans8, 42 ans15, 43 ans40, 44 ans..25,
        45 ans..76, 46-48 ans...999, 49-51 an3, 52 b8, 53 n16, 54 an...120, 55 b...255, 56-63 ans...999, 64 b8, 66 n1, 67 n2,
        68-70 n3, 71-72 n4, 73 n6, 74-81 n10, 82-85 n12, 86-89 n16, 90 n42, 91 an1, 92 an2, 93 an5, 94 an7, 95 an42, 96 b8,
        97 x+n17, 98 ans25, 99-100 n..11, 101 ans..17, 102-103 ans..28, 104 ans...100, 105-127 ans...999, 128 b8
        """);

    private static readonly FrozenDictionary<int, string> V1993 = Read("""
        2 n..19, 3 n6, 4-6 n12, 7 n10, 8-10 n8, 11 n6, 12 n12, 13-14 n4, 15 n6, 16-18 n4, 19-21 n3, 22 an12, 23-24 n3,
        25-26 n4, 27 n1, 28 n6, 29 n3, 30 n24, 31 ans..99, 32-33 n..11, 34 ns..28, 35 z..37, 36 z...104, 37 anp12, 38 anp6,
        39-40 n3, 41 ans8, 42 ans15, 43-44 ans..99, 45 ans..76, 46 ans...204, 47-48 ans...999, 49-51 an3, 52 b8, 53 b..48,
        54 ans...120, 55 b...255, 56 n..35, 57 n3, 58 n..11, 59-63 ans...999, 64 b8, 66 ans...204, 67 n2, 68-70 n3, 71 n8,
        72 ans...999, 73 n6, 74-85 n10, 86-89 n16, 90 n10, 91-92 n3, 93-94 n..11, 95 ans..99, 96 ans...999, 97 x+n17, 98 ans25,
        99 ans..11, 100 n..11, 101 ans..17, 102-103 ans..28, 104 ans...100, 105-106 n16, 107-108 n10, 109-110 ans..84,
        111-127 ans...999, 128 b8
        """);

    public static IReadOnlyDictionary<int, string> Of(Iso8583Version version) => version == Iso8583Version.V1987 ? V1987 : V1993;

    // "2 n..19, 5-6 n12": number or range, then the notation.
    private static FrozenDictionary<int, string> Read(string table)
    {
        var fields = new Dictionary<int, string>();
        foreach (var entry in table.ReplaceLineEndings(" ").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var (numbers, notation) = (entry[..entry.IndexOf(' ')], entry[(entry.IndexOf(' ') + 1)..]);
            var bounds = numbers.Split('-');
            for (var number = int.Parse(bounds[0], CultureInfo.InvariantCulture); number <= int.Parse(bounds[^1], CultureInfo.InvariantCulture); number++)
                fields.Add(number, notation);
        }
        return fields.ToFrozenDictionary();
    }
}
