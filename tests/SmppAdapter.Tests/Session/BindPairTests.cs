using CarrierPay.SmppAdapter.Pdu;
using CarrierPay.SmppAdapter.Session;

namespace CarrierPay.SmppAdapter.Tests.Session;

/// <summary>A transmitter and a receiver that look like one link.</summary>
public class BindPairTests
{
    [Test]
    public async Task A_pair_sends_over_one_bind_and_receives_over_the_other()
    {
        await using var smsc = new Loopback();
        var (link, sessions) = await PairAsync(smsc);
        await using var _ = link;

        var submitting = link.RequestAsync(new SubmitSm());
        var submitted = await smsc.Server.Inbound.ReadAsync().InTime();
        submitted.Respond(CommandStatus.ROK);
        var delivering = sessions[BindType.Receiver].RequestAsync(new DeliverSm());
        (await link.Inbound.ReadAsync().InTime()).Respond(CommandStatus.ROK);

        Assert.That(submitted.Session, Is.SameAs(sessions[BindType.Transmitter]));
        Assert.That((await submitting.InTime()).IsAccepted && (await delivering.InTime()).IsAccepted);
    }

    [TestCase(BindType.Transmitter)]
    [TestCase(BindType.Receiver)]
    public async Task Each_bind_comes_back_alone_and_the_link_is_bound_when_both_are(BindType lost)
    {
        await using var smsc = new Loopback();
        var (link, sessions) = await PairAsync(smsc);
        await using var _ = link;
        var other = sessions[lost == BindType.Transmitter ? BindType.Receiver : BindType.Transmitter];

        sessions[lost].Abort();
        Assert.That(await link.WaitForChangeAsync(LinkState.Bound).InTime(), Is.Not.EqualTo(LinkState.Bound));

        Assert.That((await smsc.NextBoundAsync()).BindType, Is.EqualTo(lost));
        await link.WaitUntilBoundAsync().InTime();
        Assert.That(other.State.ToString(), Does.StartWith("Bound"), "the other one stayed");
    }

    [Test]
    public async Task A_pair_whose_receiver_is_down_still_sends()
    {
        await using var smsc = new Loopback();
        var (link, sessions) = await PairAsync(smsc, reconnect: TimeSpan.FromHours(1));
        await using var _ = link;
        sessions[BindType.Receiver].Abort();
        await link.WaitForChangeAsync(LinkState.Bound).InTime();

        var submitting = link.RequestAsync(new SubmitSm());
        (await smsc.Server.Inbound.ReadAsync().InTime()).Respond(CommandStatus.ROK);

        Assert.That((await submitting.InTime()).IsAccepted);
    }

    [Test]
    public async Task Stopping_a_pair_unbinds_both()
    {
        await using var smsc = new Loopback();
        var (link, _) = await PairAsync(smsc);

        await link.StopAsync().InTime();

        Assert.That((await smsc.Ended.ReadAsync().InTime()).Reason, Is.EqualTo(SessionEndReason.PeerUnbound));
        Assert.That((await smsc.Ended.ReadAsync().InTime()).Reason, Is.EqualTo(SessionEndReason.PeerUnbound));
        Assert.That(link.State, Is.EqualTo(LinkState.Closed));
        await link.DisposeAsync();
    }

    private static async Task<(SmppClientLink Link, Dictionary<BindType, SmppSession> Sessions)> PairAsync(Loopback smsc, TimeSpan? reconnect = null)
    {
        var link = smsc.Link(options => (options.BindPair, options.ReconnectMin, options.ReconnectMax) =
            (true, reconnect ?? TimeSpan.FromMilliseconds(1), reconnect ?? TimeSpan.FromMilliseconds(1)));
        link.Start();
        SmppSession[] sessions = [await smsc.NextBoundAsync(), await smsc.NextBoundAsync()];
        await link.WaitUntilBoundAsync().InTime();
        return (link, sessions.ToDictionary(session => session.BindType!.Value));
    }
}
