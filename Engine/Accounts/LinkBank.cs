using CarrierPay.Engine.Funding.Bank;
using CarrierPay.Engine.Messaging.Texts;
using CarrierPay.Engine.Subscribers;

namespace CarrierPay.Engine.Accounts;

/// <summary>Links a bank account: only its bank's yes makes it one that can be paid from.</summary>
/// <remarks>Safe to repeat: an account that is linked, refused or replaced stays as it is. The question moves no money, so it is simply asked again.</remarks>
public static class LinkBank
{
    /// <summary>Every expected answer. When several apply, the one listed first is given.</summary>
    public enum Outcome { AlreadyDecided, Linked, Refused, AskedAgain }

    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    /// <summary>After a question that did not leave, for a minute: the connection may be on its way up.</summary>
    private static readonly TimeSpan ShortPause = TimeSpan.FromSeconds(5);
    private const int ShortPauses = 12;

    /// <summary>Pure: changes <paramref name="subscriber"/> in memory and records what is to be written. Everything else it may know is in <paramref name="given"/>.</summary>
    public static Outcome Decide(SubscriberState subscriber, BankLinkAnswered answered, in Given given, Changes changes)
    {
        if (subscriber.BankLink is not { State: BankLinkState.Asked } link || link.Id != answered.Link)
        {
            changes.EndCall(answered.Call, answered.Said);
            return Outcome.AlreadyDecided;
        }
        switch (answered.Verdict)
        {
            case LinkVerdict.Accepted:
                changes.EndCall(answered.Call, answered.Said);
                subscriber.Change(link with { State = BankLinkState.Linked });
                changes.Tell(TextTemplate.BankLinked, link.Tail);
                return Outcome.Linked;
            case LinkVerdict.Refused:
                changes.EndCall(answered.Call, answered.Said);
                subscriber.Change(link with { State = BankLinkState.Refused });
                changes.Tell(TextTemplate.BankNotLinked, link.Tail);
                return Outcome.Refused;
            default:
                var isSoon = answered.Verdict == LinkVerdict.NotAsked && answered.Call.Attempts < ShortPauses;
                changes.PutOff(answered.Call, given.Now + (isSoon ? ShortPause : Pause), answered.Said);
                return Outcome.AskedAgain;
        }
    }
}
