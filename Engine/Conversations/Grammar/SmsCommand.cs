using System.Text;

namespace CarrierPay.Engine.Conversations.Grammar;

/// <summary>What a subscriber's text asks for. A closed set: <see cref="SmsGrammar.Parse"/> gives one of the records in this file and nothing else.</summary>
/// <remarks>A command says what was typed, not that it is allowed: whether the merchant exists, whether the amount fits the currency and whether the code is right is decided later.</remarks>
public abstract record SmsCommand
{
    private protected SmsCommand()
    {
    }
}

/// <summary>Which source of money was asked for by letter.</summary>
/// <remarks><see cref="Phone"/> is what the subscriber's contract has: the phone bill, or airtime bought in advance.</remarks>
public enum PaySource
{
    /// <summary>P, 话费: phone bill or airtime.</summary>
    Phone = 1,

    /// <summary>W, 钱包: the account kept by CarrierPay.</summary>
    Wallet = 2,

    /// <summary>B, 银行: the linked bank account.</summary>
    Bank = 3,
}

/// <summary>PAY merchant [item] [amount] [source].</summary>
/// <param name="Keyword">1-16 letters and digits of any script, upper case, full-width forms folded.</param>
/// <param name="Item">As <paramref name="Keyword"/>; null when none was named.</param>
/// <param name="Amount">Above zero; null when none was named and the merchant is to be asked.</param>
/// <param name="Source">Null when none was named.</param>
public sealed record PayCommand(string Keyword, string? Item, AmountText? Amount, PaySource? Source) : SmsCommand;

/// <summary>PAY with no merchant that can be read: nothing after the word, or an amount or signs where the keyword belongs.</summary>
public sealed record PayWithoutMerchantCommand : SmsCommand
{
    internal static readonly PayWithoutMerchantCommand Instance = new();
}

/// <summary>PAY with a merchant, and an amount that cannot be used. It has a clear reply of its own, so it is not <see cref="UnknownCommand"/>.</summary>
/// <param name="Keyword">As in <see cref="PayCommand"/>.</param>
/// <param name="Reason">Never <see cref="AmountOutcome.Ok"/>.</param>
public sealed record BadAmountCommand(string Keyword, AmountOutcome Reason) : SmsCommand;

/// <summary>TOPUP or CASHOUT amount [source].</summary>
/// <param name="IsOut">Out of the wallet; else into it.</param>
/// <param name="Amount">Above zero; null when none was named.</param>
/// <param name="Source">Where it comes from or goes to; null when none was named.</param>
public sealed record MoveCommand(bool IsOut, AmountText? Amount, PaySource? Source) : SmsCommand;

/// <summary>Yes to a payment that waits.</summary>
/// <param name="Code">ASCII digits as typed, of any length (a code of the wrong length is a wrong code); null for a bare yes.</param>
public sealed record ConfirmCommand(string? Code) : SmsCommand
{
    // Codes never reach a log, not even through a record that is printed.
    protected override bool PrintMembers(StringBuilder builder)
    {
        builder.Append(Code is null ? "Code = none" : "Code = ****");
        return true;
    }
}

/// <summary>No to a payment that waits.</summary>
/// <param name="Code">As in <see cref="ConfirmCommand"/>.</param>
public sealed record DenyCommand(string? Code) : SmsCommand
{
    protected override bool PrintMembers(StringBuilder builder)
    {
        builder.Append(Code is null ? "Code = none" : "Code = ****");
        return true;
    }
}

/// <summary>BAL: balance and month total.</summary>
public sealed record BalanceCommand : SmsCommand
{
    internal static readonly BalanceCommand Instance = new();
}

/// <summary>HIST [n]: the last payments.</summary>
/// <param name="Count">1 to <see cref="MaximumCount"/>; what is missing or unreadable becomes <see cref="MaximumCount"/>.</param>
public sealed record HistoryCommand(int Count) : SmsCommand
{
    /// <summary>As many lines as one message holds.</summary>
    public const int MaximumCount = 5;
}

/// <summary>HELP, or a lone question mark.</summary>
public sealed record HelpCommand : SmsCommand
{
    internal static readonly HelpCommand Instance = new();
}

/// <summary>Everything else.</summary>
public sealed record UnknownCommand : SmsCommand
{
    /// <summary>The one value. Also what to mask a text with when nothing in it may be kept.</summary>
    public static readonly UnknownCommand Instance = new();
}
