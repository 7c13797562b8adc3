using System.Collections.Frozen;

namespace CarrierPay.Engine.Conversations.Grammar;

/// <summary>What people write beside an amount, and the currencies it can stand for. A new mark is a new row.</summary>
internal static class CurrencyMarks
{
    // Not every ISO code is here: CUP, TOP, PEN, TRY, ALL, MOP and their like are words that an item may have as its name.
    private static readonly (string Mark, string Codes)[] Rows =
    [
        ("€", "EUR"), ("EURO", "EUR"), ("EUROS", "EUR"),
        ("£", "GBP EGP"), ("$", "USD AUD CAD HKD NZD SGD TWD MXN"), ("US$", "USD"), ("HK$", "HKD"),
        ("¥", "CNY JPY"), ("RMB", "CNY"), ("YUAN", "CNY"), ("KUAI", "CNY"), ("人民币", "CNY"), ("块", "CNY"), ("块钱", "CNY"),
        ("元", "CNY HKD TWD SGD"), ("圆", "CNY JPY"), ("欧元", "EUR"), ("美元", "USD"), ("港元", "HKD"), ("港币", "HKD"), ("日元", "JPY"),
        ("₦", "NGN"), ("₹", "INR"), ("₩", "KRW"), ("GH₵", "GHS"), ("KSH", "KES"), ("USH", "UGX"), ("TSH", "TZS"),
        .. "AED AUD BDT BHD BRL BWP CAD CHF CNY CZK DKK EGP ETB EUR GBP GHS HKD HUF IDR ILS INR IQD JOD JPY KES KRW KWD KZT LKR MMK MWK MXN MYR MZN NGN NOK NPR NZD OMR PHP PKR PLN QAR RWF SAR SEK SGD THB TND TWD TZS UAH UGX USD VND XAF XOF ZAR ZMW"
            .Split(' ').Select(code => (code, code)),
    ];

    private static readonly FrozenDictionary<string, string> CodesByMark = Rows.ToFrozenDictionary(row => row.Mark, row => row.Codes, StringComparer.Ordinal);
    private static readonly FrozenDictionary<string, string> Marks = Rows.ToFrozenDictionary(row => row.Mark, row => row.Mark, StringComparer.Ordinal);
    private static readonly FrozenDictionary<string, string>.AlternateLookup<ReadOnlySpan<char>> MarksBySpan = Marks.GetAlternateLookup<ReadOnlySpan<char>>();
    private static readonly int LongestMark = Rows.Max(row => row.Mark.Length);

    /// <summary>The mark that the whole of <paramref name="token"/> is, from the table (nothing is allocated); null if it is none.</summary>
    public static string? Find(ReadOnlySpan<char> token) =>
        token.Length <= LongestMark && MarksBySpan.TryGetValue(token, out var mark) ? mark : null;

    /// <summary>Takes a mark off the front and one off the back. Two marks are given as <paramref name="two"/>, because nobody knows which one counts.</summary>
    public static ReadOnlySpan<char> Strip(ReadOnlySpan<char> token, out string? mark, out bool two)
    {
        mark = null;
        two = false;
        var start = 0;
        while (start < token.Length && !IsNumberPart(token[start])) start++;
        if (start > 0)
        {
            mark = Find(token[..start]);
            if (mark is null) return token;
        }

        var end = token.Length;
        while (end > start && !IsNumberPart(token[end - 1])) end--;
        if (end < token.Length)
        {
            var suffix = Find(token[end..]);
            if (suffix is null)
            {
                mark = null;
                return token;
            }

            two = mark is not null;
            mark = suffix;
        }

        return token[start..end];
    }

    public static bool Fits(string mark, string currencyCode) =>
        CodesByMark.TryGetValue(mark, out var codes) && codes.Contains(currencyCode, StringComparison.Ordinal);

    private static bool IsNumberPart(char c) => char.IsAsciiDigit(c) || c is '.' or ',' or '-';
}
