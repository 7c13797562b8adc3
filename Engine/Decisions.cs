using System.Diagnostics;
using CarrierPay.Engine.Accounts;
using CarrierPay.Engine.Conversations;
using CarrierPay.Engine.Funding;
using CarrierPay.Engine.Funding.Bank;
using CarrierPay.Engine.Merchants;
using CarrierPay.Engine.Payments;
using CarrierPay.Engine.Subscribers;

namespace CarrierPay.Engine;

/// <summary>Which event starts which use case: the only place that names them all.</summary>
public static class Decisions
{
    /// <summary>Decides one event. Pure; a <see cref="Subscribers.Decide"/>.</summary>
    /// <exception cref="UnreachableException">There is no use case for the event.</exception>
    public static void Decide(SubscriberState subscriber, SubscriberEvent subscriberEvent, in Given given, Changes changes)
    {
        switch (subscriberEvent)
        {
            case ReceiveText.TextReceived received:
                ReceiveText.Decide(subscriber, received, given, changes);
                break;
            case ReceiveUssd.UssdReceived received:
                ReceiveUssd.Decide(subscriber, received, given, changes);
                break;
            case PutOffAnswer.AnswerDue due:
                PutOffAnswer.Decide(subscriber, due, given, changes);
                break;
            case LeaveDialogue.SessionDropped dropped:
                LeaveDialogue.Decide(subscriber, dropped, given, changes);
                break;
            case QuoteAnswered answered:
                PricePayment.Decide(subscriber, answered, given, changes);
                break;
            case ChargeAnswered answered:
                SettleCharge.Decide(subscriber, answered, given, changes);
                break;
            case UndoAnswered answered:
                UndoCharge.Decide(subscriber, answered, given, changes);
                break;
            case DoubtDecided decided:
                ResolveDoubt.Decide(subscriber, decided, given, changes);
                break;
            case BankLinkAnswered answered:
                LinkBank.Decide(subscriber, answered, given, changes);
                break;
            case PaymentDue due:
                ExpirePayment.Decide(subscriber, due, given, changes);
                break;
            case ChargeRejected rejected:
                UndoRejectedCharge.Decide(subscriber, rejected, given, changes);
                break;
            default:
                throw new UnreachableException($"There is no use case for {subscriberEvent.GetType().Name}.");
        }
    }
}
