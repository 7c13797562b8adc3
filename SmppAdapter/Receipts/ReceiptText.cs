using System.Buffers;
using System.Globalization;

namespace CarrierPay.SmppAdapter.Receipts;

/// <summary>The fields of a receipt's text, found by their keys: in any case and order, each of them may be missing, cut off or nonsense.</summary>
/// <remarks>
/// SMPP 3.4, appendix B: <c>id:IIIIIIIIII sub:SSS dlvrd:DDD submit date:YYMMDDhhmm done date:YYMMDDhhmm stat:DDDDDDD err:E text:...</c>
/// Behind <c>text:</c> stands the message itself, which may look like anything. So what stands in front of it counts first; the rest of a receipt is
/// looked for behind it only where keys are missing, for SMSCs that write it elsewhere.
/// </remarks>
internal readonly record struct ReceiptText(string Id, string State, string Error, DateTime? SubmittedAt, DateTime? DoneAt, int? Submitted, int? Delivered)
{
    private const int LongestValue = 255;
    private const int LongestError = 16;
    private static readonly SearchValues<char> WordEnds = SearchValues.Create(" \t\r\n,;");

    /// <summary>Ten digits of appendix B, with seconds, and with the century. Of two that fit the first counts.</summary>
    private static readonly string[] DateForms = ["yyMMddHHmm", "yyMMddHHmmss", "yyyyMMddHHmm", "yyyyMMddHHmmss"];

    /// <summary>Never fails.</summary>
    public static ReceiptText Read(string text)
    {
        var message = Find(text, "text", out var behind);
        var fields = message < 0 ? text : text[..message];
        var rest = message < 0 ? "" : text[behind..];
        return new(
            // Never from behind: a text of ours that begins with "id:" would be taken for another message's receipt.
            Value(fields, "", "id"), Value(fields, rest, "stat"), Cut(Value(fields, rest, "err"), LongestError),
            Date(Value(fields, rest, "submit date", "submitdate", "submit_date")), Date(Value(fields, rest, "done date", "donedate", "done_date")),
            Count(Value(fields, rest, "sub")), Count(Value(fields, rest, "dlvrd")));
    }

    private static string Value(string fields, string rest, params ReadOnlySpan<string> keys)
    {
        foreach (var part in (ReadOnlySpan<string>)[fields, rest])
        {
            foreach (var key in keys)
            {
                if (Find(part, key, out var behind) >= 0)
                {
                    return Word(part.AsSpan(behind));
                }
            }
        }
        return "";
    }

    /// <summary>Where a key begins, and where its value may: behind its colon. Not found inside another word: <c>id</c> is not in <c>valid:</c>.</summary>
    private static int Find(string text, string key, out int behind)
    {
        for (var at = 0; (at = text.IndexOf(key, at, StringComparison.OrdinalIgnoreCase)) >= 0; at++)
        {
            behind = at + key.Length;
            while (behind < text.Length && text[behind] == ' ')
            {
                behind++;
            }
            if (behind < text.Length && text[behind] == ':' && (at == 0 || !char.IsAsciiLetterOrDigit(text[at - 1])))
            {
                behind++;
                return at;
            }
        }
        behind = text.Length;
        return -1;
    }

    private static string Word(ReadOnlySpan<char> text)
    {
        var isApart = text.StartsWith(' ');
        text = text.TrimStart(' ');
        var end = text.IndexOfAny(WordEnds);
        var word = end < 0 ? text : text[..end];
        // "id: stat:DELIVRD": the value is missing, and this is the next key.
        return isApart && word.Contains(':') ? "" : Cut(word.ToString(), LongestValue);
    }

    private static string Cut(string value, int longest) => value.Length <= longest ? value : value[..longest];

    private static DateTime? Date(string digits) =>
        digits.AsSpan().IndexOfAnyExceptInRange('0', '9') < 0
        && DateTime.TryParseExact(digits, DateForms, CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
            ? date
            : null;

    private static int? Count(string digits) => int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : null;
}
