using CarrierPay.SmppAdapter.Pdu;
using CarrierPay.SmppAdapter.Ussd;
using CsCheck;

namespace CarrierPay.SmppAdapter.Tests.Ussd;

/// <summary>Any history of inputs, texts, losses and time: the table stays bounded, and no dialogue is given two texts for one input.</summary>
public class UssdHistoriesTests
{
    private static readonly UssdTimers Timers = new()
    {
        AnswerWithin = TimeSpan.FromSeconds(10),
        UserIdle = TimeSpan.FromSeconds(30),
        Whole = TimeSpan.FromSeconds(100),
        Remember = TimeSpan.FromSeconds(50),
        MaxDialogues = 4,
    };

    private sealed record Event(int Action, int Number, int Info, int Text);

    private static readonly Gen<Event> Events =
        Gen.Select(Gen.Int[0, 9], Gen.Int[0, 5], Gen.Int[0, 3], Gen.Int[0, 2], (action, number, info, text) => new Event(action, number, info, text));

    [Test]
    public void Every_history_keeps_the_rules() => Events.Array[0, 120].Sample(history =>
    {
        var table = new UssdDialogues<string>(Timers);
        var now = new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);
        var owed = new HashSet<long>();
        var known = new List<long>();
        foreach (var happened in history)
        {
            switch (happened.Action)
            {
                case < 6:
                    var kind = happened.Action switch { 0 or 1 => UssdInputKind.Begin, 2 => UssdInputKind.Abort, 3 => UssdInputKind.Acknowledged, _ => UssdInputKind.Answer };
                    var session = new UssdSession(Address.International($"4477009000{happened.Number}"), default, (ushort)(happened.Info * 2));
                    var taken = table.Take(new(kind, session.KeyBy(UssdSessionKeying.ItsSessionInfo)!.Value, session, $"{happened.Text}", false), "link", now);
                    Assert.That(taken.Dialogue?.Session.Subscriber.Digits ?? session.Subscriber.Digits, Is.EqualTo(session.Subscriber.Digits), "nobody gets another's dialogue");
                    if (taken.Kind is UssdTakenKind.Began or UssdTakenKind.Answered || (taken.Kind is UssdTakenKind.Acknowledged && taken.Dialogue!.Turn == UssdTurn.Application && !owed.Contains(taken.Dialogue.Id)))
                    {
                        Assert.That(owed.Add(taken.Dialogue!.Id), "one text is owed at a time");
                        known.Add(taken.Dialogue.Id);
                    }
                    break;
                case 6 or 7 when known.Count > 0:
                    var id = known[(happened.Number * 7) % known.Count];
                    var isGiven = table.TryReply(id, "text", happened.Info == 0 ? UssdStep.End : UssdStep.Ask, now, out _);
                    Assert.That(!isGiven || owed.Remove(id), "only what is owed is given");
                    if (isGiven && happened.Text > 0)
                        table.Accepted(id, now);
                    else if (isGiven && happened.Info == 1)
                        table.Refused(id, now);
                    break;
                case 8:
                    now += TimeSpan.FromSeconds(happened.Number * 8);
                    foreach (var unanswered in table.Expire(now))
                        Assert.That(owed.Remove(unanswered.Id), "what was owed and not given is told once");
                    break;
            }
            Assert.That(table.Count, Is.LessThanOrEqualTo(Timers.MaxDialogues));
        }
        table.Expire(now += TimeSpan.FromHours(1));
        table.Expire(now + TimeSpan.FromHours(1));
        Assert.That(table.Count, Is.Zero, "nothing stays for ever");
    }, iter: 3000);
}
