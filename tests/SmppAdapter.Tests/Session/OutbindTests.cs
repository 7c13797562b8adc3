using CarrierPay.SmppAdapter.Pdu;
using CarrierPay.SmppAdapter.Session;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace CarrierPay.SmppAdapter.Tests.Session;

/// <summary>An SMSC that calls an ESME (SMPP 3.4, section 2.2.1).</summary>
public class OutbindTests
{
    private static readonly Outbind Call = new() { SystemId = "SMSC", Password = "callme" };

    [Test]
    public async Task An_smsc_calls_and_the_esme_binds_as_a_receiver_and_takes_what_it_has()
    {
        await using var smsc = new Loopback();
        await using var esme = Listener();

        var session = await smsc.Server.OutbindAsync("127.0.0.1", esme.EndPoint.Port, Call).InTime();
        Assert.That(await smsc.NextBoundAsync(), Is.SameAs(session));
        Assert.That((session!.BindType, session.SystemId), Is.EqualTo((BindType.Receiver, "esme")));

        var delivering = session.RequestAsync(new DeliverSm { ShortMessage = "waiting for you"u8.ToArray() });
        (await esme.Inbound.ReadAsync().InTime()).Respond(CommandStatus.ROK);
        Assert.That((await delivering.InTime()).IsAccepted);
    }

    [Test]
    public async Task An_outbind_with_other_credentials_is_not_answered_and_hung_up_on()
    {
        using var logs = new CollectedLogs();
        await using var esme = Listener(logs: logs);
        using var peer = await RawPeer.ConnectAsync(esme.EndPoint);

        await peer.SendAsync(Call with { SequenceNumber = 1, Password = "guess" });

        Assert.That(await peer.ReadAsync(), Is.Null);
        await Deadlines.Until(() => logs.Lines.Any(line => line.Contains("An outbind of SMSC", StringComparison.Ordinal)));
        Assert.That(string.Concat(logs.Lines), Does.Not.Contain("guess"));
    }

    [Test]
    public async Task A_caller_that_says_nothing_is_left_after_the_bind_timeout()
    {
        var time = new FakeTimeProvider();
        await using var esme = Listener(time);
        using var peer = await RawPeer.ConnectAsync(esme.EndPoint);
        var hungUp = peer.ReadAsync();

        await time.PassUntil(() => hungUp.IsCompleted);

        Assert.That(await hungUp, Is.Null);
    }

    [Test]
    public async Task An_outbind_at_the_wrong_time_does_nothing()
    {
        using var smsc = new RawSmsc();
        var (link, peer) = await smsc.BoundAsync();
        await using var _ = link;
        using var __ = peer;

        await peer.SendAsync(Call with { SequenceNumber = 7 });

        await peer.AssertQuietAsync();
        Assert.That(link.Session!.Counters.Refused, Is.EqualTo(1));
    }

    [Test]
    public async Task An_esme_that_cannot_be_reached_is_one_line_and_no_session()
    {
        using var logs = new CollectedLogs();
        await using var smsc = new Loopback(logs: logs);
        int port;
        await using (var gone = Listener())
        {
            port = gone.EndPoint.Port;
        }

        Assert.That(await smsc.Server.OutbindAsync("127.0.0.1", port, Call).InTime(), Is.Null);
        Assert.That(logs.Lines.Count(line => line.Contains("could not connect", StringComparison.Ordinal)), Is.EqualTo(1));
        Assert.That(smsc.Server.Sessions, Is.Empty);
    }

    private static SmppOutbindListener Listener(TimeProvider? time = null, ILoggerFactory? logs = null)
    {
        var listener = new SmppOutbindListener(
            new SmppOutbindOptions { Port = 0, SmscSystemId = "SMSC", SmscPassword = "callme", SystemId = "esme", Password = "secret" },
            time ?? TimeProvider.System, (logs ?? NullLoggerFactory.Instance).CreateLogger<SmppOutbindListener>());
        listener.Start();
        return listener;
    }
}
