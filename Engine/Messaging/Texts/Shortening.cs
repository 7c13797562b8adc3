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
        var all = lines.Split('\n');
        for (var count = all.Length; count > 1; count--)
        {
            if (Units(all, count, ShortestNameInLine, gsm) <= room) return Join(all, count, room, gsm);
        }

        return Join(all, 1, room, gsm);
    }

    private static string Join(string[] lines, int count, int room, bool gsm)
    {
        var length = 0;
        while (length < TextLength.SeptetsInOnePart && Units(lines, count, length + 1, gsm) <= room) length++;
        var left = room == int.MaxValue ? 0 : room - Units(lines, count, length, gsm);

        var text = new StringBuilder();
        for (var index = 0; index < count; index++)
        {
            var (head, name) = Divide(lines[index]);
            var more = Math.Max(0, Math.Min(left, TextLength.UnitsOf(name, gsm) - length));
            left -= more;
            if (index > 0) text.Append('\n');
            text.Append(head).Append(Cut(name, length + more, gsm).TrimEnd());
        }

        return text.ToString();
    }

    private static int Units(string[] lines, int count, int nameLength, bool gsm)
    {
        var units = count - 1;
        for (var index = 0; index < count; index++)
        {
            var (head, name) = Divide(lines[index]);
            units += TextLength.UnitsOf(head, gsm) + Math.Min(nameLength, TextLength.UnitsOf(name, gsm));
        }

        return units;
    }

    /// <summary>Date and amount, and the name with the space before it; Han characters need none (<c>12.50咖啡</c>).</summary>
    private static (string Head, string Name) Divide(string line)
    {
        var at = line.IndexOf(NameMark);
        if (at < 0) return (line, "");
        var name = line[(at + 1)..];
        return (line[..at], name.Length == 0 || name[0] >= '\u2E80' ? name : " " + name);
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
}
