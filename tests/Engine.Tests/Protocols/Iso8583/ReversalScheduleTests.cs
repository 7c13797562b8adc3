using CarrierPay.Engine.Protocols.Iso8583.Messages;
using CarrierPay.Engine.Protocols.Iso8583.Wire;

namespace CarrierPay.Engine.Tests.Protocols.Iso8583;

[TestFixture]
public sealed class ReversalScheduleTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);
    private static readonly BankDialect Dialect = BankDialect.Of(KnownProfiles.A1987);
    private static readonly ReversalSettings Settings = new();
    private static readonly IsoMessage Reversal = BankMessages.Reversal(Dialect, Messages8583.Debit, new(8, "", Noon), Noon);

    [Test]
    public void It_goes_at_once_and_then_as_a_repeat_after_longer_and_longer_pauses()
    {
        var progress = ReversalProgress.Begin(Noon);
        var now = Noon;
        var pauses = new List<double>();
        for (var attempt = 0; attempt < 7; attempt++)
        {
            Assert.That(progress.IsDue(now), Is.True);
            Assert.That(progress.MessageToSend(Reversal), Is.EqualTo(attempt == 0 ? Reversal : Reversal.WithMti("0421")));
            progress = progress.Sending(Settings, now).After(Dialect, Reversal, BankOutcome.Unknown(NoAnswerReason.TimedOut), Settings, now);
            pauses.Add((progress.DueAt - now).TotalSeconds);
            Assert.That(progress.IsDue(now), Is.False);
            now = progress.DueAt;
        }
        Assert.That(pauses, Is.EqualTo(new[] { 15, 60, 300, 900, 3600, 3600, 3600 }));
    }

    [TestCase("00", ReversalState.Reversed, false)]
    [TestCase("25", ReversalState.NeverThere, false)]
    [TestCase("96", ReversalState.Open, true)]
    [TestCase("94", ReversalState.Open, true)]
    [TestCase("12", ReversalState.Open, true)]
    public void Only_the_agreed_codes_end_it(string code, ReversalState state, bool alarm)
    {
        var progress = Sent().After(Dialect, Reversal, Answer(code), Settings, Noon);
        Assert.That((progress.State, progress.NeedsAttention), Is.EqualTo((state, alarm)));
    }

    [TestCase(4, "000000001251")]
    [TestCase(102, "DE124")]
    public void An_answer_about_another_amount_or_account_ends_nothing(int field, string value)
    {
        var progress = Sent().After(Dialect, Reversal, BankOutcome.Answered(NetworkMessages.Answer(Reversal, "00").With(field, value)), Settings, Noon);
        Assert.That((progress.State, progress.NeedsAttention), Is.EqualTo((ReversalState.Open, true)));
    }

    [Test]
    public void An_answer_whose_code_proves_nothing_ends_nothing() =>
        Assert.That(Sent().After(Dialect, Reversal, BankOutcome.Unknown(NoAnswerReason.MacWrong), Settings, Noon).State, Is.EqualTo(ReversalState.Open));

    [Test]
    public void After_the_agreed_time_a_person_takes_over_and_a_late_answer_still_counts()
    {
        var progress = Sent().After(Dialect, Reversal, BankOutcome.Unknown(NoAnswerReason.TimedOut), Settings, Noon.AddDays(3));
        Assert.That((progress.State, progress.NeedsAttention), Is.EqualTo((ReversalState.Manual, true)));
        Assert.That(progress.After(Dialect, Reversal, Answer("00"), Settings, Noon.AddDays(4)).State, Is.EqualTo(ReversalState.Reversed));
    }

    [Test]
    public void What_is_closed_stays_closed()
    {
        var closed = Sent().After(Dialect, Reversal, Answer("00"), Settings, Noon);
        Assert.That(closed.After(Dialect, Reversal, Answer("25"), Settings, Noon.AddDays(9)), Is.EqualTo(closed));
        Assert.Throws<InvalidOperationException>(() => closed.Sending(Settings, Noon));
    }

    private static ReversalProgress Sent() => ReversalProgress.Begin(Noon).Sending(Settings, Noon);

    private static BankOutcome Answer(string code) => BankOutcome.Answered(NetworkMessages.Answer(Reversal, code));
}
