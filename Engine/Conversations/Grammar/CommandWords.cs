using System.Collections.Frozen;

namespace CarrierPay.Engine.Conversations.Grammar;

/// <summary>What a command word asks for.</summary>
internal enum Verb
{
    Pay = 1,
    Confirm,
    Deny,
    Balance,
    History,
    Help,
    TopUp,
    CashOut,
}

/// <summary>Every word a command may begin with, and the words for a source of money. A new language is new rows.</summary>
/// <remarks>Words are in folded form (<see cref="CharacterFold"/>): upper case, half-width. No word may stand in two rows: the table throws.</remarks>
internal static class CommandWords
{
    private static readonly (string Language, Verb Verb, string Words)[] VerbRows =
    [
        ("English", Verb.Pay, "PAY"),
        ("English", Verb.Confirm, "Y YES A"),
        ("English", Verb.Deny, "N NO"),
        ("English", Verb.Balance, "BAL BALANCE"),
        ("English", Verb.History, "HIST HISTORY"),
        ("English", Verb.Help, "HELP"),
        ("English", Verb.TopUp, "TOPUP"),
        ("English", Verb.CashOut, "CASHOUT"),

        // Initials of the pinyin, as Chinese operators have used them since the first SMS services: ZF = zhi fu, YECX = yu e cha xun.
        ("Pinyin", Verb.Pay, "ZF"),
        ("Pinyin", Verb.Balance, "YE YECX"),
        ("Pinyin", Verb.History, "MX JYCX"),
        ("Pinyin", Verb.Help, "BZ"),

        ("Chinese", Verb.Pay, "支付 付款"),
        ("Chinese", Verb.Confirm, "是 是的 确认 确认支付"),
        ("Chinese", Verb.Deny, "否 取消 取消支付"),
        ("Chinese", Verb.Balance, "余额 余额查询 查余额 查询余额"),
        ("Chinese", Verb.History, "明细 交易明细 查明细 查询明细"),
        ("Chinese", Verb.Help, "帮助"),
        ("Chinese", Verb.TopUp, "充值"),
        ("Chinese", Verb.CashOut, "提现"),
    ];

    private static readonly (string Language, PaySource Source, string Words)[] SourceRows =
    [
        ("English", PaySource.Phone, "P"),
        ("English", PaySource.Wallet, "W"),
        ("English", PaySource.Bank, "B"),
        ("Chinese", PaySource.Phone, "话费"),
        ("Chinese", PaySource.Wallet, "钱包"),
        ("Chinese", PaySource.Bank, "银行 银行卡"),
    ];

    private static readonly FrozenDictionary<string, Verb>.AlternateLookup<ReadOnlySpan<char>> Verbs =
        VerbRows.SelectMany(row => row.Words.Split(' '), (row, word) => KeyValuePair.Create(word, row.Verb))
            .ToDictionary(StringComparer.Ordinal).ToFrozenDictionary(StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();

    private static readonly FrozenDictionary<string, PaySource>.AlternateLookup<ReadOnlySpan<char>> Sources =
        SourceRows.SelectMany(row => row.Words.Split(' '), (row, word) => KeyValuePair.Create(word, row.Source))
            .ToDictionary(StringComparer.Ordinal).ToFrozenDictionary(StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();

    private static readonly int LongestVerb = VerbRows.SelectMany(row => row.Words.Split(' ')).Max(word => word.Length);

    public static bool TryFindVerb(ReadOnlySpan<char> word, out Verb verb)
    {
        verb = default;
        return word.Length <= LongestVerb && Verbs.TryGetValue(word, out verb);
    }

    public static bool TryFindSource(ReadOnlySpan<char> word, out PaySource source) => Sources.TryGetValue(word, out source);

    /// <summary>Finds a command word that is followed without a space: <c>Y4821</c>, <c>是4821</c>, <c>支付咖啡</c>, <c>ZF咖啡</c>. Of several words the longest.</summary>
    /// <remarks>A Latin word ends at the first digit or at the first character of a script written without spaces; so <c>PAYMENT</c> is never <c>PAY MENT</c>.</remarks>
    public static bool TryFindGlued(ReadOnlySpan<char> token, out Verb verb, out int length)
    {
        for (length = Math.Min(LongestVerb, token.Length - 1); length > 0; length--)
        {
            var last = token[length - 1];
            var next = token[length];
            var boundary = CharacterFold.IsWrittenWithoutSpaces(last) || char.IsAsciiDigit(next) || CharacterFold.IsWrittenWithoutSpaces(next);
            if (boundary && Verbs.TryGetValue(token[..length], out verb)) return true;
        }

        verb = default;
        return false;
    }
}
