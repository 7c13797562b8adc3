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
    public static PaymentOutcome? Closed(SubscriberState subscriber, FundingKind source)
    {
        if (!subscriber.Has(source))
            return PaymentOutcome.DeclinedSourceNotLinked;
        return source switch
        {
            FundingKind.Prepaid => null,
            FundingKind.PhoneBill => subscriber.Bill is null ? PaymentOutcome.DeclinedSourceUnavailable : null,
            _ => PaymentOutcome.DeclinedSourceUnavailable,
        };
    }

    /// <summary>Why so much cannot be taken from this source now; null = it can. The source is not <see cref="Closed"/>.</summary>
    public static PaymentOutcome? Lacking(SubscriberState subscriber, FundingKind source, long amountMinor, in Given given) => source switch
    {
        FundingKind.Prepaid => PrepaidAccount.HasFunds(subscriber, amountMinor) ? null : PaymentOutcome.DeclinedInsufficientFunds,
        FundingKind.PhoneBill => PhoneBillAccount.HasRoom(subscriber, amountMinor, given) ? null : PaymentOutcome.DeclinedOverBillLimit,
        _ => throw new UnreachableException($"The source {source} is not open."),
    };

    /// <summary>Takes the price of a payment from its source and owes it to the merchant; what goes on a phone bill is rated for it.</summary>
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
