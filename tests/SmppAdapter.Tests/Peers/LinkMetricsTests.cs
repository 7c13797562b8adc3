using CarrierPay.SmppAdapter.Pdu;
using CarrierPay.SmppAdapter.Session;
using CarrierPay.SmppAdapter.Tests.Session;
using Microsoft.Extensions.Time.Testing;

namespace CarrierPay.SmppAdapter.Tests.Peers;

/// <summary>What an operator sees of a link without reading its log.</summary>
public class LinkMetricsTests
{
    [Test]
    public async Task Requests_are_counted_by_what_became_of_them()
    {
        using var collected = new CollectedMetrics();
        using var metrics = new SmppMetrics();
        using var smsc = new RawSmsc();
        var time = new FakeTimeProvider();
        var (link, peer) = await BoundAsync(smsc, "outcomes", metrics, time: time);
        await using var _ = link;
        using var __ = peer;
        await AnswerAsync(CommandStatus.ROK);
        await AnswerAsync(CommandStatus.ROK);
        await AnswerAsync(CommandStatus.RINVDSTADR);
        var unanswered = link.RequestAsync(new SubmitSm()).AsTask();
        var late = (await peer.ReadAsync<SubmitSm>()).SequenceNumber;
        Assert.That(collected.Read("carrierpay.smpp.window.used link=outcomes"), Is.EqualTo(1));
        Assert.That(collected.Read("carrierpay.smpp.window.waiting link=outcomes"), Is.Zero);
        await time.PassUntil(() => unanswered.IsCompleted);
        await peer.SendAsync(new SubmitSmResp { SequenceNumber = late }, new SubmitSmResp { SequenceNumber = late }, new RawPdu((CommandId)0x10200, default));
        await peer.ReadAsync<GenericNack>();
        await AnswerAsync(CommandStatus.RTHROTTLED);

        Assert.That(collected.Read("carrierpay.smpp.sent link=outcomes outcome=accepted"), Is.EqualTo(2));
        Assert.That(collected.Read("carrierpay.smpp.sent link=outcomes outcome=throttled"), Is.EqualTo(1));
        Assert.That(collected.Read("carrierpay.smpp.sent link=outcomes outcome=refused"), Is.EqualTo(1));
        Assert.That(collected.Read("carrierpay.smpp.sent link=outcomes outcome=unknown"), Is.EqualTo(1));
        Assert.That(collected.Read("carrierpay.smpp.responses.late link=outcomes"), Is.EqualTo(1));
        Assert.That(collected.Read("carrierpay.smpp.responses.unmatched link=outcomes"), Is.EqualTo(1));
        Assert.That(collected.Read("carrierpay.smpp.malformed link=outcomes"), Is.EqualTo(1));
        Assert.That(collected.Read("carrierpay.smpp.response.duration link=outcomes"), Is.EqualTo(0.2).Within(0.001), "four answers, 50 ms each");
        Assert.That(collected.Read("carrierpay.smpp.window.used link=outcomes"), Is.Zero);
        Assert.That(collected.Read("carrierpay.smpp.window.size link=outcomes"), Is.EqualTo(100));

        async Task AnswerAsync(CommandStatus status)
        {
            var request = link.RequestAsync(new SubmitSm()).AsTask();
            var number = (await peer.ReadAsync<SubmitSm>()).SequenceNumber;
            time.Advance(TimeSpan.FromMilliseconds(50));
            await peer.SendAsync(new SubmitSmResp { SequenceNumber = number, CommandStatus = status });
            await request.InTime();
        }
    }

    [Test]
    public async Task Messages_of_the_smsc_are_counted_by_our_answer()
    {
        using var collected = new CollectedMetrics();
        using var metrics = new SmppMetrics();
        using var smsc = new RawSmsc();
        var (link, peer) = await BoundAsync(smsc, "answers", metrics, options => options.MaxUnanswered = 2);
        await using var _ = link;
        using var __ = peer;

        await peer.SendAsync(new DeliverSm { SequenceNumber = 1 }, new DeliverSm { SequenceNumber = 2 }, new DeliverSm { SequenceNumber = 3 });
        Assert.That((await peer.ReadAsync<DeliverSmResp>()).CommandStatus, Is.EqualTo(CommandStatus.RX_T_APPN));
        (await link.Inbound.ReadAsync().InTime()).Respond(CommandStatus.ROK);
        (await link.Inbound.ReadAsync().InTime()).Respond(CommandStatus.RX_P_APPN);

        Assert.That(collected.Read("carrierpay.smpp.received link=answers outcome=accepted"), Is.EqualTo(1));
        Assert.That(collected.Read("carrierpay.smpp.received link=answers outcome=deferred"), Is.EqualTo(1));
        Assert.That(collected.Read("carrierpay.smpp.received link=answers outcome=refused"), Is.EqualTo(1));
    }

    [Test]
    public async Task The_state_and_the_reconnects_of_a_link_are_shown_and_its_counts_outlive_a_session()
    {
        using var collected = new CollectedMetrics();
        using var metrics = new SmppMetrics();
        using var smsc = new RawSmsc();
        var (link, peer) = await BoundAsync(smsc, "states", metrics);
        Assert.That(collected.Read("carrierpay.smpp.link.state link=states state=bound"), Is.EqualTo(1));
        Assert.That(collected.Read("carrierpay.smpp.link.reconnects link=states"), Is.Zero);
        await SubmitAsync(link, peer);
        peer.Reset();
        using var again = await smsc.AcceptAndBindAsync();
        await link.WaitUntilBoundAsync().InTime();
        await Deadlines.Until(() => collected.Read("carrierpay.smpp.link.reconnects link=states") == 1);
        await SubmitAsync(link, again);

        Assert.That(collected.Read("carrierpay.smpp.sent link=states outcome=accepted"), Is.EqualTo(2));
        again.Dispose();
        await link.DisposeAsync();
        using var later = new CollectedMetrics();
        Assert.That(later.Read("carrierpay.smpp.link.state link=states state=closed"), Is.NaN, "what was disposed of is not shown any more");
    }

    [Test]
    public async Task Links_of_one_name_are_shown_as_one()
    {
        using var collected = new CollectedMetrics();
        using var metrics = new SmppMetrics();
        using var smsc = new RawSmsc();
        var (first, firstPeer) = await BoundAsync(smsc, "twins", metrics);
        var (second, secondPeer) = await BoundAsync(smsc, "twins", metrics);
        await SubmitAsync(first, firstPeer);
        await SubmitAsync(second, secondPeer);

        Assert.That(collected.Read("carrierpay.smpp.link.state link=twins state=bound"), Is.EqualTo(2));
        Assert.That(collected.Read("carrierpay.smpp.window.size link=twins"), Is.EqualTo(200));
        Assert.That(collected.Read("carrierpay.smpp.sent link=twins outcome=accepted"), Is.EqualTo(2));
        Assert.That(collected.Read("carrierpay.smpp.link.reconnects link=twins"), Is.Zero);

        firstPeer.Dispose();
        await first.DisposeAsync();
        Assert.That(collected.Read("carrierpay.smpp.link.state link=twins state=bound"), Is.EqualTo(1));
        secondPeer.Dispose();
        await second.DisposeAsync();
    }

    private static async Task<(SmppClientLink Link, RawPeer Peer)> BoundAsync(
        RawSmsc smsc, string name, SmppMetrics metrics, Action<SmppLinkOptions>? set = null, TimeProvider? time = null)
    {
        var link = smsc.Link(
            options =>
            {
                options.Name = name;
                set?.Invoke(options);
            },
            time,
            metrics: metrics);
        link.Start();
        var peer = await smsc.AcceptAndBindAsync();
        await link.WaitUntilBoundAsync().InTime();
        return (link, peer);
    }

    private static async Task SubmitAsync(SmppClientLink link, RawPeer peer)
    {
        var request = link.RequestAsync(new SubmitSm()).AsTask();
        await peer.SendAsync(new SubmitSmResp { SequenceNumber = (await peer.ReadAsync<SubmitSm>()).SequenceNumber });
        await request.InTime();
    }
}
