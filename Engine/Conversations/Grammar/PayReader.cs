using System.Text;

namespace CarrierPay.Engine.Conversations.Grammar;

/// <summary>Reads the arguments of PAY, from the back: source and amount first, because a merchant and an item may look like anything.</summary>
internal static class PayReader
{
    private const int Keyword = 1;

    public static SmsCommand Read(ref FoldedText text, ref SmsGrammar.Places places)
    {
        for (var token = Keyword; token < text.Count; token++)
        {
            var name = NameBeforeAmount(text[token]);
            if (name > 0) text.Split(token, name);
        }

        if (text.Count <= Keyword || !IsName(text[Keyword])) return PayWithoutMerchantCommand.Instance;
        if (text.Count == FoldedText.MaximumTokens) return UnknownCommand.Instance;

        var end = text.Count;
        var (source, amount) = ReadFromBack(ref text, Keyword + 1, ref end);

        var keyword = text[Keyword].ToString();
        if (amount is { Outcome: not AmountOutcome.Ok }) return new BadAmountCommand(keyword, amount.Value.Outcome);

        string? item = null;
        switch (end - Keyword - 1)
        {
            case 0:
                break;
            case 1 when IsName(text[Keyword + 1]):
                item = text[Keyword + 1].ToString();
                places = places with { Item = text.Original(Keyword + 1, 0, item.Length) };
                break;
            case 1 when AmountReader.LooksLikeNumber(text[Keyword + 1]):
                return new BadAmountCommand(keyword, AmountOutcome.Unclear); // two numbers: which one is to be paid?
            default:
                places = default;
                return UnknownCommand.Instance;
        }

        places = places with { Keyword = text.Original(Keyword, 0, keyword.Length), Amount = amount?.Place ?? default };
        return new PayCommand(keyword, item, amount?.Value, source);
    }

    /// <summary>Reads source and amount, in either order, from the back down to token <paramref name="first"/>; <paramref name="end"/> is then behind what is left.</summary>
    public static (PaySource? Source, Amount? Amount) ReadFromBack(ref FoldedText text, int first, ref int end)
    {
        PaySource? source = null;
        Amount? amount = null;
        while (end > first)
        {
            if (source is null && CommandWords.TryFindSource(text[end - 1], out var found))
            {
                source = found;
                end--;
            }
            else if (amount is null && TryReadAmount(in text, first, ref end, out var read))
            {
                amount = read;
            }
            else
            {
                break;
            }
        }
        return (source, amount);
    }

    /// <summary>Reads the amount that ends before token <paramref name="end"/>, with a currency before or behind it, glued or apart.</summary>
    private static bool TryReadAmount(in FoldedText text, int first, ref int end, out Amount amount)
    {
        amount = default;
        var number = end - 1;
        var behind = number > first ? CurrencyMarks.Find(text[number]) : null;
        if (behind is not null) number--;
        if (!AmountReader.LooksLikeNumber(text[number])) return false;

        var before = number > first ? CurrencyMarks.Find(text[number - 1]) : null;
        var outcome = AmountReader.Read(text[number], behind ?? before, out var value);
        if (before is not null && behind is not null) outcome = AmountOutcome.Unclear;
        amount = new Amount(outcome, value, text.Original(number, 0, text[number].Length));
        end = before is null ? number : number - 1;
        return true;
    }

    /// <summary>The length of the name in a name and an amount typed as one (<c>咖啡12.50</c>, <c>拿铁12元</c>, <c>LATTE12.50</c>); 0 if it is not that.</summary>
    /// <remarks>Only with a point or a currency: <c>FIFA24</c> is a name.</remarks>
    private static int NameBeforeAmount(ReadOnlySpan<char> token)
    {
        var length = token.IndexOfAnyInRange('0', '9');
        if (length <= 0 || !IsName(token[..length])) return 0;
        var rest = token[length..];
        var number = CurrencyMarks.Strip(rest, out var mark, out _);
        var isAmount = (mark is not null || number.Contains('.')) && AmountReader.LooksLikeNumber(rest) && CurrencyMarks.Find(token[..length]) is null;
        return isAmount ? length : 0;
    }

    /// <summary>Letters and digits of any script. Half of a surrogate pair is none, so that a name can always be stored.</summary>
    private static bool IsName(ReadOnlySpan<char> token)
    {
        if (token.Length > SmsGrammar.MaximumNameLength) return false;
        foreach (var rune in token.EnumerateRunes())
        {
            if (!Rune.IsLetterOrDigit(rune)) return false;
        }

        return true;
    }

    public readonly record struct Amount(AmountOutcome Outcome, AmountText Value, Range Place);
}
