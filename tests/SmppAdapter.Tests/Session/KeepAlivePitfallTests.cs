using CarrierPay.SmppAdapter.Pdu;
using CarrierPay.SmppAdapter.Session;
using Microsoft.Extensions.Time.Testing;

namespace CarrierPay.SmppAdapter.Tests.Session;

/// <summary>Pitfall 12: enquire_link.</summary>
public class KeepAlivePitfallTests
{
    [Test]
    public async Task Pitfall_12_a_silent_peer_is_asked_once_its_silence_has_lasted()
    {
        var time = new FakeTimeProvider();
        using var smsc = new RawSmsc();
        var (link, peer) = await smsc.BoundAsync(options => options.EnquireLinkTimeout = TimeSpan.FromHours(1), time);
        await using var _ = link;
        using var __ = peer;
        var asked = peer.ReadAsync<EnquireLink>();

        var passed = await time.PassUntil(() => asked.IsCompleted);

        // The default is 20 s, of which each session takes between 80 and 100 %.
        Assert.That(passed, Is.GreaterThanOrEqualTo(TimeSpan.FromSeconds(16)));
        await peer.SendAsync(new EnquireLinkResp { SequenceNumber = (await asked).SequenceNumber });
        await Deadlines.Until(() => link.Session!.Counters.Responded == 2);
    }

    [Test]
    public async Task Pitfall_12_a_peer_that_talks_is_not_asked()
    {
        var time = new FakeTimeProvider();
        await using var smsc = new Loopback();
        using var raw = new RawSmsc();
        var (link, peer) = await raw.BoundAsync(time: time);
        await using var _ = link;
        using var __ = peer;

        for (var i = 0; i < 20; i++)
        {
            // Shorter than the write timeout: the peer may have the answer before our side knows that it went out.
            time.Advance(TimeSpan.FromSeconds(5));
            // Nothing but the answer comes, though more than the interval has passed in all.
            await peer.AssertQuietAsync();
        }
    }

    [Test]
    public async Task Pitfall_12_a_peer_that_does_not_answer_is_dead_and_its_requests_are_unknown()
    {
        var time = new FakeTimeProvider();
        using var smsc = new RawSmsc();
        var (link, peer) = await smsc.BoundAsync(options => options.ResponseTimeout = TimeSpan.FromHours(1), time);
        await using var _ = link;
        using var __ = peer;
        var session = link.Session!;
        var request = link.RequestAsync(new SubmitSm()).AsTask();
        await peer.ReadAsync<SubmitSm>();

        var passed = await time.PassUntil(() => session.Completion.IsCompleted);

        Assert.That((await session.Completion).Reason, Is.EqualTo(SessionEndReason.KeepAliveTimeout));
        Assert.That(passed, Is.GreaterThanOrEqualTo(TimeSpan.FromSeconds(26)));
        var outcome = await request.InTime();
        Assert.That((outcome.Kind, outcome.Reason), Is.EqualTo((RequestOutcomeKind.Unknown, NoAnswerReason.ConnectionLost)));
    }

    [Test]
    public async Task Pitfall_12_any_pdu_counts_as_life_even_if_the_answer_is_missing()
    {
        var time = new FakeTimeProvider();
        using var smsc = new RawSmsc();
        var (link, peer) = await smsc.BoundAsync(options => options.EnquireLinkTimeout = TimeSpan.FromHours(1), time);
        await using var _ = link;
        using var __ = peer;
        var session = link.Session!;
        var asked = peer.ReadAsync<EnquireLink>();
        await time.PassUntil(() => asked.IsCompleted);

        await peer.SendAsync(new DeliverSm { SequenceNumber = 1 });
        await link.Inbound.ReadAsync().InTime();
        time.Advance(TimeSpan.FromHours(1));

        // The probe is over without an answer; the next one comes, on the same session.
        var askedAgain = peer.ReadAsync<EnquireLink>();
        await time.PassUntil(() => askedAgain.IsCompleted);
        Assert.That(session.State, Is.EqualTo(SessionState.BoundTrx));
    }

    [Test]
    public async Task Pitfall_12_the_peers_enquire_link_is_answered_though_the_window_is_full()
    {
        using var smsc = new RawSmsc();
        var (link, peer) = await smsc.BoundAsync(options => options.WindowSize = 1);
        await using var _ = link;
        using var __ = peer;
        var inFlight = link.RequestAsync(new SubmitSm()).AsTask();
        var waiting = link.RequestAsync(new SubmitSm()).AsTask();
        await peer.ReadAsync<SubmitSm>();

        await peer.AssertQuietAsync();

        Assert.That((inFlight.IsCompleted, waiting.IsCompleted), Is.EqualTo((false, false)));
    }
}
