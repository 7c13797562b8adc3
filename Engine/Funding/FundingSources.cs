using System.Diagnostics;
using CarrierPay.Engine.Funding.PhoneBill;
using CarrierPay.Engine.Funding.Prepaid;
using CarrierPay.Engine.Ledger;
using CarrierPay.Engine.Primitives;
using CarrierPay.Engine.Subscribers;

namespace CarrierPay.Engine.Funding;

/// <summary>The places where money comes from, as payments see them: may this source be used, has it so much, take it.</summary>
/// <remarks>Pure. The limits of a subscriber over all sources together are <see cref="Accounts.AccountLimits"/>' affair.</remarks>
public static class FundingSources
{
    /// <summary>Why nothing at all can be paid from this source; null = it can be used.</summary>
    public static PaymentOutcome? Closed(SubscriberState subscriber, FundingKind source, in Given given)
    {
        if (!subscriber.Has(source))
            return PaymentOutcome.DeclinedSourceNotLinked;
        if (SimChange.Closes(source, subscriber, given))
            return PaymentOutcome.DeclinedSimChanged;
        var isOpen = source switch
        {
            FundingKind.Prepaid => true,
            FundingKind.Airtime => given.Rails.Ocs is not null,
            FundingKind.PhoneBill => given.Rails.Ocs is { ChargesBills: true } || subscriber.Bill is not null,
            // Without the bank's yes there is no linked account.
            FundingKind.Bank => subscriber.BankLink is { State: BankLinkState.Linked } && given.Rails.Find(subscriber.BankLink) is not null,
            _ => throw new UnreachableException($"There is no source {source}."),
        };
        return isOpen ? null : source == FundingKind.Bank && subscriber.BankLink is null ? PaymentOutcome.DeclinedSourceNotLinked : PaymentOutcome.DeclinedSourceUnavailable;
    }

    /// <summary>Whether the line has a phone bill that is kept here.</summary>
    public static bool HasBill(SubscriberState subscriber, in Given given) =>
        subscriber.Has(FundingKind.PhoneBill) && subscriber.Bill is not null && !IsOutside(FundingKind.PhoneBill, given);

    /// <summary>Whether somebody else keeps the money, so that charging takes a question and its answer: <see cref="OutsideCharge"/>.</summary>
    public static bool IsOutside(FundingKind source, in Given given) =>
        source is FundingKind.Airtime or FundingKind.Bank || (source == FundingKind.PhoneBill && given.Rails.Ocs is { ChargesBills: true });

    /// <summary>Why so much cannot be taken from this source now; null = it can, as far as is known here. The source is not <see cref="Closed"/>.</summary>
    public static PaymentOutcome? Lacking(SubscriberState subscriber, FundingKind source, long amountMinor, in Given given)
    {
        if (IsOutside(source, given))
            return null; // a question for the balance would be no reservation
        return source switch
        {
            FundingKind.Prepaid => PrepaidAccount.HasFunds(subscriber, amountMinor) ? null : PaymentOutcome.DeclinedInsufficientFunds,
            FundingKind.PhoneBill => PhoneBillAccount.HasRoom(subscriber, amountMinor, given) ? null : PaymentOutcome.DeclinedOverBillLimit,
            _ => throw new UnreachableException($"The source {source} is not open."),
        };
    }

    /// <summary>Takes the price of a payment from a source that is kept here, and owes it to the merchant; what goes on a phone bill is rated for it.</summary>
    /// <exception cref="InvalidOperationException">It is not there: ask <see cref="Lacking"/> first.</exception>
    public static void Charge(SubscriberState subscriber, OpenPayment payment, in Given given, Changes changes)
    {
        ChartAccount debit;
        switch (payment.Source)
        {
            case FundingKind.Prepaid:
                PrepaidAccount.Charge(subscriber, payment.AmountMinor);
                debit = ChartAccount.Prepaid;
                break;
            case FundingKind.PhoneBill:
                PhoneBillAccount.Charge(subscriber, payment.AmountMinor, given);
                changes.Rate(Rated(subscriber, payment, given));
                debit = ChartAccount.PhoneBillReceivable;
                break;
            default:
                throw new UnreachableException($"The source {payment.Source} is not open.");
        }
        changes.Transfer(
            debit, subscriber.Id.Value, ChartAccount.MerchantPayable, payment.Merchant.Value,
            TransferKind.Payment, payment.AmountMinor, payment.Currency, payment.Id);
    }

    private static RatedEvent Rated(SubscriberState subscriber, OpenPayment payment, in Given given) => new(
        payment.Id, RatedEventKind.Charge, subscriber.Id, subscriber.Msisdn, payment.Merchant, given.Reference.Find(payment.Merchant)?.Name ?? "", payment.Item ?? "",
        payment.AmountMinor, payment.Currency, PaymentReference.Of(subscriber.Id, payment.Number));
}
