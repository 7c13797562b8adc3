using CarrierPay.SmppAdapter.Pdu;
using CarrierPay.SmppAdapter.Session;
using Microsoft.Extensions.Time.Testing;

namespace CarrierPay.SmppAdapter.Tests.Session;

/// <summary>Interface versions 3.3, 3.4 and 5.0: what is said in a bind, and what may be sent after it.</summary>
public class VersionTests
{
    private static readonly TlvList Reference = [Tlv.OfUInt16(TlvTag.UserMessageReference, 7)];

    [TestCase(SmppVersion.V33)]
    [TestCase(SmppVersion.V34)]
    [TestCase(SmppVersion.V50)]
    public async Task A_link_binds_with_the_version_of_its_settings(SmppVersion version)
    {
        using var smsc = new RawSmsc();
        await using var link = smsc.Link(options => options.InterfaceVersion = version);
        link.Start();
        using var peer = await smsc.AcceptAsync();

        Assert.That((await peer.ReadAsync<BindTransceiver>()).InterfaceVersion, Is.EqualTo((byte)version));
    }

    [TestCase(SmppVersion.V34, BindRequest.Version34, SmppVersion.V34)]
    [TestCase(SmppVersion.V50, BindRequest.Version34, SmppVersion.V34)]
    [TestCase(SmppVersion.V34, BindRequest.Version50, SmppVersion.V34)]
    [TestCase(SmppVersion.V50, BindRequest.Version50, SmppVersion.V50)]
    public async Task A_server_answers_its_own_version_and_both_speak_the_lower(SmppVersion server, byte esme, SmppVersion spoken)
    {
        await using var smsc = new Loopback(options => options.InterfaceVersion = server);
        using var peer = await RawPeer.ConnectAsync(smsc.Server);

        await peer.SendAsync(BindRequest.Of(BindType.Transceiver, "raw", "secret") with { InterfaceVersion = esme });

        Assert.That((await peer.ReadAsync<BindTransceiverResp>()).InterfaceVersion, Is.EqualTo((byte)server));
        Assert.That((await smsc.NextBoundAsync()).Version, Is.EqualTo(spoken));
    }

    [TestCase((byte)0x33)]
    [TestCase((byte)0x00)]
    public async Task An_esme_of_3_3_gets_no_parameter_in_any_answer_or_message(byte version)
    {
        await using var smsc = new Loopback();
        using var peer = await RawPeer.ConnectAsync(smsc.Server);
        await peer.SendAsync(BindRequest.Of(BindType.Transceiver, "raw", "secret") with { InterfaceVersion = version });

        Assert.That((await peer.ReadAsync<BindTransceiverResp>()).Tlvs.Count, Is.Zero);
        await peer.SendAsync(new SubmitSm { SequenceNumber = 2 });
        (await smsc.Server.Inbound.ReadAsync().InTime()).Respond(new SubmitSmResp { MessageId = "42", Tlvs = Reference });
        Assert.That(await peer.ReadAsync(), Is.EqualTo(new SubmitSmResp { SequenceNumber = 2, MessageId = "42" }));
        var session = await smsc.NextBoundAsync();
        var receipt = new DeliverSm { ShortMessage = "id:42"u8.ToArray(), Tlvs = [Tlv.OfByte(TlvTag.MessageState, 2)] };
        var delivering = session.RequestAsync(receipt).AsTask();
        var delivered = await peer.ReadAsync<DeliverSm>();
        Assert.That(delivered.ShortMessage, Is.EqualTo(receipt.ShortMessage));
        Assert.That(delivered.Tlvs.Count, Is.Zero);
        await peer.SendAsync(new DeliverSmResp { SequenceNumber = delivered.SequenceNumber });
        Assert.That((await delivering.InTime()).IsAccepted);
    }

    [Test]
    public async Task What_an_older_peer_would_misread_is_not_sent_at_all()
    {
        await using var smsc = new Loopback();
        var (link, _) = await smsc.BoundAsync(options => options.InterfaceVersion = SmppVersion.V33);
        await using var __ = link;

        foreach (var request in new SmppPdu[]
        {
            new SubmitSm { Tlvs = [new(TlvTag.MessagePayload, "lost otherwise"u8.ToArray())] },
            new SubmitSm { Tlvs = [Tlv.OfByte(TlvTag.SarTotalSegments, 2)] },
            new SubmitSm { Tlvs = [Tlv.OfByte(TlvTag.UssdServiceOp, 2)] },
            new DataSm(),
            new BroadcastSm(),
        })
        {
            var outcome = await link.RequestAsync(request).InTime();
            Assert.That((outcome.Kind, outcome.Reason), Is.EqualTo((RequestOutcomeKind.NotSent, NoAnswerReason.PeerVersion)));
        }
    }

    [Test]
    public async Task Broadcasts_to_a_server_of_3_4_are_answered_RINVCMDID()
    {
        await using var smsc = new Loopback();
        using var peer = await RawPeer.BindAsync(smsc.Server);

        await peer.SendAsync(new BroadcastSm { SequenceNumber = 4 });

        Assert.That((await peer.ReadAsync<BroadcastSmResp>()).CommandStatus, Is.EqualTo(CommandStatus.RINVCMDID));
    }

    [TestCase(SmppVersion.V34, true)]
    [TestCase(SmppVersion.V50, true)]
    [TestCase(SmppVersion.V33, false)]
    public async Task An_smsc_that_does_not_state_its_version_is_taken_for_the_one_of_the_bind(SmppVersion version, bool takesParameters)
    {
        using var smsc = new RawSmsc();
        var (link, peer) = await smsc.BoundAsync(options => options.InterfaceVersion = version);
        await using var _ = link;
        using var __ = peer;

        var submitting = link.RequestAsync(new SubmitSm { Tlvs = Reference }).AsTask();

        Assert.That((await peer.ReadAsync<SubmitSm>()).Tlvs.Count, Is.EqualTo(takesParameters ? 1 : 0));
        Assert.That(link.Session!.Version, Is.EqualTo(takesParameters ? SmppVersion.V34 : SmppVersion.V33), "5.0 only if the peer says so");
        Assert.That(submitting.IsCompleted, Is.False);
    }

    [Test]
    public async Task Silence_on_a_version_ends_in_a_line_that_says_what_to_try()
    {
        var time = new FakeTimeProvider();
        using var logs = new CollectedLogs();
        using var smsc = new RawSmsc();
        await using var link = smsc.Link(options => options.InterfaceVersion = SmppVersion.V50, time, logs);
        link.Start();
        using var peer = await smsc.AcceptAsync();
        await peer.ReadAsync<BindTransceiver>();

        await time.PassUntil(() => logs.Lines.Any(line => line.Contains("had no answer to its bind with InterfaceVersion V50", StringComparison.Ordinal)));
    }
}
