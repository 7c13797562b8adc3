using CarrierPay.Engine.Funding.Airtime;
using CarrierPay.Engine.Funding.Bank;
using CarrierPay.Engine.Protocols.Iso8583.Wire;
using CarrierPay.Engine.Subscribers;

namespace CarrierPay.Engine.Funding;

/// <summary>Charging where somebody else keeps the money: stores what is asked, and books the price into suspense. The answer comes back as an event.</summary>
/// <remarks>Pure. Nothing is sent here: the call is made after the commit.</remarks>
public static class OutsideCharge
{
    /// <summary>How long a charge may take before the subscriber is told that it is being checked.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Asks for the price of a payment.</summary>
    /// <returns>Why it cannot be asked for now, and nothing has changed; null = the payment is charging.</returns>
    public static PaymentOutcome? Begin(SubscriberState subscriber, OpenPayment payment, string acceptor, in Given given, Changes changes) => payment.Source == FundingKind.Bank
        ? BeginAtBank(subscriber, payment, acceptor, given, changes)
        : BeginAtOcs(subscriber, payment, given, changes);

    /// <summary>Asks a bank to undo a debit whose outcome is not known. The first time at once, then until it is answered.</summary>
    /// <param name="debit">The call that it undoes.</param>
    /// <returns>False, and nothing has changed, if there is no number for it now.</returns>
    public static bool TryReverse(ConnectorCall debit, in Given given, Changes changes)
    {
        if (given.Rails.Banks.GetValueOrDefault(debit.Bank) is not { } bank || !bank.Numbers.TryTakeForReversal(given.Now, out var trace))
            return false;
        var reversal = BankRequest.FromJson(debit.Request).Reversal(bank, trace, given.LocalTime(given.Now));
        changes.Call(ConnectorKind.BankReversal, debit.Payment, debit.Merchant, reversal.ToJson(), debit.Bank, null, given.Now);
        return true;
    }

    /// <summary>Asks the charging system to give back what it took in place of the price, or for a payment that had ended.</summary>
    /// <param name="debit">The call by which it took it.</param>
    /// <param name="takenMinor">More than 0.</param>
    /// <returns>False, and nothing has changed, if there is no charging system now, or the number is not this subscriber's any more: there, an account is its number.</returns>
    public static bool TryRefund(SubscriberState subscriber, ConnectorCall debit, long takenMinor, in Given given, Changes changes)
    {
        var charged = OcsRequest.FromJson(debit.Request);
        if (given.Rails.Ocs is not { } ocs || !charged.IsFor(subscriber.Msisdn))
            return false;
        var refund = charged.Refund(ocs.Orders, subscriber, debit.Payment, takenMinor, given.Now);
        changes.Call(ConnectorKind.OcsRefund, debit.Payment, debit.Merchant, refund.ToJson(), "", null, given.Now);
        return true;
    }

    private static PaymentOutcome? BeginAtOcs(SubscriberState subscriber, OpenPayment payment, in Given given, Changes changes)
    {
        if (given.Rails.Ocs is not { } ocs)
            return PaymentOutcome.DeclinedSourceUnavailable;
        if (!ocs.Room.TryTake())
            return PaymentOutcome.DeclinedSystemBusy;
        var isCredit = payment.Purpose == PaymentPurpose.CashOut;
        var request = isCredit ? OcsRequest.Credit(ocs.Orders, subscriber, payment, given.Now) : OcsRequest.Debit(ocs.Orders, subscriber, payment, given.Now);
        Charging(subscriber, payment, given, changes);
        changes.Call(isCredit ? ConnectorKind.OcsCredit : ConnectorKind.OcsDebit, payment.Id, payment.Merchant, request.ToJson(), "", ocs.Room, given.Now);
        return null;
    }

    private static PaymentOutcome? BeginAtBank(SubscriberState subscriber, OpenPayment payment, string acceptor, in Given given, Changes changes)
    {
        if (subscriber.BankLink is not { State: BankLinkState.Linked } link || given.Rails.Find(link) is not { } bank)
            return PaymentOutcome.DeclinedSourceUnavailable;
        if (!bank.Room.TryTake())
            return PaymentOutcome.DeclinedSystemBusy;
        if (!bank.Numbers.TryTake(given.Now, out var trace) || Request(bank, link, payment, acceptor, trace, given) is not { } request)
        {
            bank.Room.Return();
            return PaymentOutcome.DeclinedSourceUnavailable;
        }
        payment.BankNumber = bank.Number;
        Charging(subscriber, payment, given, changes);
        changes.Call(payment.Purpose == PaymentPurpose.CashOut ? ConnectorKind.BankCredit : ConnectorKind.BankDebit, payment.Id, payment.Merchant, request.ToJson(), bank.Code, bank.Room, given.Now);
        return null;
    }

    private static void Charging(SubscriberState subscriber, OpenPayment payment, in Given given, Changes changes)
    {
        payment.State = PaymentState.Charging;
        payment.ChargedAt = given.Now;
        payment.DueAt = given.Now + Patience;
        payment.IsChanged = true;
        Suspense.Begin(subscriber, payment, changes);
    }

    /// <summary>Null if the bank's messages cannot say it: a bank that counts in fewer decimals than the price has, or with a field that nothing of ours fits.</summary>
    private static BankRequest? Request(BankRail bank, BankLink link, OpenPayment payment, string acceptor, Protocols.Iso8583.Messages.Trace trace, in Given given)
    {
        try
        {
            return payment.Purpose == PaymentPurpose.CashOut
                ? BankRequest.Credit(bank, link, payment, trace, given.LocalTime(given.Now))
                : BankRequest.Debit(bank, link, payment, acceptor, trace, given.LocalTime(given.Now));
        }
        catch (Iso8583Exception)
        {
            return null;
        }
    }
}
