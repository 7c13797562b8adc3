using System.Text.RegularExpressions;

namespace CarrierPay.Demo;

/// <summary>
/// What a text says, read as a subscriber would: by the words that matter, not by the whole sentence, so that a template may be
/// worded better without a change here.
/// </summary>
public static partial class Wording
{
    /// <summary>The four digits to answer with; null if the text asks for no answer.</summary>
    public static string? Code(string text) => AskedCode().Match(text) is { Success: true } match ? match.Groups["code"].Value : null;

    /// <summary>The short reference of a payment; null if there is none.</summary>
    public static string? Reference(string text) => ShortReference().Match(text) is { Success: true } match ? match.Groups["reference"].Value : null;

    public static bool IsChinese(string text) => text.Any(letter => letter is >= '\u4E00' and <= '\u9FFF');

    public static bool IsBalance(string text) => BalanceIn(text) is not null && Reference(text) is null && Code(text) is null;

    /// <summary>The amount that the word balance goes with, in minor units: the same text may name what was spent, and a limit.</summary>
    public static long? BalanceIn(string text) => BalanceAmount().Match(text) is { Success: true } match ? Amounts.In(match.Groups["amount"].Value).Single() : null;

    /// <summary>A receipt names its payment; a balance may speak of what was paid, too, but names none.</summary>
    public static bool IsPaid(string text) => PaidWords().IsMatch(text) && !NotPaidWords().IsMatch(text) && Reference(text) is not null;

    public static bool SaysNoFunds(string text) => NoFundsWords().IsMatch(text);

    /// <summary>More than may go on the phone bill in a month.</summary>
    public static bool SaysOverBill(string text) => OverBillWords().IsMatch(text);

    public static bool NamesPhoneBill(string text) => PhoneBillWords().IsMatch(text);

    /// <summary>A charge was taken off the phone bill again.</summary>
    public static bool SaysTakenOff(string text) => TakenOffWords().IsMatch(text) && NamesPhoneBill(text);

    public static bool NamesAirtime(string text) => AirtimeWords().IsMatch(text);

    public static bool NamesBank(string text) => BankWords().IsMatch(text);

    /// <summary>It is not known yet how it ends: one must not pay again.</summary>
    public static bool SaysBeingChecked(string text) => BeingCheckedWords().IsMatch(text);

    /// <summary>It was not paid in the end, and nothing is missing.</summary>
    public static bool SaysGivenBack(string text) => GivenBackWords().IsMatch(text) && NotPaidWords().IsMatch(text);

    public static bool SaysCancelled(string text) => CancelledWords().IsMatch(text);

    public static bool SaysExpired(string text) => ExpiredWords().IsMatch(text);

    public static bool SaysNotCharged(string text) => NotChargedWords().IsMatch(text) || NotPaidWords().IsMatch(text);

    /// <summary>The merchant could not be asked, and the subscriber may try later.</summary>
    public static bool SaysUnavailable(string text) => UnavailableWords().IsMatch(text);

    public static bool SaysWrongCode(string text) => WrongCodeWords().IsMatch(text);

    public static bool IsHelp(string text) => HelpWords().IsMatch(text);

    public static bool SaysHowToRegister(string text) => RegisterWords().IsMatch(text);

    [GeneratedRegex(@"(?:(?<![A-Za-z])Y|是) ?(?<code>\d{4})(?!\d|\.\d)")]
    private static partial Regex AskedCode();

    [GeneratedRegex(@"(?:\bRef\.?:? ?|\bpayment |单号[:：]? ?)(?<reference>[A-Z0-9]{6})(?![A-Z0-9])", RegexOptions.IgnoreCase)]
    private static partial Regex ShortReference();

    [GeneratedRegex(@"(?:balance|wallet|余额)[^\d-]{0,8}(?<amount>-?[\d,]*\d\.\d{2})(?!\d)", RegexOptions.IgnoreCase)]
    private static partial Regex BalanceAmount();

    [GeneratedRegex(@"\bpaid\b|已付|已支付|支付成功", RegexOptions.IgnoreCase)]
    private static partial Regex PaidWords();

    [GeneratedRegex(@"not (been )?paid|no(thing)? (was |has been )?(paid|charged)|未支付|未付|没有支付", RegexOptions.IgnoreCase)]
    private static partial Regex NotPaidWords();

    [GeneratedRegex(@"not enough|insufficient|too low|lack|余额不足|不足", RegexOptions.IgnoreCase)]
    private static partial Regex NoFundsWords();

    [GeneratedRegex(@"over your phone bill|超过话费账单", RegexOptions.IgnoreCase)]
    private static partial Regex OverBillWords();

    [GeneratedRegex(@"phone bill|话费账单", RegexOptions.IgnoreCase)]
    private static partial Regex PhoneBillWords();

    [GeneratedRegex(@"taken off|do not have to pay|撤销|无需支付", RegexOptions.IgnoreCase)]
    private static partial Regex TakenOffWords();

    [GeneratedRegex(@"\bairtime\b|话费余额", RegexOptions.IgnoreCase)]
    private static partial Regex AirtimeWords();

    [GeneratedRegex(@"\bbank\b|银行", RegexOptions.IgnoreCase)]
    private static partial Regex BankWords();

    [GeneratedRegex(@"do not pay again|勿重复付款", RegexOptions.IgnoreCase)]
    private static partial Regex BeingCheckedWords();

    [GeneratedRegex(@"given back|已退回", RegexOptions.IgnoreCase)]
    private static partial Regex GivenBackWords();

    [GeneratedRegex(@"cancel|取消", RegexOptions.IgnoreCase)]
    private static partial Regex CancelledWords();

    [GeneratedRegex(@"expired|no longer valid|timed? ?out|ran out|过期|超时|失效", RegexOptions.IgnoreCase)]
    private static partial Regex ExpiredWords();

    [GeneratedRegex(@"not (been )?charged|no charge|nothing (was|has been|is) (charged|taken)|no money|not taken|未扣|没有扣", RegexOptions.IgnoreCase)]
    private static partial Regex NotChargedWords();

    [GeneratedRegex(@"not answer|no answer|unavailable|not available|try again|later|not reach|稍后|无法", RegexOptions.IgnoreCase)]
    private static partial Regex UnavailableWords();

    [GeneratedRegex(@"wrong|incorrect|not right|does not match|not the code|错误|不正确|不对", RegexOptions.IgnoreCase)]
    private static partial Regex WrongCodeWords();

    [GeneratedRegex(@"\bPAY\b.*\bBAL\b|\bBAL\b.*\bPAY\b|HELP|支付|帮助", RegexOptions.Singleline)]
    private static partial Regex HelpWords();

    [GeneratedRegex(@"regist|sign up|join|注册|开通", RegexOptions.IgnoreCase)]
    private static partial Regex RegisterWords();
}
