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
            var pending = new PendingRequest(Messages8583.Debit, $"{i}", connection);
            Assert.That(table.TryAdd(pending) && table.TryMarkSent(pending) && table.TryGiveUp(pending), Is.True);
        }
        Assert.That(Enumerable.Range(1, 5).Select(i => table.TakeGivenUp($"{i}") is not null), Is.EqualTo(new[] { false, false, true, true, true }));
        Assert.That(table.TakeGivenUp("5"), Is.Null, "once");
    }

    [Test]
    public void What_was_given_up_before_it_was_sent_is_not_sent_and_not_remembered()
    {
        var parts = new BankLinkParts(new(), BankDialect.Of(KnownProfiles.A1987), null, TimeProvider.System, NullLogger.Instance);
        using var connection = new BankConnection("T/1", Stream.Null, parts);
        var pending = new PendingRequest(Messages8583.Debit, "1", connection);
        parts.InFlight.TryAdd(pending);
        Assert.That(parts.InFlight.Take("1"), Is.Null, "what was not sent has no answer");
        Assert.That(parts.InFlight.TryGiveUp(pending), Is.True);
        Assert.That(parts.InFlight.TryMarkSent(pending), Is.False);
        Assert.That(parts.InFlight.TakeGivenUp("1"), Is.Null);
    }

    [Test]
    public void Network_numbers_stay_within_six_digits_and_do_not_come_twice_in_a_row()
    {
        var parts = new BankLinkParts(new(), BankDialect.Of(KnownProfiles.A1987), null, TimeProvider.System, NullLogger.Instance);
        var numbers = Enumerable.Range(0, 1000).Select(_ => parts.NextNetworkStan()).ToList();
        Assert.That(numbers, Is.Unique.And.All.InRange(1, 999_999));
    }
}
