using System.Globalization;

namespace CarrierPay.Engine.Conversations.Grammar;

/// <summary>Makes one character of what different phones and input methods send for the same key: upper case, half-width, ASCII digits, plain punctuation.</summary>
/// <remarks>
/// The part of Unicode NFKC that a phone can type, character by character, so that each folded character has one place in the original text.
/// <see cref="string.Normalize()"/> is no help: with the invariant globalization of this solution it returns its input.
/// </remarks>
internal static class CharacterFold
{
    /// <summary>Stands for a character that nobody can see (zero-width space, byte order mark, direction mark): it is left out.</summary>
    public const char Nothing = '\0';

    /// <summary>The folded form of the character at <paramref name="index"/>, which is moved past it.</summary>
    public static char Next(ReadOnlySpan<char> text, ref int index)
    {
        var c = text[index++];
        if (c < 0x80) return Ascii(c);
        if (char.IsHighSurrogate(c) && index < text.Length && char.IsLowSurrogate(text[index]))
        {
            var digit = CharUnicodeInfo.GetDecimalDigitValue(text.Slice(index - 1, 2).ToString(), 0);
            if (digit < 0) return c;
            index++;
            return (char)('0' + digit);
        }

        return Wide(c);
    }

    private static char Ascii(char c) => c switch
    {
        >= 'a' and <= 'z' => (char)(c - 'a' + 'A'),
        < ' ' or '\x7F' => ' ',
        _ => c,
    };

    private static char Wide(char c) => c switch
    {
        >= '\uFF01' and <= '\uFF5E' => Ascii((char)(c - 0xFEE0)), // full-width ASCII
        >= '\u4E00' and <= '\u9FFF' => c,
        '\u3001' or '\uFF64' or '\uFE51' => ' ', // ideographic comma: always a separator
        '\u3002' or '\uFF61' or '\uFE52' => '.', // what a Chinese keyboard sends for the point
        '\uFE50' => ',',
        '\uFE54' => ';',
        '\uFE55' => ':',
        '\uFE56' => '?',
        '\uFE57' => '!',
        '\uFFE5' => '¥',
        '\uFFE1' => '£',
        '\uFFE6' => '₩',
        >= '\u2010' and <= '\u2015' or '\u2212' or '\uFE63' or '\uFE58' => '-',
        >= '\u2018' and <= '\u201F' or '«' or '»' or '‹' or '›' => '"',
        >= '\u3008' and <= '\u3011' => '"', // 〈〉《》「」『』【】
        >= '\u2460' and <= '\u2468' => (char)(c - '\u2460' + '1'), // ① to ⑨
        '\u24EA' => '0',
        >= '\u24B6' and <= '\u24CF' => (char)(c - '\u24B6' + 'A'), // Ⓐ to Ⓩ
        >= '\u24D0' and <= '\u24E9' => (char)(c - '\u24D0' + 'A'),
        '¹' => '1',
        '²' => '2',
        '³' => '3',
        '\u2070' or >= '\u2074' and <= '\u2079' => (char)(c - '\u2070' + '0'),
        >= '\u2080' and <= '\u2089' => (char)(c - '\u2080' + '0'),
        >= '\u200B' and <= '\u200F' or >= '\u202A' and <= '\u202E' or >= '\u2060' and <= '\u2069' or '\uFEFF' or '\u00AD' => Nothing,
        >= '\uFE00' and <= '\uFE0F' => Nothing, // variation selectors
        _ => Other(c),
    };

    private static char Other(char c)
    {
        if (char.IsWhiteSpace(c) || char.IsControl(c)) return ' ';
        var digit = CharUnicodeInfo.GetDecimalDigitValue(c); // Arabic-Indic, Devanagari, ...
        return digit >= 0 ? (char)('0' + digit) : char.ToUpperInvariant(c);
    }

    /// <summary>True for scripts that are written without spaces, where a word and what follows it are typed as one.</summary>
    public static bool IsWrittenWithoutSpaces(char c) => c >= '\u2E80' && char.IsLetter(c);
}
