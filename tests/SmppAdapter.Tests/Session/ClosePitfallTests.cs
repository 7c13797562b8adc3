using CarrierPay.SmppAdapter.Pdu;
using CarrierPay.SmppAdapter.Session;
using Microsoft.Extensions.Time.Testing;

namespace CarrierPay.SmppAdapter.Tests.Session;

/// <summary>Pitfalls 21, 22 and 24: unbinding, closing, coming back, and what becomes of requests.</summary>
public class ClosePitfallTests
{
    [Test]
    public async Task Pitfall_21_an_unbind_waits_for_the_answers_in_flight()
    {
        using var smsc = new RawSmsc();
        var (link, peer) = await smsc.BoundAsync();
        var session = link.Session!;
        using var _ = peer;
        var request = link.RequestAsync(new SubmitSm()).AsTask();
        var submitted = await peer.ReadAsync<SubmitSm>();

        var stopping = link.StopAsync();
        await Deadlines.Until(() => session.State == SessionState.Unbinding);
        Assert.That((await link.RequestAsync(new SubmitSm()).InTime()).Kind, Is.EqualTo(RequestOutcomeKind.NotSent));
        await peer.SendAsync(new SubmitSmResp { SequenceNumber = submitted.SequenceNumber });
        var unbind = await peer.ReadAsync<Unbind>();
        await peer.SendAsync(new UnbindResp { SequenceNumber = unbind.SequenceNumber });

        Assert.That(await peer.ReadAsync(), Is.Null);
        peer.Dispose();
        await stopping.InTime();
        Assert.That((await request).IsAccepted);
        Assert.That((await session.Completion).Reason, Is.EqualTo(SessionEndReason.Unbound));
    }

    [Test]
    public async Task Pitfall_21_an_unbind_waits_for_our_own_answers()
    {
        using var smsc = new RawSmsc();
        var (link, peer) = await smsc.BoundAsync();
        var session = link.Session!;
        using var _ = peer;
        await peer.SendAsync(new DeliverSm { SequenceNumber = 5 });
        var request = await link.Inbound.ReadAsync().InTime();

        var stopping = link.StopAsync();
        await Deadlines.Until(() => session.State == SessionState.Unbinding);
        await peer.SendAsync(new DeliverSm { SequenceNumber = 6 });
        Assert.That(await peer.ReadAsync(), Is.EqualTo(new DeliverSmResp { SequenceNumber = 6, CommandStatus = CommandStatus.RX_T_APPN }), "no new work is taken");
        Assert.That(request.Respond(CommandStatus.ROK), Is.True);

        Assert.That((await peer.ReadAsync<DeliverSmResp>()).SequenceNumber, Is.EqualTo(5));
        await peer.ReadAsync<Unbind>();
        peer.Dispose();
        await stopping.InTime();
    }

    [Test]
    public async Task Pitfall_21_a_peer_that_hangs_up_instead_of_answering_the_unbind_is_no_failure()
    {
        using var smsc = new RawSmsc();
        var (link, peer) = await smsc.BoundAsync();
        var session = link.Session!;

        var stopping = link.StopAsync();
        await peer.ReadAsync<Unbind>();
        peer.Dispose();

        await stopping.InTime();
        Assert.That((await session.Completion).Reason, Is.EqualTo(SessionEndReason.Unbound));
    }

    [Test]
    public async Task Pitfall_21_a_peer_that_ignores_the_unbind_is_left_in_the_end()
    {
        var time = new FakeTimeProvider();
        using var smsc = new RawSmsc();
        var (link, peer) = await smsc.BoundAsync(time: time);
        using var _ = peer;
        var inFlight = link.RequestAsync(new SubmitSm()).AsTask();

        var stopping = link.StopAsync();
        await time.PassUntil(() => stopping.IsCompleted);

        Assert.That((await inFlight).Kind, Is.EqualTo(RequestOutcomeKind.Unknown));
    }

    [Test]
    public async Task Pitfall_21_the_peers_unbind_is_answered_and_the_link_comes_back()
    {
        using var smsc = new RawSmsc();
        var (link, peer) = await smsc.BoundAsync();
        await using var _ = link;

        await peer.SendAsync(new Unbind { SequenceNumber = 0x80000001 });

        Assert.That((await peer.ReadAsync<UnbindResp>()).SequenceNumber, Is.EqualTo(0x80000001));
        Assert.That(await peer.ReadAsync(), Is.Null);
        peer.Dispose();
        using var again = await smsc.AcceptAndBindAsync();
        await link.WaitUntilBoundAsync().InTime();
    }

    [Test]
    public async Task Pitfall_21_closing_may_be_repeated_from_anywhere()
    {
        await using var smsc = new Loopback();
        var (link, session) = await smsc.BoundAsync();
        var ours = link.Session!;

        Parallel.For(0, 8, _ => ours.Abort());
        await Task.WhenAll(Enumerable.Range(0, 8).Select(i => i % 2 == 0 ? link.StopAsync() : session.UnbindAsync())).InTime();
        ours.Abort();
        await link.DisposeAsync();
        await link.DisposeAsync();
        await smsc.Server.StopAsync().InTime();

        Assert.That((await ours.Completion).Reason, Is.EqualTo(SessionEndReason.Aborted));
        Assert.That(link.State, Is.EqualTo(LinkState.Closed));
    }

    [Test]
    public async Task Pitfall_21_a_server_that_stops_unbinds_its_esmes()
    {
        await using var smsc = new Loopback();
        using var peer = await RawPeer.BindAsync(smsc.Server);

        var stopping = smsc.Server.StopAsync();
        var unbind = await peer.ReadAsync<Unbind>();
        await peer.SendAsync(new UnbindResp { SequenceNumber = unbind.SequenceNumber });
        Assert.That(await peer.ReadAsync(), Is.Null);
        peer.Dispose();

        await stopping.InTime();
        Assert.That(smsc.Server.Sessions, Is.Empty);
    }

    [TestCase(CommandStatus.RALYBND, 60)]
    [TestCase(CommandStatus.RINVPASWD, 300)]
    [TestCase(CommandStatus.RINVSYSID, 300)]
    public async Task Pitfall_22_a_refused_link_waits_before_it_tries_again(CommandStatus status, int seconds)
    {
        var time = new FakeTimeProvider();
        using var smsc = new RawSmsc();
        await using var link = smsc.Link(time: time);
        link.Start();
        using (await smsc.AcceptAndBindAsync(status))
        {
        }
        await Deadlines.Until(() => link.State == LinkState.Waiting);

        var passed = await time.PassUntil(() => smsc.IsCalled, TimeSpan.FromSeconds(1));

        Assert.That(passed, Is.GreaterThanOrEqualTo(TimeSpan.FromSeconds(seconds)));
    }

    [Test]
    public async Task Pitfall_22_a_link_refused_with_RBINDFAIL_raises_an_alarm_and_tries_again_soon()
    {
        using var logs = new CollectedLogs();
        using var smsc = new RawSmsc();
        await using var link = smsc.Link(logs: logs);
        link.Start();

        // An SMSC that restarts answers so. With the long pause the second call would not come in time.
        using (await smsc.AcceptAndBindAsync(CommandStatus.RBINDFAIL))
        {
        }
        using var peer = await smsc.AcceptAndBindAsync();

        await link.WaitUntilBoundAsync().InTime();
        Assert.That(logs.Lines.Count(line => line.StartsWith("ALARM", StringComparison.Ordinal) && line.Contains("RBINDFAIL")), Is.EqualTo(1));
    }

    [Test]
    public void Pitfall_22_pauses_after_RBINDFAIL_grow_like_those_after_a_loss()
    {
        var backoff = new ReconnectBackoff(new SmppLinkOptions());
        var refused = new SessionEnd(SessionEndReason.BindRefused, CommandStatus.RBINDFAIL);

        Assert.That(backoff.Next(refused, TimeSpan.Zero), Is.LessThanOrEqualTo(TimeSpan.FromSeconds(1)));
        Assert.That(backoff.Next(refused, TimeSpan.Zero), Is.LessThanOrEqualTo(TimeSpan.FromSeconds(2)));
        var laters = Enumerable.Range(0, 200).Select(_ => backoff.Next(refused, TimeSpan.Zero)).ToList();
        Assert.That(laters.Max(), Is.GreaterThan(TimeSpan.FromSeconds(30)).And.LessThanOrEqualTo(TimeSpan.FromSeconds(60)));
    }

    [Test]
    public void Pitfall_22_the_pause_grows_to_its_maximum_and_is_never_the_same()
    {
        var options = new SmppLinkOptions();
        var lost = new SessionEnd(SessionEndReason.ConnectionLost);
        var firsts = Enumerable.Range(0, 200).Select(_ => new ReconnectBackoff(options).Next(lost, TimeSpan.Zero)).ToList();
        var backoff = new ReconnectBackoff(options);
        var laters = Enumerable.Range(0, 200).Select(_ => backoff.Next(lost, TimeSpan.Zero)).ToList();

        Assert.That(firsts.Max(), Is.LessThanOrEqualTo(TimeSpan.FromSeconds(1)));
        Assert.That(laters.Max(), Is.GreaterThan(TimeSpan.FromSeconds(30)).And.LessThanOrEqualTo(TimeSpan.FromSeconds(60)));
        Assert.That(laters.Distinct().Count(), Is.GreaterThan(190));
        Assert.That(backoff.Next(lost, TimeSpan.FromHours(1)), Is.LessThanOrEqualTo(TimeSpan.FromSeconds(1)), "a link that lived starts anew");
    }

    [Test]
    public async Task Pitfall_22_requests_of_a_lost_session_are_not_sent_again()
    {
        using var smsc = new RawSmsc();
        var (link, peer) = await smsc.BoundAsync();
        await using var _ = link;
        var request = link.RequestAsync(new SubmitSm()).AsTask();
        await peer.ReadAsync<SubmitSm>();

        peer.Reset();

        var outcome = await request.InTime();
        Assert.That((outcome.Kind, outcome.Reason), Is.EqualTo((RequestOutcomeKind.Unknown, NoAnswerReason.ConnectionLost)));
        using var again = await smsc.AcceptAndBindAsync();
        await link.WaitUntilBoundAsync().InTime();
        await again.AssertQuietAsync();
    }

    [Test]
    public async Task A_request_without_a_bound_session_is_not_sent()
    {
        using var smsc = new RawSmsc();
        await using var link = smsc.Link();

        Assert.That((await link.RequestAsync(new SubmitSm())).Kind, Is.EqualTo(RequestOutcomeKind.NotSent));
        link.Start();
        using var peer = await smsc.AcceptAsync();
        Assert.That((await link.RequestAsync(new SubmitSm())).Kind, Is.EqualTo(RequestOutcomeKind.NotSent));
    }

    [Test]
    public async Task Pitfall_24_what_the_network_never_took_is_not_sent_and_the_rest_is_unknown()
    {
        using var smsc = new RawSmsc();
        var (link, peer) = await smsc.BoundAsync(options => options.WindowSize = 1000);
        await using var _ = link;
        var session = link.Session!;
        // The peer reads next to nothing: what is beyond the buffers of both sockets stays with us.
        var payload = new Tlv(TlvTag.MessagePayload, new byte[60_000]);
        var requests = Enumerable.Range(0, 500).Select(_ => link.RequestAsync(new SubmitSm { Tlvs = [payload] }).AsTask()).ToList();
        await Deadlines.Until(() => session.Counters.Submitted > 500);
        await peer.ReadAsync<SubmitSm>();

        peer.Reset();

        var outcomes = await Task.WhenAll(requests).InTime();
        var sent = outcomes.TakeWhile(outcome => outcome.Kind == RequestOutcomeKind.Unknown).Count();
        Assert.That(sent, Is.GreaterThan(0).And.LessThan(500));
        Assert.That(outcomes.Skip(sent).All(outcome => outcome.Kind == RequestOutcomeKind.NotSent));
    }

    [Test]
    public async Task Pitfall_24_a_peer_that_takes_nothing_for_too_long_is_left()
    {
        var time = new FakeTimeProvider();
        using var smsc = new RawSmsc();
        var (link, peer) = await smsc.BoundAsync(options => (options.WindowSize, options.ResponseTimeout) = (1000, TimeSpan.FromHours(1)), time);
        await using var _ = link;
        using var __ = peer;
        var session = link.Session!;
        var payload = new Tlv(TlvTag.MessagePayload, new byte[60_000]);
        var requests = Enumerable.Range(0, 500).Select(_ => link.RequestAsync(new SubmitSm { Tlvs = [payload] }).AsTask()).ToList();

        await time.PassUntil(() => session.Completion.IsCompleted);

        Assert.That((await session.Completion).Reason, Is.EqualTo(SessionEndReason.WriteFailed));
        Assert.That((await Task.WhenAll(requests).InTime())[^1].Kind, Is.EqualTo(RequestOutcomeKind.NotSent));
    }

    [Test]
    public async Task A_request_that_breaks_the_specification_throws_and_leaves_no_trace()
    {
        using var smsc = new RawSmsc();
        var (link, peer) = await smsc.BoundAsync(options => options.WindowSize = 1);
        await using var _ = link;
        using var __ = peer;
        var wrong = new SubmitSm { ShortMessage = new byte[255] };

        await Assert.ThrowsAsync<ArgumentException>(async () => await link.RequestAsync(wrong));
        var inFlight = link.RequestAsync(new SubmitSm()).AsTask();
        await Assert.ThrowsAsync<ArgumentException>(async () => await link.RequestAsync(wrong));

        await peer.SendAsync(new SubmitSmResp { SequenceNumber = (await peer.ReadAsync<SubmitSm>()).SequenceNumber });
        Assert.That((await inFlight.InTime()).IsAccepted);
        await peer.AssertQuietAsync();
    }
}
