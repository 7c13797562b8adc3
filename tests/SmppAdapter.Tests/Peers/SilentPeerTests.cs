using CarrierPay.SmppAdapter.Pdu;
using CarrierPay.SmppAdapter.Session;
using CarrierPay.SmppAdapter.Tests.Session;
using Microsoft.Extensions.Time.Testing;

namespace CarrierPay.SmppAdapter.Tests.Peers;

/// <summary>What real SMSCs leave out, and what they send unasked.</summary>
public class SilentPeerTests
{
    [Test]
    public async Task A_query_sm_that_is_never_answered_is_unknown_and_costs_nothing_else()
    {
        var time = new FakeTimeProvider();
        using var smsc = new RawSmsc();
        var (link, peer) = await smsc.BoundAsync(options => options.WindowSize = 1, time);
        await using var _ = link;
        using var __ = peer;
        var query = link.RequestAsync(new QuerySm { MessageId = "42" }).AsTask();
        await peer.ReadAsync<QuerySm>();
        var behind = link.RequestAsync(new SubmitSm()).AsTask();

        await time.PassUntil(() => query.IsCompleted);

        var outcome = await query;
        Assert.That((outcome.Kind, outcome.Reason), Is.EqualTo((RequestOutcomeKind.Unknown, NoAnswerReason.TimedOut)));
        await peer.SendAsync(new SubmitSmResp { SequenceNumber = (await peer.ReadAsync<SubmitSm>()).SequenceNumber });
        Assert.That((await behind.InTime()).IsAccepted);
        Assert.That(link.State, Is.EqualTo(LinkState.Bound));
    }

    [Test]
    public async Task Responses_that_are_dropped_in_bursts_are_unknown_and_the_window_is_whole_again()
    {
        const int Window = 20;
        var time = new FakeTimeProvider();
        using var smsc = new RawSmsc();
        var (link, peer) = await smsc.BoundAsync(options => options.WindowSize = Window, time);
        await using var _ = link;
        using var __ = peer;
        for (var round = 0; round < 5; round++)
        {
            var requests = Enumerable.Range(0, Window).Select(_ => link.RequestAsync(new SubmitSm()).AsTask()).ToList();
            var numbers = new List<uint>();
            while (numbers.Count < Window)
            {
                numbers.Add((await peer.ReadAsync<SubmitSm>()).SequenceNumber);
            }
            // The middle of the burst is lost; the rest comes from the end to the beginning.
            var answered = numbers[..5].Concat(numbers[15..]).Reverse().ToList();
            await peer.SendAsync([.. answered.Select(number => new SubmitSmResp { SequenceNumber = number })]);
            await Deadlines.Until(() => link.Session!.InFlight == Window - answered.Count);
            await time.PassUntil(() => requests.All(request => request.IsCompleted));

            var outcomes = await Task.WhenAll(requests);
            Assert.That(outcomes.Where(outcome => outcome.IsAccepted).Select(outcome => outcome.SequenceNumber), Is.EquivalentTo(answered));
            Assert.That(outcomes.Count(outcome => outcome.Kind == RequestOutcomeKind.Unknown), Is.EqualTo(Window - answered.Count));
            Assert.That(link.Session!.InFlight, Is.Zero);
        }
        Assert.That(link.Session!.Counters.Unknown, Is.EqualTo(5 * 10));
    }

    [Test]
    public async Task An_alert_notification_that_nobody_asked_for_is_not_answered_and_does_no_harm()
    {
        using var smsc = new RawSmsc();
        var (link, peer) = await smsc.BoundAsync();
        await using var _ = link;
        using var __ = peer;

        await peer.SendAsync(new AlertNotification { SequenceNumber = 9, SourceAddr = Address.International("8613800138000") });

        var alert = await link.Inbound.ReadAsync().InTime();
        Assert.That(alert.Pdu, Is.InstanceOf<AlertNotification>());
        alert.Respond(CommandStatus.ROK);
        await peer.AssertQuietAsync();
    }

    [Test]
    public async Task A_flood_of_alert_notifications_that_nobody_reads_is_bounded_and_never_answered()
    {
        using var smsc = new RawSmsc();
        var (link, peer) = await smsc.BoundAsync(options => options.MaxUnanswered = 3);
        await using var _ = link;
        using var __ = peer;

        await peer.SendAsync([.. Enumerable.Range(1, 1000).Select(i => new AlertNotification { SequenceNumber = (uint)i })]);
        await peer.AssertQuietAsync();

        Assert.That(link.Session!.Counters.Received, Is.EqualTo(3));
        for (var i = 0; i < 3; i++)
        {
            (await link.Inbound.ReadAsync().InTime()).Respond(CommandStatus.ROK);
        }
        await peer.SendAsync(new DeliverSm { SequenceNumber = 1001 });
        (await link.Inbound.ReadAsync().InTime()).Respond(CommandStatus.ROK);
        Assert.That((await peer.ReadAsync<DeliverSmResp>()).SequenceNumber, Is.EqualTo(1001));
    }

    [Test]
    public async Task Sequence_number_0_is_echoed_by_a_link_too()
    {
        using var smsc = new RawSmsc();
        var (link, peer) = await smsc.BoundAsync();
        await using var _ = link;
        using var __ = peer;

        await peer.SendAsync(new EnquireLink { SequenceNumber = 0 }, new DeliverSm { SequenceNumber = 0 });
        (await link.Inbound.ReadAsync().InTime()).Respond(CommandStatus.ROK);

        Assert.That(await peer.ReadAsync(), Is.EqualTo(new EnquireLinkResp { SequenceNumber = 0 }));
        Assert.That(await peer.ReadAsync(), Is.EqualTo(new DeliverSmResp { SequenceNumber = 0 }));
    }

    [Test]
    public async Task An_answer_with_sequence_number_0_serves_no_request()
    {
        using var smsc = new RawSmsc();
        var (link, peer) = await smsc.BoundAsync();
        await using var _ = link;
        using var __ = peer;
        var request = link.RequestAsync(new SubmitSm()).AsTask();
        var number = (await peer.ReadAsync<SubmitSm>()).SequenceNumber;

        await peer.SendAsync(new SubmitSmResp { SequenceNumber = 0, CommandStatus = CommandStatus.RSUBMITFAIL }, new SubmitSmResp { SequenceNumber = number, MessageId = "1" });

        Assert.That((await request.InTime()).MessageId, Is.EqualTo("1"));
        Assert.That(link.Session!.Counters.Unmatched, Is.EqualTo(1));
    }
}
