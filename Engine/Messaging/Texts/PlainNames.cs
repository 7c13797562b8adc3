using System.Buffers;
using System.Collections.Frozen;

namespace CarrierPay.Engine.Messaging.Texts;

/// <summary>Makes the names that others chose safe and cheap to put into a text.</summary>
internal static class PlainNames
{
    // Letters and signs of European names that GSM lacks, and what people write in their place. One of them would cost the text 90 of its 160 characters.
    private static readonly (string From, char To)[] Rows =
    [
        ("áâãāăą", 'a'), ("ÁÂÃĀĂĄÀ", 'A'), ("çćĉċč", 'c'), ("ĆĈĊČ", 'C'), ("ďđð", 'd'), ("ĎĐÐ", 'D'), ("êëēĕėęě", 'e'), ("ÈÊËĒĔĖĘĚ", 'E'),
        ("ĝğġģ", 'g'), ("ĜĞĠĢ", 'G'), ("íîïīĭįı", 'i'), ("ÌÍÎÏĪĬĮİ", 'I'), ("ķ", 'k'), ("Ķ", 'K'), ("ĺļľł", 'l'), ("ĹĻĽŁ", 'L'),
        ("ńņň", 'n'), ("ŃŅŇ", 'N'), ("óôõōŏő", 'o'), ("ÒÓÔÕŌŎŐ", 'O'), ("ŕŗř", 'r'), ("ŔŖŘ", 'R'), ("śŝşšș", 's'), ("ŚŜŞŠȘ", 'S'),
        ("ţťțþ", 't'), ("ŢŤȚÞ", 'T'), ("úûũūŭůűų", 'u'), ("ÙÚÛŨŪŬŮŰŲ", 'U'), ("ŵ", 'w'), ("Ŵ", 'W'), ("ýÿŷ", 'y'), ("ÝŶŸ", 'Y'), ("źżž", 'z'), ("ŹŻŽ", 'Z'),
        ("\u2018\u2019\u02BC\u00B4", '\''), ("\u201C\u201D«»", '"'), ("\u2010\u2011\u2012\u2013\u2014", '-'), ("\u00A0\u2009\u202F\u3000", ' '), ("·•", '.'),
    ];

    private static readonly FrozenDictionary<char, char> LookAlikes =
        Rows.SelectMany(row => row.From, (row, from) => KeyValuePair.Create(from, row.To)).ToFrozenDictionary();

    // Direction marks too: they could turn the digits of an amount around on the screen.
    private static readonly SearchValues<char> Unsafe = SearchValues.Create(
        [.. Enumerable.Range(0, 0x2100).Select(code => (char)code).Where(c =>
            char.IsControl(c) || c is '\u061C' or >= '\u200E' and <= '\u200F' or >= '\u2028' and <= '\u202E' or >= '\u2066' and <= '\u2069')]);

    /// <summary>Takes line breaks and other control characters out of a name, so that it cannot pretend to be another line of the message, and spaces that only cost room.</summary>
    public static string OneLine(string name)
    {
        if (!name.AsSpan().ContainsAny(Unsafe) && !name.Contains("  ", StringComparison.Ordinal) && !name.StartsWith(' ') && !name.EndsWith(' ')) return name;
        var safe = string.Concat(name.Select(c => Unsafe.Contains(c) ? ' ' : c));
        return string.Join(' ', safe.Split(' ', StringSplitOptions.RemoveEmptyEntries));
    }

    /// <summary>The name in the GSM alphabet by look-alikes; the name itself if that is not possible.</summary>
    public static string InGsm(string name)
    {
        if (TextLength.AllGsm(name)) return name;
        var plain = string.Create(name.Length, name, static (letters, from) =>
        {
            for (var index = 0; index < from.Length; index++) letters[index] = LookAlikes.GetValueOrDefault(from[index], from[index]);
        });
        return TextLength.AllGsm(plain) ? plain : name;
    }
}
