using CarrierPay.SmppAdapter.Pdu;
using CarrierPay.SmppAdapter.Session;

namespace CarrierPay.SmppAdapter.Tests.Session;

/// <summary>Every request of the specification goes through a session, in the states that allow it (SMPP 3.4, section 2.3; 5.0, section 2.4).</summary>
public class AllCommandsTests
{
    private static readonly Address Sender = Address.ShortCode("500");
    private static readonly Address Receiver = Address.International("8613800138000");

    private static IEnumerable<SmppPdu> OfEsme() =>
    [
        new SubmitSm { SourceAddr = Sender, DestinationAddr = Receiver },
        new SubmitMulti { SourceAddr = Sender, Destinations = [Destination.Of(Receiver), Destination.OfDistributionList("staff")] },
        new DataSm { SourceAddr = Sender, DestinationAddr = Receiver, Tlvs = [new(TlvTag.MessagePayload, "hello"u8.ToArray())] },
        new QuerySm { MessageId = "42", SourceAddr = Sender },
        new CancelSm { MessageId = "42", SourceAddr = Sender, DestinationAddr = Receiver },
        new ReplaceSm { MessageId = "42", SourceAddr = Sender, ShortMessage = "bye"u8.ToArray() },
        new BroadcastSm { SourceAddr = Sender },
        new QueryBroadcastSm { MessageId = "42", SourceAddr = Sender },
        new CancelBroadcastSm { MessageId = "42", SourceAddr = Sender },
    ];

    private static IEnumerable<SmppPdu> OfSmsc() =>
    [
        new DeliverSm { SourceAddr = Receiver, DestinationAddr = Sender },
        new DataSm { SourceAddr = Receiver, DestinationAddr = Sender },
    ];

    [TestCaseSource(nameof(OfEsme))]
    public async Task What_an_esme_may_ask_reaches_the_application_and_its_answer_comes_back(SmppPdu request)
    {
        await using var smsc = new Loopback(options => options.InterfaceVersion = SmppVersion.V50);
        var (link, _) = await smsc.BoundAsync(options => options.InterfaceVersion = SmppVersion.V50);
        await using var __ = link;

        var asking = link.RequestAsync(request);
        var received = await smsc.Server.Inbound.ReadAsync().InTime();
        Assert.That(received.Pdu, Is.EqualTo(request with { SequenceNumber = received.SequenceNumber }));
        Assert.That(received.Respond(CommandStatus.RSYSERR), Is.True);

        var outcome = await asking.InTime();
        Assert.That((outcome.Kind, outcome.Status), Is.EqualTo((RequestOutcomeKind.Responded, CommandStatus.RSYSERR)));
        Assert.That(outcome.Response!.CommandId, Is.EqualTo(request.CommandId.ToResponse()));
    }

    [TestCaseSource(nameof(OfSmsc))]
    public async Task What_an_smsc_may_ask_reaches_the_link_and_its_answer_comes_back(SmppPdu request)
    {
        await using var smsc = new Loopback();
        var (link, session) = await smsc.BoundAsync();
        await using var _ = link;

        var asking = session.RequestAsync(request);
        var received = await link.Inbound.ReadAsync().InTime();
        received.Respond(CommandStatus.ROK);

        Assert.That((await asking.InTime()).Response!.CommandId, Is.EqualTo(request.CommandId.ToResponse()));
    }

    [Test]
    public async Task Answers_carry_what_the_application_put_into_them()
    {
        await using var smsc = new Loopback();
        var (link, _) = await smsc.BoundAsync();
        await using var __ = link;

        var submitting = link.RequestAsync(new SubmitMulti { Destinations = [Destination.Of(Receiver)] });
        (await smsc.Server.Inbound.ReadAsync().InTime()).Respond(new SubmitMultiResp
        {
            MessageId = "7",
            UnsuccessSmes = [new(Receiver, CommandStatus.RINVDSTADR)],
        });
        var querying = link.RequestAsync(new QuerySm { MessageId = "7" });
        (await smsc.Server.Inbound.ReadAsync().InTime()).Respond(new QuerySmResp { MessageId = "7", MessageState = SmMessageState.Enroute });

        var submitted = await submitting.InTime();
        Assert.That(submitted.MessageId, Is.EqualTo("7"));
        Assert.That(((SubmitMultiResp)submitted.Response!).UnsuccessSmes.Single().ErrorStatusCode, Is.EqualTo(CommandStatus.RINVDSTADR));
        Assert.That(((QuerySmResp)(await querying.InTime()).Response!).MessageState, Is.EqualTo(SmMessageState.Enroute));
    }

    [TestCaseSource(nameof(OfEsme))]
    public async Task What_the_bind_does_not_allow_is_answered_RINVBNDSTS_in_its_own_response(SmppPdu request)
    {
        await using var smsc = new Loopback(options => options.InterfaceVersion = SmppVersion.V50);
        using var receiver = await RawPeer.BindAsync(smsc.Server, BindType.Receiver);
        using var stranger = await RawPeer.ConnectAsync(smsc.Server);

        foreach (var peer in new[] { receiver, stranger })
        {
            await peer.SendAsync(request with { SequenceNumber = 9 });
            var answer = (await peer.ReadAsync())!;
            Assert.That((answer.CommandId, answer.CommandStatus, answer.SequenceNumber),
                Is.EqualTo((request.CommandId.ToResponse(), CommandStatus.RINVBNDSTS, 9u)));
        }
    }

    [Test]
    public async Task What_only_the_other_side_may_say_is_answered_RINVBNDSTS()
    {
        await using var smsc = new Loopback();
        using var esme = await RawPeer.BindAsync(smsc.Server);
        await esme.SendAsync(new DeliverSm { SequenceNumber = 9 });
        Assert.That((await esme.ReadAsync<DeliverSmResp>()).CommandStatus, Is.EqualTo(CommandStatus.RINVBNDSTS));

        using var raw = new RawSmsc();
        var (link, peer) = await raw.BoundAsync();
        await using var _ = link;
        using var __ = peer;
        await peer.SendAsync(new QuerySm { SequenceNumber = 9 });
        Assert.That((await peer.ReadAsync<QuerySmResp>()).CommandStatus, Is.EqualTo(CommandStatus.RINVBNDSTS));
    }

    [Test]
    public async Task An_alert_notification_is_handed_over_and_nothing_answers_it()
    {
        using var smsc = new RawSmsc();
        var (link, peer) = await smsc.BoundAsync(options => options.MaxUnanswered = 1);
        await using var _ = link;
        using var __ = peer;

        await peer.SendAsync(new AlertNotification { SequenceNumber = 9, SourceAddr = Receiver });
        var alert = await link.Inbound.ReadAsync().InTime();
        Assert.That(((AlertNotification)alert.Pdu).SourceAddr, Is.EqualTo(Receiver));
        Assert.That(alert.Respond(CommandStatus.ROK), Is.True);
        await peer.AssertQuietAsync();

        // Its place is free again.
        await peer.SendAsync(new DeliverSm { SequenceNumber = 10 });
        (await link.Inbound.ReadAsync().InTime()).Respond(CommandStatus.ROK);
        Assert.That((await peer.ReadAsync<DeliverSmResp>()).CommandStatus, Is.EqualTo(CommandStatus.ROK));
    }

    [Test]
    public async Task An_alert_notification_to_a_transmitter_hurts_nobody()
    {
        using var smsc = new RawSmsc();
        var (link, peer) = await smsc.BoundAsync(options => options.BindType = BindType.Transmitter);
        await using var _ = link;
        using var __ = peer;

        await peer.SendAsync(new AlertNotification { SequenceNumber = 9 });

        await peer.AssertQuietAsync();
        Assert.That(link.Session!.Counters.Refused, Is.EqualTo(1));
    }

    [Test]
    public async Task An_smsc_notifies_without_waiting_for_an_answer()
    {
        await using var smsc = new Loopback();
        var (link, session) = await smsc.BoundAsync();
        await using var _ = link;

        Assert.That(session.Notify(new AlertNotification { SourceAddr = Receiver }), Is.True);
        Assert.That((await link.Inbound.ReadAsync().InTime()).Pdu, Is.InstanceOf<AlertNotification>());
        Assert.That(link.Session!.Notify(new AlertNotification()), Is.False, "an ESME may not");
        Assert.That(async () => await session.RequestAsync(new AlertNotification()), Throws.ArgumentException);
    }

    [Test]
    public async Task Requests_without_room_are_put_off_in_their_own_response()
    {
        await using var smsc = new Loopback(options => options.MaxUnanswered = 1);
        using var esme = await RawPeer.BindAsync(smsc.Server);
        await esme.SendAsync(new SubmitSm { SequenceNumber = 1 }, new DataSm { SequenceNumber = 2 }, new QuerySm { SequenceNumber = 3 });

        Assert.That(await esme.ReadAsync(), Is.EqualTo(new DataSmResp { SequenceNumber = 2, CommandStatus = CommandStatus.RTHROTTLED }));
        Assert.That(await esme.ReadAsync(), Is.EqualTo(new QuerySmResp { SequenceNumber = 3, CommandStatus = CommandStatus.RTHROTTLED }));
    }

    [Test]
    public async Task A_broken_body_is_answered_in_the_response_of_its_command()
    {
        await using var smsc = new Loopback();
        using var esme = await RawPeer.BindAsync(smsc.Server);

        await esme.SendAsync(new RawPdu(CommandId.SubmitMulti, "\0"u8.ToArray()) { SequenceNumber = 8 });

        var answer = await esme.ReadAsync<SubmitMultiResp>();
        Assert.That((answer.SequenceNumber, answer.CommandStatus), Is.Not.EqualTo((8u, CommandStatus.ROK)));
        await esme.AssertQuietAsync();
    }
}
