namespace CarrierPay.Engine.Conversations.Grammar;

/// <summary>Reads what a subscriber typed. Pure; answers every text, whatever it holds, and never throws but for null.</summary>
/// <remarks>
/// <code>
/// message := command { separator argument }
/// PAY|ZF|支付|付款 merchant [item] [amount] [source P|W|B]      amount and source in either order
/// TOPUP|充值 amount [source P|B]      CASHOUT|提现 amount [source P|B]
/// Y|YES|A|是|确认 [code]      N|NO|否|取消 [code]      code alone = yes with this code      code Y, code N
/// BAL|YE|YECX|余额      HIST|MX|JYCX|明细 [n]      HELP|BZ|?|帮助
/// separator := space line-break + _ * # , ， 、 : ; |     one or several
/// </code>
/// Upper and lower case, full-width and half-width are alike; quotes around a word and punctuation behind it are ignored (<see cref="CharacterFold"/>).
/// A word too many makes the text unknown rather than guessed at: the reply is the help text, and no money moves.
/// </remarks>
public static class SmsGrammar
{
    /// <summary>A text of so many digits alone is a code, and so is such a run behind a yes or no without a space.</summary>
    public const int MinimumCodeLength = 4, MaximumCodeLength = 6;

    /// <summary>Longest merchant keyword and item, in UTF-16 units.</summary>
    public const int MaximumNameLength = 16;

    /// <summary>The command in <paramref name="text"/>; <see cref="UnknownCommand"/> for what is none.</summary>
    public static SmsCommand Parse(string text) => Read(text, out _);

    /// <summary>Parses, and says which parts of the original text are the merchant, the item and the amount.</summary>
    internal static SmsCommand Read(string text, out Places places)
    {
        ArgumentNullException.ThrowIfNull(text);
        places = default;
        var trimmed = text.AsSpan().Trim();
        if (trimmed.Length is 0 or > FoldedText.MaximumLength) return UnknownCommand.Instance;

        Span<char> characters = stackalloc char[trimmed.Length];
        Span<int> origins = stackalloc int[trimmed.Length];
        Span<Range> tokens = stackalloc Range[FoldedText.MaximumTokens];
        var folded = new FoldedText(trimmed, characters, origins, tokens);
        var command = Read(ref folded, ref places);
        places = places.MovedBy(text.AsSpan().IndexOf(trimmed[0]));
        return command;
    }

    private static SmsCommand Read(ref FoldedText text, ref Places places)
    {
        if (text.Count == 0) return text.IsQuestionMark ? HelpCommand.Instance : UnknownCommand.Instance;
        return text.Verb switch
        {
            Verb.Pay => PayReader.Read(ref text, ref places),
            Verb.TopUp or Verb.CashOut => MoveReader.Read(ref text, ref places),
            Verb.Confirm or Verb.Deny => ReadAnswer(in text),
            Verb.Balance => BalanceCommand.Instance, // a PIN behind it (YECX 1234) was once asked for and is not needed
            Verb.History => new HistoryCommand(ReadCount(in text)),
            Verb.Help => HelpCommand.Instance,
            _ => ReadBareCode(in text),
        };
    }

    private static SmsCommand ReadAnswer(in FoldedText text)
    {
        if (text.Count > 2) return UnknownCommand.Instance;
        if (text.Count == 1) return Answer(text.Verb, null);
        var code = text[1];
        var readable = text.IsGlued ? IsCode(code) : IsDigits(code);
        return readable ? Answer(text.Verb, code) : UnknownCommand.Instance;
    }

    /// <remarks><c>4821</c>, <c>4821 Y</c>, <c>4821 N</c>. The word decides: a no behind the code must not be overlooked.</remarks>
    private static SmsCommand ReadBareCode(in FoldedText text)
    {
        if (!IsCode(text[0])) return UnknownCommand.Instance;
        if (text.Count == 1) return Answer(Verb.Confirm, text[0]);
        if (text.Count == 2 && CommandWords.TryFindVerb(text[1], out var verb) && verb is Verb.Confirm or Verb.Deny) return Answer(verb, text[0]);
        return UnknownCommand.Instance;
    }

    private static SmsCommand Answer(Verb? verb, ReadOnlySpan<char> code)
    {
        var digits = code.IsEmpty ? null : code.ToString();
        return verb == Verb.Confirm ? new ConfirmCommand(digits) : new DenyCommand(digits);
    }

    private static int ReadCount(in FoldedText text)
    {
        if (text.Count < 2 || text[1].Length > 2 || !IsDigits(text[1])) return HistoryCommand.MaximumCount;
        var count = int.Parse(text[1]);
        return count is >= 1 and <= HistoryCommand.MaximumCount ? count : HistoryCommand.MaximumCount;
    }

    private static bool IsCode(ReadOnlySpan<char> token) => token.Length is >= MinimumCodeLength and <= MaximumCodeLength && IsDigits(token);

    private static bool IsDigits(ReadOnlySpan<char> token) => !token.ContainsAnyExceptInRange('0', '9');

    /// <summary>Where the parts of a command stand in the original text; an empty range for a part that is not there.</summary>
    internal readonly record struct Places(Range Keyword, Range Item, Range Amount)
    {
        public Places MovedBy(int offset) => new(Move(Keyword, offset), Move(Item, offset), Move(Amount, offset));

        private static Range Move(Range range, int offset) => (range.Start.Value + offset)..(range.End.Value + offset);
    }
}
