using System.Globalization;
using System.Text;

namespace CarrierPay.Engine.Messaging.Texts;

/// <summary>Makes names fit the room that is left for them. Never splits a surrogate pair or takes an accent off its letter.</summary>
internal static class Shortening
{
    /// <summary>Stands between date and amount of a line of a history and the name behind them. A carriage return, because it is of the GSM alphabet and in no name.</summary>
    public const char NameMark = '\r';

    private const string Points = "..";

    /// <summary>A name in a line of a history has at least this much room, its space included; else the oldest line is left out.</summary>
    private const int ShortestNameInLine = 2;

    public static string Fit(string value, ParameterKind kind, int room, bool gsm) => kind switch
    {
        ParameterKind.Name when TextLength.UnitsOf(value, gsm) > room => FitName(value, room, gsm),
        ParameterKind.List when TextLength.UnitsOf(value, gsm) > room => FitList(value, room, gsm),
        ParameterKind.Lines => FitLines(value, room, gsm),
        _ => value,
    };

    private static string FitName(string name, int room, bool gsm) =>
        string.Concat(Cut(name, room - Points.Length, gsm).TrimEnd(" .,-(（"), Points);

    private static string FitList(string list, int room, bool gsm)
    {
        var kept = Cut(list, room - Points.Length, gsm);
        var separator = kept.LastIndexOfAny(',', '、');
        return separator > 0 ? string.Concat(kept[..separator], Points) : FitName(list, room, gsm);
    }

    private static string FitLines(string lines, int room, bool gsm)
    {
        Line[] all = [.. lines.Split('\n').Select(line => Divide(line, gsm))];
        var count = all.Length;
        while (count > 1 && Units(all.AsSpan(0, count), ShortestNameInLine) > room) count--;
        var kept = all.AsSpan(0, count);

        var longest = 0;
        foreach (var line in kept) longest = Math.Max(longest, line.NameUnits);
        var length = Math.Min(ShortestNameInLine, longest);
        while (length < longest && Units(kept, length + 1) <= room) length++;
        var left = room - Units(kept, length);

        var text = new StringBuilder();
        foreach (var line in kept)
        {
            var more = Math.Max(0, Math.Min(left, line.NameUnits - length));
            left -= more;
            if (text.Length > 0) text.Append('\n');
            text.Append(line.Head).Append(Cut(line.Name, length + more, gsm).TrimEnd());
        }

        return text.ToString();
    }

    private static int Units(ReadOnlySpan<Line> lines, int nameLength)
    {
        var units = lines.Length - 1;
        foreach (var line in lines) units += line.HeadUnits + Math.Min(nameLength, line.NameUnits);
        return units;
    }

    /// <summary>Date and amount, and the name with the space before it; Han characters need none (<c>12.50咖啡</c>).</summary>
    private static Line Divide(string line, bool gsm)
    {
        var at = line.IndexOf(NameMark);
        var head = at < 0 ? line : line[..at];
        var name = at < 0 ? "" : line[(at + 1)..];
        if (name.Length > 0 && name[0] < '\u2E80') name = " " + name;
        return new Line(head, name, TextLength.UnitsOf(head, gsm), TextLength.UnitsOf(name, gsm));
    }

    private static ReadOnlySpan<char> Cut(string text, int room, bool gsm)
    {
        var end = 0;
        var units = 0;
        while (end < text.Length)
        {
            units += TextLength.UnitsOf(text.AsSpan(end, 1), gsm);
            if (units > room) break;
            end++;
        }

        while (end > 0 && end < text.Length && IsBoundToTheOneBefore(text[end])) end--;
        return text.AsSpan(0, end);
    }

    private static bool IsBoundToTheOneBefore(char c) =>
        char.IsLowSurrogate(c) || c is '\u200D' or (>= '\uFE00' and <= '\uFE0F')
        || char.GetUnicodeCategory(c) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark;

    private readonly record struct Line(string Head, string Name, int HeadUnits, int NameUnits);
}
