using CarrierPay.Engine.Protocols.Iso8583.Links;
using CarrierPay.Engine.Protocols.Iso8583.Messages;
using CarrierPay.Engine.Protocols.Iso8583.Wire;
using Microsoft.Extensions.Logging.Abstractions;

namespace CarrierPay.Engine.Tests.Protocols.Iso8583;

[TestFixture]
public sealed class LinkPartsTests
{
    [Test]
    public void Pauses_double_up_to_the_longest_and_begin_anew_after_a_long_life()
    {
        var pauses = new ReconnectPauses(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10), () => 1);
        Assert.That(Enumerable.Range(0, 6).Select(_ => pauses.Next(TimeSpan.Zero).TotalSeconds), Is.EqualTo(new[] { 1, 2, 4, 8, 10, 10 }));
        Assert.That(pauses.Next(TimeSpan.FromSeconds(11)), Is.EqualTo(TimeSpan.FromSeconds(1)));
    }

    [Test]
    public void A_pause_is_drawn_at_random_below_its_bound()
    {
        var pauses = new ReconnectPauses(TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(10), () => 0.25);
        Assert.That(pauses.Next(TimeSpan.Zero), Is.EqualTo(TimeSpan.FromSeconds(1)));
    }

    [Test]
    public void Requests_that_were_given_up_are_remembered_up_to_a_bound_and_the_oldest_make_room()
    {
        var parts = new BankLinkParts(new(), BankDialect.Of(KnownProfiles.A1987), null, TimeProvider.System, NullLogger.Instance);
        using var connection = new BankConnection("T/1", Stream.Null, parts);
        var table = new InFlightTable(remembered: 3);
        for (var i = 1; i <= 5; i++)
        {
            var pending = Pending(i, connection, parts);
            Assert.That(table.TryAdd(pending) && table.TryMarkSent(pending) && table.TryGiveUp(pending), Is.True);
        }
        Assert.That(Enumerable.Range(1, 5).Select(i => table.TakeLate(Answer(i, "00", parts)) is not null), Is.EqualTo(new[] { false, false, true, true, true }));
        Assert.That(table.TakeLate(Answer(5, "00", parts)), Is.Null, "once");
    }

    [Test]
    public void What_was_given_up_before_it_was_sent_is_not_sent_and_not_remembered()
    {
        var parts = new BankLinkParts(new(), BankDialect.Of(KnownProfiles.A1987), null, TimeProvider.System, NullLogger.Instance);
        using var connection = new BankConnection("T/1", Stream.Null, parts);
        var pending = Pending(1, connection, parts);
        parts.InFlight.TryAdd(pending);
        Assert.That(parts.InFlight.Take(Answer(1, "00", parts)), Is.Null, "what was not sent has no answer");
        Assert.That(parts.InFlight.TryGiveUp(pending), Is.True);
        Assert.That(parts.InFlight.TryMarkSent(pending), Is.False);
        Assert.That(parts.InFlight.TakeLate(Answer(1, "00", parts)), Is.Null);
    }

    [TestCase("05")]
    [TestCase("91")]
    [TestCase("51")]
    [TestCase("ZZ")]
    public void After_any_answer_but_a_yes_another_one_finds_the_request_until_the_yes_has_come(string code)
    {
        var parts = new BankLinkParts(new(), BankDialect.Of(KnownProfiles.A1987), null, TimeProvider.System, NullLogger.Instance);
        using var connection = new BankConnection("T/1", Stream.Null, parts);
        var pending = Pending(1, connection, parts);
        Assert.That(parts.InFlight.TryAdd(pending) && parts.InFlight.TryMarkSent(pending), Is.True);
        Assert.That(parts.InFlight.Take(Answer(1, code, parts)), Is.SameAs(pending));
        Assert.That(parts.InFlight.TakeLate(Answer(1, "05", parts))?.Request, Is.SameAs(pending.Request));
        Assert.That(parts.InFlight.TakeLate(Answer(1, "00", parts) with { IsAuthentic = false })?.Request, Is.SameAs(pending.Request));
        Assert.That(parts.InFlight.TakeLate(new(parts.Dialect, Answer(1, "00", parts).Message.With(4, "000000000001"), true))?.Request, Is.SameAs(pending.Request), "of another amount");
        Assert.That(parts.InFlight.TakeLate(Answer(1, "00", parts))?.Request, Is.SameAs(pending.Request));
        Assert.That(parts.InFlight.TakeLate(Answer(1, "00", parts)), Is.Null, "a yes counts once");
    }

    [Test]
    public void After_a_yes_and_after_any_answer_to_a_sign_on_nothing_is_remembered()
    {
        var parts = new BankLinkParts(new(), BankDialect.Of(KnownProfiles.A1987), null, TimeProvider.System, NullLogger.Instance);
        using var connection = new BankConnection("T/1", Stream.Null, parts);
        var signOn = NetworkMessages.Request(parts.Dialect, NetworkAction.SignOn, 7, TimeProvider.System.GetUtcNow());
        foreach (var (request, code) in new[] { (Pending(1, connection, parts), "00"), (new PendingRequest(signOn, InFlightTable.KeyOf(parts.Dialect, signOn), connection), "91") })
        {
            var answer = new ArrivedAnswer(parts.Dialect, NetworkMessages.Answer(request.Request, code), true);
            Assert.That(parts.InFlight.TryAdd(request) && parts.InFlight.TryMarkSent(request), Is.True);
            Assert.That((parts.InFlight.Take(answer), parts.InFlight.TakeLate(answer)), Is.EqualTo((request, (LateAnswer?)null)));
        }
    }

    [Test]
    public void Network_numbers_stay_within_six_digits_and_do_not_come_twice_in_a_row()
    {
        var parts = new BankLinkParts(new(), BankDialect.Of(KnownProfiles.A1987), null, TimeProvider.System, NullLogger.Instance);
        var numbers = Enumerable.Range(0, 1000).Select(_ => parts.NextNetworkStan()).ToList();
        Assert.That(numbers, Is.Unique.And.All.InRange(1, 999_999));
    }

    [Test]
    public void A_late_answer_is_brought_for_the_last_attempt_of_its_request()
    {
        var parts = new BankLinkParts(new(), BankDialect.Of(KnownProfiles.A1987), null, TimeProvider.System, NullLogger.Instance);
        using var connection = new BankConnection("T/1", Stream.Null, parts);
        foreach (var attempt in new[] { "first", "second" })
        {
            var pending = new PendingRequest(Messages8583.Debit, InFlightTable.KeyOf(parts.Dialect, Messages8583.Debit), connection, attempt);
            Assert.That(parts.InFlight.TryAdd(pending) && parts.InFlight.TryMarkSent(pending) && parts.InFlight.TryGiveUp(pending), Is.True);
        }
        Assert.That(parts.InFlight.TakeLate(new(parts.Dialect, NetworkMessages.Answer(Messages8583.Debit, "00"), true))?.Context, Is.EqualTo("second"));
    }

    private static PendingRequest Pending(int stan, BankConnection connection, BankLinkParts parts)
    {
        var request = Messages8583.Debit.With(11, $"{stan:D6}");
        return new(request, InFlightTable.KeyOf(parts.Dialect, request), connection);
    }

    private static ArrivedAnswer Answer(int stan, string code, BankLinkParts parts) =>
        new(parts.Dialect, NetworkMessages.Answer(Messages8583.Debit.With(11, $"{stan:D6}"), code), true);
}
