namespace CarrierPay.SmppAdapter.Ussd;

/// <summary>Cuts a text into pages, because USSD has no parts.</summary>
/// <remarks>A line stays whole if it fits a page; a longer one is cut between words, a longer word between characters, an escape pair or surrogate pair never.</remarks>
public static class UssdPages
{
    /// <param name="text">Lines end with "\n". Empty gives one empty page.</param>
    /// <param name="codec">Knows what fits.</param>
    /// <param name="more">The last line of every page but the last, such as "9 More".</param>
    /// <param name="back">The last line of every page but the first, such as "0 Back"; "" for none.</param>
    /// <exception cref="ArgumentException">The words leave no room for a text.</exception>
    public static IReadOnlyList<string> Split(string text, UssdCodec codec, string more, string back)
    {
        var pages = new List<string>();
        var rest = text.Trim('\n', ' ');
        while (true)
        {
            var behind = pages.Count == 0 ? "" : back;
            if (codec.Fits(Page(rest, behind)))
            {
                pages.Add(Page(rest, behind));
                return pages;
            }
            var taken = Take(rest, content => codec.Fits(Page(content, more, behind)), content => codec.Fits(Page(content, more, back)));
            pages.Add(Page(rest[..taken].TrimEnd('\n', ' '), more, behind));
            rest = rest[taken..].TrimStart('\n', ' ');
        }
    }

    private static string Page(string content, params ReadOnlySpan<string> words)
    {
        foreach (var word in words)
        {
            content = word.Length == 0 ? content : $"{content}\n{word}";
        }
        return content;
    }

    /// <summary>How many characters of the text go on this page: whole lines, or up to a cut through a line that no page could hold.</summary>
    private static int Take(string text, Func<string, bool> fits, Func<string, bool> fitsAlone)
    {
        var taken = 0;
        while (true)
        {
            var end = text.IndexOf('\n', taken) is var found and >= 0 ? found : text.Length;
            if (fits(text[..end]))
            {
                // There is a line behind it: the whole text would have been the last page.
                taken = end + 1;
                continue;
            }
            if (taken > 0 && fitsAlone(text[taken..end]))
            {
                return taken;
            }
            var cut = CutLine(text, taken, end, fits);
            return cut > 0 ? cut : throw new ArgumentException("The words for more and back leave no room for a text.");
        }
    }

    /// <summary>The longest start of the text that fits and ends within the line: between words if it can, else between characters. The start of the line if nothing of it fits.</summary>
    private static int CutLine(string text, int start, int end, Func<string, bool> fits)
    {
        var cut = start;
        for (var next = start; next < end;)
        {
            next += next + 1 < end && char.IsSurrogatePair(text, next) ? 2 : 1;
            if (!fits(text[..next]))
            {
                break;
            }
            cut = next;
        }
        if (cut == start || text[cut] == ' ')
        {
            return cut;
        }
        var space = text.LastIndexOf(' ', cut - 1, cut - start);
        return space > start ? space + 1 : cut;
    }
}
