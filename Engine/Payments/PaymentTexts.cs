using System.Diagnostics;
using System.Globalization;
using CarrierPay.Engine.Accounts;
using CarrierPay.Engine.Funding;
using CarrierPay.Engine.Funding.PhoneBill;
using CarrierPay.Engine.Messaging.Texts;
using CarrierPay.Engine.Primitives;
using CarrierPay.Engine.Subscribers;

namespace CarrierPay.Engine.Payments;

/// <summary>What is said about a payment: one place that knows which parameters its texts take.</summary>
public static class PaymentTexts
{
    /// <summary>Where the code stands among the parameters of both prompts.</summary>
    private const int CodeOfPrompt = 4;

    // The words are part of the program, the same in every process: reading them here is no I/O of a decision.
    private static readonly Messaging.Texts.Texts Words = Messaging.Texts.Texts.LoadEmbedded();

    /// <summary>An amount in the subscriber's currency and language.</summary>
    public static string Amount(SubscriberState subscriber, long amountMinor)
    {
        var currency = Currency.Of(subscriber.Currency);
        return TextFormat.Amount(amountMinor, currency.Exponent, currency.Code, subscriber.Language);
    }

    /// <summary>The merchant's name, its number if the catalogue has lost it; for one's own money, where it goes.</summary>
    public static string Payee(SubscriberState subscriber, MerchantId merchant, FundingKind source, in Given given) =>
        merchant == OwnMoney.Wallet ? Source(FundingKind.Prepaid, subscriber.Language)
        : merchant == OwnMoney.Elsewhere ? Source(source, subscriber.Language)
        : given.Reference.Find(merchant)?.Name ?? merchant.Value.ToString(CultureInfo.InvariantCulture);

    /// <summary>Asks for the confirmation; says so if the same text has already brought a payment that is finished.</summary>
    public static void Prompt(SubscriberState subscriber, OpenPayment payment, in Given given, Changes changes)
    {
        var amount = Amount(subscriber, payment.AmountMinor);
        var payee = Payee(subscriber, payment.Merchant, payment.Source, given);
        var item = payment.Description ?? payment.Item ?? "";
        var source = Source(ComesFrom(payment), subscriber.Language);
        var code = given.Codes.Of(subscriber.Id, payment.Number);
        var until = TextFormat.Time(given.LocalTime(payment.DueAt));
        var reference = PaymentReference.Of(subscriber.Id, payment.Number);
        if (subscriber.Recent.ByFingerprint(payment.RequestFingerprint, given.Now - given.Reference.Rules.RepeatWithin) is { } earlier)
        {
            changes.Ask(
                payment, TextTemplate.PromptAgain, CodeOfPrompt, amount, payee, item, source, code, until, reference,
                PaymentReference.Of(subscriber.Id, earlier.Number), State(earlier.Outcome, subscriber.Language));
        }
        else
        {
            changes.Ask(payment, TextTemplate.Prompt, CodeOfPrompt, amount, payee, item, source, code, until, reference);
        }
    }

    /// <summary>Says that it is paid, and what is left where it was taken from.</summary>
    public static void Receipt(SubscriberState subscriber, OpenPayment payment, in Given given, Changes changes)
    {
        var reference = PaymentReference.Of(subscriber.Id, payment.Number);
        var amount = Amount(subscriber, payment.AmountMinor);
        var payee = Payee(subscriber, payment.Merchant, payment.Source, given);
        var when = TextFormat.DateAndTime(given.LocalTime(given.Now), subscriber.Language);
        if (payment.Source == FundingKind.PhoneBill && !FundingSources.IsOutside(payment.Source, given))
        {
            var bill = PhoneBillAccount.Of(subscriber, given);
            changes.TellToKeep(
                payment, TextTemplate.ReceiptOnBill, reference, amount, payee, when, Amount(subscriber, bill.ChargedMinor), Amount(subscriber, bill.LimitMinor));
            return;
        }
        changes.TellToKeep(
            payment, TextTemplate.Receipt, reference, amount, payee, Source(ComesFrom(payment), subscriber.Language), when,
            payment.Source == FundingKind.Prepaid || payment.Purpose != PaymentPurpose.Purchase ? Amount(subscriber, subscriber.BalanceMinor) : "", Amount(subscriber, subscriber.Spending.MonthMinor));
    }

    /// <summary>Says that it is not known yet how the payment ends, on the path by which it was asked for.</summary>
    public static void BeingChecked(SubscriberState subscriber, OpenPayment payment, in Given given, Changes changes) => changes.TellToKeep(
        payment, TextTemplate.BeingChecked, PaymentReference.Of(subscriber.Id, payment.Number), Amount(subscriber, payment.AmountMinor), Payee(subscriber, payment.Merchant, payment.Source, given));

    /// <summary>The same as an answer, on the path the question came by.</summary>
    public static void TellBeingChecked(SubscriberState subscriber, OpenPayment payment, in Given given, Changes changes) => changes.Tell(
        TextTemplate.BeingChecked, PaymentReference.Of(subscriber.Id, payment.Number), Amount(subscriber, payment.AmountMinor), Payee(subscriber, payment.Merchant, payment.Source, given));

    /// <summary>The text of an end other than a receipt, on the path by which the payment was asked for.</summary>
    public static void TellEnd(SubscriberState subscriber, OpenPayment payment, PaymentOutcome outcome, in Given given, Changes changes)
    {
        var (template, parameters) = End(subscriber, payment.Number, payment.Merchant, payment.AmountMinor, payment.Source, outcome, given);
        changes.TellAbout(payment, template, parameters);
    }

    /// <summary>How a payment ended that ended before: the answer to its code.</summary>
    public static void TellEndAgain(SubscriberState subscriber, RecentPayment payment, in Given given, Changes changes)
    {
        var (template, parameters) = End(
            subscriber, payment.Number, new(payment.Merchant), payment.AmountMinor, payment.Source, payment.Outcome, given);
        changes.Tell(template, parameters);
    }

    private static (TextTemplate Template, string[] Parameters) End(
        SubscriberState subscriber, int number, MerchantId merchant, long amountMinor, FundingKind source, PaymentOutcome outcome, in Given given)
    {
        var reference = PaymentReference.Of(subscriber.Id, number);
        var payee = Payee(subscriber, merchant, source, given);
        var amount = Amount(subscriber, amountMinor);
        var limits = AccountLimits.Of(subscriber, given);
        return outcome switch
        {
            PaymentOutcome.Succeeded => (TextTemplate.AlreadyPaid, [reference, amount, payee]),
            PaymentOutcome.Cancelled => (TextTemplate.Cancelled, [reference, amount, payee]),
            PaymentOutcome.Reversed => (TextTemplate.Reversed, [reference, amount, payee, Source(source, subscriber.Language)]),
            PaymentOutcome.Expired => (TextTemplate.Expired, [reference, amount, payee]),
            PaymentOutcome.DeclinedOverBalanceCap => (TextTemplate.OverBalanceCap, [reference, amount, payee, Amount(subscriber, limits.BalanceCapMinor)]),
            PaymentOutcome.DeclinedSimChanged => (TextTemplate.SimChanged, [reference, payee, TextFormat.DateAndTime(given.LocalTime(SimChange.CoolsUntil(subscriber, given) ?? given.Now), subscriber.Language)]),
            PaymentOutcome.DeclinedInsufficientFunds when source != FundingKind.Prepaid && merchant != OwnMoney.Elsewhere =>
                (TextTemplate.NotEnoughAtSource, [reference, amount, payee, Source(source, subscriber.Language)]),
            PaymentOutcome.DeclinedInsufficientFunds =>
                (TextTemplate.InsufficientFunds, [reference, amount, payee, Amount(subscriber, subscriber.BalanceMinor)]),
            PaymentOutcome.DeclinedOverTransactionLimit =>
                (TextTemplate.OverTransactionLimit, [reference, amount, payee, Amount(subscriber, limits.TransactionMinor)]),
            PaymentOutcome.DeclinedOverDayLimit => (TextTemplate.OverDayLimit, [reference, amount, payee, Amount(subscriber, limits.DayMinor)]),
            PaymentOutcome.DeclinedOverMonthLimit => (TextTemplate.OverMonthLimit, [reference, amount, payee, Amount(subscriber, limits.MonthMinor)]),
            PaymentOutcome.DeclinedOverBillLimit => (TextTemplate.OverBillLimit, [reference, amount, payee, Amount(subscriber, subscriber.Bill?.LimitMinor ?? 0)]),
            PaymentOutcome.DeclinedTooManyToday => (TextTemplate.TooManyPaymentsToday, [reference, payee]),
            PaymentOutcome.DeclinedAccountBlocked =>
                (subscriber.Status == SubscriberStatus.Closed ? TextTemplate.AccountNotActive : TextTemplate.AccountBlocked, []),
            PaymentOutcome.DeclinedMerchantSuspended => (TextTemplate.MerchantSuspended, [payee]),
            PaymentOutcome.DeclinedNoPrice => (TextTemplate.NoPrice, [reference, payee]),
            PaymentOutcome.DeclinedMerchantRefused => (TextTemplate.MerchantRefused, [reference, payee]),
            PaymentOutcome.DeclinedInvalidPrice => (TextTemplate.InvalidPrice, [reference, payee]),
            PaymentOutcome.DeclinedSourceUnavailable => (TextTemplate.SourceUnavailable, [reference, payee, Source(source, subscriber.Language)]),
            PaymentOutcome.DeclinedSourceNotLinked => (TextTemplate.SourceNotLinked, [reference, payee, Source(source, subscriber.Language)]),
            PaymentOutcome.DeclinedEarlierInDoubt => (TextTemplate.EarlierInDoubt, [reference, amount, payee]),
            PaymentOutcome.DeclinedBySource => (TextTemplate.RefusedBySource, [reference, amount, payee, Source(source, subscriber.Language)]),
            PaymentOutcome.DeclinedSystemBusy => (TextTemplate.SystemBusy, []),
            PaymentOutcome.DeclinedWrongCodes => (TextTemplate.CodesLocked, []),
            PaymentOutcome.DeclinedAmountNotAccepted => (TextTemplate.AmountNotAccepted, [reference, amount, payee]),
            _ => throw new UnreachableException($"There is no text for a payment that ended as {outcome}."),
        };
    }

    /// <summary>To cash out, money comes from the wallet; the payment's source is where it goes.</summary>
    private static FundingKind ComesFrom(OpenPayment payment) => payment.Purpose == PaymentPurpose.CashOut ? FundingKind.Prepaid : payment.Source;

    public static string Source(FundingKind source, Language language) => Words.Word(
        source switch
        {
            FundingKind.Prepaid => TextWord.Wallet,
            FundingKind.PhoneBill => TextWord.PhoneBill,
            FundingKind.Airtime => TextWord.Airtime,
            FundingKind.Bank => TextWord.Bank,
            _ => throw new UnreachableException($"There is no word for the source {source}."),
        },
        language);

    /// <summary>The word for what does not fit on a screen.</summary>
    public static string More(Language language) => Words.Word(TextWord.More, language);

    private static string State(PaymentOutcome outcome, Language language) => Words.Word(
        outcome switch
        {
            PaymentOutcome.Succeeded => TextWord.Paid,
            PaymentOutcome.Cancelled => TextWord.Cancelled,
            PaymentOutcome.Expired => TextWord.Expired,
            PaymentOutcome.Reversed => TextWord.Refunded,
            _ => TextWord.Declined,
        },
        language);
}
