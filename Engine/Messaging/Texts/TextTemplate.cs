namespace CarrierPay.Engine.Messaging.Texts;

/// <summary>Every text that a subscriber can get. Stored with its parameters in place of the text: values are never changed or used again.</summary>
/// <remarks>
/// The words are in <c>English.txt</c> and <c>SimplifiedChinese.txt</c>, the parameters and their order in <see cref="TextParameters"/>.
/// 1-19 the way of a payment, 20-49 why it was declined, 50-59 answers to questions, 60-69 what was typed cannot be used,
/// 70-79 the screens of a dialogue, 90-99 what came long after a payment.
/// </remarks>
public enum TextTemplate : short
{
    /// <summary>Asks for the confirmation: amount, payee, item or empty, source, code, until, ref.</summary>
    Prompt = 1,

    /// <summary>Asks again after the same text came twice and the first payment is finished: amount, payee, item or empty, source, code, until, ref, earlier ref, earlier state.</summary>
    PromptAgain = 2,

    /// <summary>Paid: ref, amount, payee, source, date and time, balance or empty, month total or empty.</summary>
    Receipt = 3,

    /// <summary>A second confirmation of a payment: ref, amount, payee.</summary>
    AlreadyPaid = 4,

    /// <summary>The subscriber said no: ref, amount, payee.</summary>
    Cancelled = 5,

    /// <summary>Nobody answered in time: ref, amount, payee.</summary>
    Expired = 6,

    /// <summary>Paid on the phone bill: ref, amount, payee, date and time, the month's bill or empty, its limit or empty.</summary>
    ReceiptOnBill = 7,

    /// <summary>Another payment must be known first, nothing was charged for this one: ref, amount, payee.</summary>
    EarlierInDoubt = 8,

    /// <summary>A yes or no, and nothing waits.</summary>
    NothingToConfirm = 10,

    /// <summary>A bare yes where a code is necessary.</summary>
    CodeNeeded = 11,

    /// <summary>Wrong code: tries left.</summary>
    WrongCode = 12,

    /// <summary>The third wrong code: all payments that waited are cancelled.</summary>
    CodesLocked = 13,

    /// <summary>The merchant is being asked for the price: payee.</summary>
    BeingPriced = 14,

    /// <summary>Too many payments wait for an answer already.</summary>
    TooManyOpen = 15,

    /// <summary>It is not known yet whether it was charged; do not pay again: ref, amount, payee.</summary>
    BeingChecked = 16,

    /// <summary>It was charged, or may have been, and is undone: ref, amount, payee, source.</summary>
    Reversed = 17,

    /// <summary>A bank account can be paid from: its last four characters.</summary>
    BankLinked = 18,

    /// <summary>The bank said no: the account's last four characters.</summary>
    BankNotLinked = 19,

    /// <summary>Ref, amount, payee, balance.</summary>
    InsufficientFunds = 20,

    /// <summary>Ref, amount, payee, limit.</summary>
    OverTransactionLimit = 21,

    /// <summary>Ref, amount, payee, limit.</summary>
    OverDayLimit = 22,

    /// <summary>Ref, amount, payee, limit.</summary>
    OverMonthLimit = 23,

    /// <summary>Ref, payee.</summary>
    TooManyPaymentsToday = 24,

    AccountBlocked = 25,

    AccountNotActive = 26,

    /// <summary>The keyword as typed.</summary>
    MerchantUnknown = 27,

    /// <summary>Payee.</summary>
    MerchantSuspended = 28,

    /// <summary>The item as typed, payee, the items there are (<see cref="TextFormat.List"/>).</summary>
    ItemUnknown = 29,

    /// <summary>The merchant does not take the amount that was typed: ref, amount, payee.</summary>
    AmountNotAccepted = 30,

    /// <summary>The merchant gave no price in time: ref, payee.</summary>
    NoPrice = 31,

    /// <summary>Ref, payee.</summary>
    MerchantRefused = 32,

    /// <summary>A price above the ceiling, in another currency, or no price at all: ref, payee.</summary>
    InvalidPrice = 33,

    /// <summary>Ref, payee, source.</summary>
    SourceUnavailable = 34,

    SystemBusy = 35,

    /// <summary>Ref, amount, payee, the phone bill's limit.</summary>
    OverBillLimit = 36,

    /// <summary>Ref, payee, source.</summary>
    SourceNotLinked = 37,

    /// <summary>There is not so much where somebody else keeps it: ref, amount, payee, source.</summary>
    NotEnoughAtSource = 38,

    /// <summary>The charging system or the bank said no: ref, amount, payee, source.</summary>
    RefusedBySource = 39,

    /// <summary>Ref, amount, payee, the most that a wallet may hold.</summary>
    OverBalanceCap = 48,

    /// <summary>Wallet and bank account are closed: ref, payee, until when.</summary>
    SimChanged = 49,

    /// <summary>Balance, month total, month limit or empty.</summary>
    Balance = 50,

    /// <summary>Lines, newest first (<see cref="TextFormat.HistoryLine"/>, joined by line feeds).</summary>
    History = 51,

    HistoryEmpty = 52,

    Help = 53,

    /// <summary>To a number that has no account.</summary>
    HowToRegister = 54,

    /// <summary>Of a line with a phone bill and no wallet: the month's bill, its limit, month total, month limit or empty.</summary>
    BalanceOfBill = 55,

    /// <summary>Of a line with both: wallet balance, the month's bill, its limit, month total, month limit or empty.</summary>
    BalanceOfBoth = 56,

    AmountNegative = 60,

    AmountZero = 61,

    /// <summary>An example (<see cref="TextFormat.AmountExample"/>).</summary>
    AmountTooPrecise = 62,

    AmountTooLarge = 63,

    /// <summary>An example (<see cref="TextFormat.AmountExample"/>).</summary>
    AmountUnclear = 64,

    /// <summary>The currency that is taken, ISO 4217.</summary>
    AmountOtherCurrency = 65,

    /// <summary>PAY with no merchant that can be read.</summary>
    MerchantMissing = 66,

    /// <summary>First screen: source, its balance (of a phone bill: the month's), and what waits for an answer: of one payment amount and payee, else empty; else how many, else empty.</summary>
    Menu = 70,

    /// <summary>Payments to choose from: lines (<see cref="TextFormat.ChoiceLine"/>, joined by line feeds), the word for more or empty.</summary>
    Pending = 71,

    /// <summary>Asks for a merchant.</summary>
    PayWhom = 72,

    /// <summary>The answer takes longer than a USSD session waits: it comes by SMS.</summary>
    SmsFollows = 73,

    /// <summary>An input for a session that is over.</summary>
    DialogueOver = 74,

    Goodbye = 75,

    /// <summary>A charge that billing rejected is undone: ref, amount, payee.</summary>
    TakenOffBill = 90,
}

/// <summary>What is known of a text besides its words.</summary>
public static class TextTemplates
{
    /// <summary>Whether it says something only to who looks at a screen: it is never sent by SMS.</summary>
    public static bool IsOnlyForScreens(this TextTemplate template) => template is TextTemplate.DialogueOver or TextTemplate.Goodbye;
}
