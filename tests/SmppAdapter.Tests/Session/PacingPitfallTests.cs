using CarrierPay.SmppAdapter.Pdu;
using CarrierPay.SmppAdapter.Session;
using Microsoft.Extensions.Time.Testing;

namespace CarrierPay.SmppAdapter.Tests.Session;

/// <summary>Pitfall 11 on the wire: the contracted rate, throttling, who goes first, and the order to one number.</summary>
public class PacingPitfallTests
{
    private readonly FakeTimeProvider _time = new();

    [Test]
    public async Task Pitfall_11_a_link_sends_no_more_than_its_contracted_rate()
    {
        using var smsc = new RawSmsc();
        var (link, peer) = await smsc.BoundAsync(Set, _time);
        await using var _ = link;
        using var __ = peer;
        var answering = AnswerAllAsync(peer);

        var start = _time.GetUtcNow();
        var sending = Enumerable.Range(0, 200).Select(_ => link.RequestAsync(new SubmitSm()).AsTask()).ToList();
        var passed = await _time.PassUntil(() => sending.All(task => task.IsCompleted), TimeSpan.FromMilliseconds(10));

        Assert.That(sending.All(task => task.Result.IsAccepted));
        // 200 messages at 100 a second, of which the first 10 may go at once.
        Assert.That(passed, Is.GreaterThanOrEqualTo(TimeSpan.FromSeconds(1.89)));

        static void Set(SmppLinkOptions options) => options.MaxRate = 100;
    }

    [Test]
    public async Task Pitfall_11_binds_of_one_contract_share_its_rate()
    {
        using var smsc = new RawSmsc();
        var (link, peer) = await smsc.BoundAsync(options => (options.MaxRate, options.RateSharedBy) = (10, 4), _time);
        await using var _ = link;
        using var __ = peer;
        var answering = AnswerAllAsync(peer);

        var sending = Enumerable.Range(0, 6).Select(_ => link.RequestAsync(new SubmitSm()).AsTask()).ToList();
        var passed = await _time.PassUntil(() => sending.All(task => task.IsCompleted), TimeSpan.FromMilliseconds(10));

        // Six messages at 2.5 a second, of which the first may go at once.
        Assert.That(passed, Is.GreaterThanOrEqualTo(TimeSpan.FromSeconds(1.99)));
    }

    [Test]
    public async Task Pitfall_11_each_destination_of_a_submit_multi_counts()
    {
        using var smsc = new RawSmsc();
        var (link, peer) = await smsc.BoundAsync(options => options.MaxRate = 10, _time);
        await using var _ = link;
        using var __ = peer;
        var answering = AnswerAllAsync(peer);
        var twenty = new SubmitMulti { Destinations = [.. Enumerable.Range(0, 20).Select(i => Destination.Of(Address.International($"86138001380{i:00}")))] };

        var first = link.RequestAsync(twenty).AsTask();
        var second = link.RequestAsync(twenty).AsTask();

        await _time.PassUntil(() => first.IsCompleted, TimeSpan.FromMilliseconds(10));
        var passed = await _time.PassUntil(() => second.IsCompleted, TimeSpan.FromMilliseconds(10));
        Assert.That(passed, Is.GreaterThanOrEqualTo(TimeSpan.FromSeconds(1.9)));
    }

    [Test]
    public async Task Pitfall_11_questions_answers_and_enquire_links_do_not_wait_for_the_rate()
    {
        using var smsc = new RawSmsc();
        var (link, peer) = await smsc.BoundAsync(options => options.MaxRate = 1, _time);
        await using var _ = link;
        using var __ = peer;
        var first = link.RequestAsync(new SubmitSm()).AsTask();
        await peer.ReadAsync<SubmitSm>();
        var second = link.RequestAsync(new SubmitSm()).AsTask();

        var query = link.RequestAsync(new QuerySm { MessageId = "1" }, RequestPriority.Urgent).AsTask();
        await peer.ReadAsync<QuerySm>();
        await peer.SendAsync(new DeliverSm { SequenceNumber = 3 });
        (await link.Inbound.ReadAsync().InTime()).Respond(CommandStatus.ROK);
        await peer.ReadAsync<DeliverSmResp>();
        await peer.AssertQuietAsync();

        Assert.That(link.Session!.Waiting, Is.EqualTo(1));
        Assert.That((first.IsCompleted, second.IsCompleted, query.IsCompleted), Is.EqualTo((false, false, false)));
    }

    [TestCase(CommandStatus.RTHROTTLED)]
    [TestCase(CommandStatus.RMSGQFUL)]
    [TestCase(CommandStatus.RX_T_APPN)]
    public async Task Pitfall_11_a_throttled_link_pauses_and_still_answers(CommandStatus status)
    {
        using var smsc = new RawSmsc();
        var (link, peer) = await smsc.BoundAsync(time: _time);
        await using var _ = link;
        using var __ = peer;
        var refused = link.RequestAsync(new SubmitSm()).AsTask();
        await peer.SendAsync(new SubmitSmResp { SequenceNumber = (await peer.ReadAsync<SubmitSm>()).SequenceNumber, CommandStatus = status });
        Assert.That((await refused.InTime()).Status, Is.EqualTo(status));

        var next = link.RequestAsync(new SubmitSm()).AsTask();
        await peer.AssertQuietAsync();
        Assert.That(link.Session!.Counters.Throttled, Is.EqualTo(1));

        var sent = peer.ReadAsync<SubmitSm>();
        var passed = await _time.PassUntil(() => sent.IsCompleted, TimeSpan.FromMilliseconds(10));
        Assert.That(passed, Is.GreaterThanOrEqualTo(TimeSpan.FromMilliseconds(100)));
        await peer.SendAsync(new SubmitSmResp { SequenceNumber = (await sent).SequenceNumber });
        Assert.That((await next.InTime()).IsAccepted);
    }

    [Test]
    public async Task The_contracted_rate_holds_over_a_lost_session()
    {
        using var smsc = new RawSmsc();
        var (link, peer) = await smsc.BoundAsync(options => options.MaxRate = 1, _time);
        await using var _ = link;
        var first = link.RequestAsync(new SubmitSm()).AsTask();
        await peer.ReadAsync<SubmitSm>();
        peer.Reset();
        await first.InTime();
        var binding = smsc.AcceptAndBindAsync();
        await _time.PassUntil(() => binding.IsCompleted, TimeSpan.FromMicroseconds(1));
        using var again = await binding;
        await link.WaitUntilBoundAsync().InTime();

        var second = link.RequestAsync(new SubmitSm()).AsTask();

        await again.AssertQuietAsync();
        Assert.That(second.IsCompleted, Is.False);
    }

    [Test]
    public async Task Urgent_requests_go_before_normal_ones_and_those_before_bulk_in_the_order_of_the_calls()
    {
        using var smsc = new RawSmsc();
        var (link, peer) = await smsc.BoundAsync(options => options.WindowSize = 1);
        await using var _ = link;
        using var __ = peer;
        var inFlight = link.RequestAsync(Numbered(0)).AsTask();
        RequestPriority[] calls = [RequestPriority.Bulk, RequestPriority.Normal, RequestPriority.Urgent, RequestPriority.Bulk, RequestPriority.Normal, RequestPriority.Urgent];

        var waiting = calls.Select((priority, i) => link.RequestAsync(Numbered(i + 1), priority).AsTask()).ToList();

        var order = new List<int>();
        for (var i = 0; i <= calls.Length; i++)
        {
            var submitted = await peer.ReadAsync<SubmitSm>();
            order.Add(submitted.ShortMessage.Span[0]);
            await peer.SendAsync(new SubmitSmResp { SequenceNumber = submitted.SequenceNumber });
        }
        Assert.That(order, Is.EqualTo(new[] { 0, 3, 6, 2, 5, 1, 4 }));
        Assert.That((await Task.WhenAll([inFlight, .. waiting]).InTime()).All(outcome => outcome.IsAccepted));
    }

    [Test]
    public async Task Messages_to_one_number_reach_the_wire_in_the_order_of_the_calls()
    {
        using var smsc = new RawSmsc();
        var (link, peer) = await smsc.BoundAsync(options => (options.WindowSize, options.MaxRate) = (3, 50), _time);
        await using var _ = link;
        using var __ = peer;
        var answering = AnswerAllAsync(peer);

        var sending = Enumerable.Range(0, 100).Select(i => link.RequestAsync(Numbered(i)).AsTask()).ToList();
        await _time.PassUntil(() => sending.All(task => task.IsCompleted), TimeSpan.FromMilliseconds(10));

        peer.Dispose();
        Assert.That((await answering.InTime()).Select(message => (int)message.ShortMessage.Span[0]), Is.EqualTo(Enumerable.Range(0, 100)));
    }

    [Test]
    public async Task More_waiting_requests_than_allowed_are_not_sent_and_say_so()
    {
        using var smsc = new RawSmsc();
        var (link, peer) = await smsc.BoundAsync(options => (options.WindowSize, options.MaxWaiting) = (1, 2));
        await using var _ = link;
        using var __ = peer;
        var kept = Enumerable.Range(0, 3).Select(_ => link.RequestAsync(new SubmitSm()).AsTask()).ToList();

        var outcome = await link.RequestAsync(new SubmitSm(), RequestPriority.Urgent).InTime();

        Assert.That((outcome.Kind, outcome.Reason), Is.EqualTo((RequestOutcomeKind.NotSent, NoAnswerReason.TooManyWaiting)));
        Assert.That(kept.Any(task => task.IsCompleted), Is.False);
    }

    private static SubmitSm Numbered(int number) => new() { DestinationAddr = Address.International("8613800138000"), ShortMessage = new[] { (byte)number } };

    /// <summary>Answers every request with OK until the link hangs up; gives the messages in their order.</summary>
    private static async Task<List<SubmitSm>> AnswerAllAsync(RawPeer peer)
    {
        var messages = new List<SubmitSm>();
        try
        {
            while (await peer.ReadAsync() is { } request)
            {
                if (request is SubmitSm message)
                {
                    messages.Add(message);
                }
                await peer.SendAsync(request switch
                {
                    SubmitMulti => new SubmitMultiResp { SequenceNumber = request.SequenceNumber },
                    EnquireLink => new EnquireLinkResp { SequenceNumber = request.SequenceNumber },
                    _ => new SubmitSmResp { SequenceNumber = request.SequenceNumber },
                });
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // The test is over.
        }
        return messages;
    }
}
