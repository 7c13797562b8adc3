using CarrierPay.Engine.Subscribers;

namespace CarrierPay.Engine.Payments;

/// <summary>Books what two people decided about a payment whose outcome the system that keeps the money did not say.</summary>
/// <remarks>
/// Safe to repeat: what is done with is not among the decisions any more. An answer that came first has ended the request, and then the decision changes nothing.
/// A payment that has its outcome keeps it: only what was still asked about it is closed.
/// </remarks>
public static class ResolveDoubt
{
    /// <summary>Every expected answer. When several apply, the one listed first is given.</summary>
    public enum Outcome { AlreadyDone, Overtaken, RequestClosed, Charged, NotCharged }

    /// <summary>Pure: changes <paramref name="subscriber"/> in memory and records what is to be written. Everything else it may know is in <paramref name="given"/>.</summary>
    public static Outcome Decide(SubscriberState subscriber, DoubtDecided resolved, in Given given, Changes changes)
    {
        if (subscriber.DecidedDoubts.Find(d => d.Proposal == resolved.Proposal) is not { } decided)
            return Outcome.AlreadyDone;
        var payment = subscriber.OpenPayments.Find(p => p.Id == decided.Payment && p is { Ended: null, IsCharging: true });
        // A payment is not made while something that may still undo it is under way.
        if (decided.Call is not { } call || (decided.WasCharged && (payment is null || decided.OthersOpen)))
        {
            changes.EndDoubt(decided, isBooked: false);
            return Outcome.Overtaken;
        }
        changes.EndDoubt(decided, isBooked: true);
        changes.EndCall(call, Said(decided));
        if (payment is null)
            return Outcome.RequestClosed; // of what had ended: one more reversal, or what moved after its end
        if (decided.WasCharged)
        {
            SettleCharge.Succeed(subscriber, payment, given, changes);
            return Outcome.Charged;
        }
        SettleCharge.GiveUp(subscriber, payment, PaymentOutcome.Reversed, given, changes);
        return Outcome.NotCharged;
    }

    private static string Said(DecidedDoubt decided) =>
        $"decided by people: {(decided.WasCharged ? "charged" : "not charged")}, proposed by {decided.ProposedBy}, approved by {decided.ApprovedBy}";
}
