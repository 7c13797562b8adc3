namespace CarrierPay.Engine.Messaging.Texts;

/// <summary>How a parameter may be made shorter, and how long it can be.</summary>
internal enum ParameterKind
{
    /// <summary>Money with currency, at most <c>EUR 999999999.999</c>.</summary>
    Amount,

    /// <summary>4 to 6 digits.</summary>
    Code,

    /// <summary>6 letters and digits.</summary>
    Reference,

    /// <summary><c>14:35</c>.</summary>
    Time,

    /// <summary><c>23/11 14:31</c>, <c>11-23 14:31</c>.</summary>
    DateTime,

    /// <summary>A number of one or two digits.</summary>
    Count,

    /// <summary>An amount without currency, to show how one is written.</summary>
    Example,

    /// <summary>ISO 4217.</summary>
    Currency,

    /// <summary>A <see cref="TextWord"/>.</summary>
    Word,

    /// <summary>A name that others chose. Shortened to what there is room for, ending in <c>..</c>.</summary>
    Name,

    /// <summary>Names in a row. Whole names are left out from the end, then <c>..</c>.</summary>
    List,

    /// <summary>Lines of a history. The names in them are shortened, then whole lines left out from the end.</summary>
    Lines,
}

/// <summary>A placeholder of a template.</summary>
internal readonly record struct TextParameter(string Name, ParameterKind Kind)
{
    /// <summary>A name is never shortened below this, in septets or UCS-2 units, with the two points: four Han characters.</summary>
    public const int ShortestName = 6;

    public bool IsShortenable => Kind is ParameterKind.Name or ParameterKind.List or ParameterKind.Lines;

    /// <summary>The most room it can take without being shortened; for one that is shortenable the least room it can be given.</summary>
    public int Reserve(int longestWord) => Kind switch
    {
        ParameterKind.Amount => "EUR 999999999.999".Length,
        ParameterKind.Code => 6,
        ParameterKind.Reference => "K7Q2M9".Length,
        ParameterKind.Time => "14:35".Length,
        ParameterKind.DateTime => "23/11 14:31".Length,
        ParameterKind.Count => 2,
        ParameterKind.Example => "12.500".Length,
        ParameterKind.Currency => 3,
        ParameterKind.Word => longestWord,
        _ => ShortestName,
    };
}

/// <summary>The parameters of every template, in the order in which they are stored and given to <see cref="Texts.Render(TextTemplate, Language, ReadOnlySpan{string})"/>.</summary>
/// <remarks>The order is stored data: parameters may be added at the end, never moved.</remarks>
internal static class TextParameters
{
    private static readonly TextParameter Amount = new("amount", ParameterKind.Amount);
    private static readonly TextParameter Balance = new("balance", ParameterKind.Amount);
    private static readonly TextParameter Month = new("month", ParameterKind.Amount);
    private static readonly TextParameter Limit = new("limit", ParameterKind.Amount);
    private static readonly TextParameter Bill = new("bill", ParameterKind.Amount);
    private static readonly TextParameter BillLimit = new("billlimit", ParameterKind.Amount);
    private static readonly TextParameter Payee = new("payee", ParameterKind.Name);
    private static readonly TextParameter Item = new("item", ParameterKind.Name);
    private static readonly TextParameter Source = new("source", ParameterKind.Word);
    private static readonly TextParameter Code = new("code", ParameterKind.Code);
    private static readonly TextParameter Until = new("until", ParameterKind.Time);
    private static readonly TextParameter Reference = new("ref", ParameterKind.Reference);
    private static readonly TextParameter Example = new("example", ParameterKind.Example);

    /// <summary>Throws <see cref="ArgumentOutOfRangeException"/> for a template that has no row: a new template needs one.</summary>
    public static TextParameter[] Of(TextTemplate template) => template switch
    {
        TextTemplate.Prompt => [Amount, Payee, Item, Source, Code, Until, Reference],
        TextTemplate.PromptAgain => [Amount, Payee, Item, Source, Code, Until, Reference, new("earlier", ParameterKind.Reference), new("state", ParameterKind.Word)],
        TextTemplate.Receipt => [Reference, Amount, Payee, Source, new("when", ParameterKind.DateTime), Balance, Month],
        TextTemplate.ReceiptOnBill => [Reference, Amount, Payee, new("when", ParameterKind.DateTime), Bill, BillLimit],
        TextTemplate.BeingChecked or TextTemplate.EarlierInDoubt or TextTemplate.AlreadyPaid or TextTemplate.Cancelled or TextTemplate.Expired or TextTemplate.AmountNotAccepted
            or TextTemplate.TakenOffBill => [Reference, Amount, Payee],
        TextTemplate.Reversed or TextTemplate.NotEnoughAtSource or TextTemplate.RefusedBySource => [Reference, Amount, Payee, Source],
        TextTemplate.BankLinked or TextTemplate.BankNotLinked => [new("tail", ParameterKind.Code)],
        TextTemplate.WrongCode => [new("tries", ParameterKind.Count)],
        TextTemplate.BeingPriced or TextTemplate.MerchantSuspended => [Payee],
        TextTemplate.InsufficientFunds => [Reference, Amount, Payee, Balance],
        TextTemplate.OverTransactionLimit or TextTemplate.OverDayLimit or TextTemplate.OverMonthLimit or TextTemplate.OverBillLimit or TextTemplate.OverBalanceCap => [Reference, Amount, Payee, Limit],
        TextTemplate.TooManyPaymentsToday or TextTemplate.NoPrice or TextTemplate.MerchantRefused or TextTemplate.InvalidPrice => [Reference, Payee],
        TextTemplate.SimChanged => [Reference, Payee, new("when", ParameterKind.DateTime)],
        TextTemplate.MerchantUnknown => [new("keyword", ParameterKind.Name)],
        TextTemplate.ItemUnknown => [Item, Payee, new("items", ParameterKind.List)],
        TextTemplate.SourceUnavailable or TextTemplate.SourceNotLinked => [Reference, Payee, Source],
        TextTemplate.Balance => [Balance, Month, Limit],
        TextTemplate.BalanceOfBill => [Bill, BillLimit, Month, Limit],
        TextTemplate.BalanceOfBoth => [Balance, Bill, BillLimit, Month, Limit],
        TextTemplate.History => [new("lines", ParameterKind.Lines)],
        TextTemplate.AmountTooPrecise or TextTemplate.AmountUnclear => [Example],
        TextTemplate.AmountOtherCurrency => [new("currency", ParameterKind.Currency)],
        TextTemplate.Menu => [Source, Balance, new("pending", ParameterKind.Amount), Payee, new("count", ParameterKind.Count)],
        TextTemplate.Pending => [new("lines", ParameterKind.Lines), new("more", ParameterKind.Word)],
        TextTemplate.PayWhom or TextTemplate.SmsFollows or TextTemplate.DialogueOver or TextTemplate.Goodbye => [],
        TextTemplate.NothingToConfirm or TextTemplate.CodeNeeded or TextTemplate.CodesLocked or TextTemplate.TooManyOpen
            or TextTemplate.AccountBlocked or TextTemplate.AccountNotActive or TextTemplate.SystemBusy
            or TextTemplate.HistoryEmpty or TextTemplate.Help or TextTemplate.HowToRegister
            or TextTemplate.AmountNegative or TextTemplate.AmountZero or TextTemplate.AmountTooLarge or TextTemplate.MerchantMissing => [],
        _ => throw new ArgumentOutOfRangeException(nameof(template), template, "The template has no parameters declared."),
    };
}
