using CarrierPay.Engine.Primitives;
using CarrierPay.Engine.Protocols.Diameter;
using CarrierPay.Engine.Protocols.Diameter.CreditControl;
using CarrierPay.Engine.Protocols.Diameter.Peers;

namespace CarrierPay.Engine.Tests.Protocols.Diameter;

/// <summary>Charges over real sockets: what is stored, what is sent again, and what is known afterwards.</summary>
[TestFixture]
public sealed class CreditControlClientTests
{
    private static readonly DateTimeOffset At = new(2026, 11, 23, 16, 0, 0, TimeSpan.Zero);
    private static readonly Money Price = new(250, Currency.Of("EUR"));
    private static readonly ValueList<SubscriptionId> Buyer = [SubscriptionId.Of(new Msisdn(447700900123))];

    [Test]
    public async Task Each_action_is_asked_for_as_the_RFC_has_it()
    {
        await using var peer = new ScriptedPeer();
        var options = ClientUnderTest.Options(peer);
        await using var diameter = await ClientUnderTest.StartAsync(options);
        var client = new CreditControlClient(diameter, options, new() { Realm = Requests.Realm, ServiceContextId = "x@operator.example", ServiceIdentifier = 9, ReferenceParameter = 5 });

        foreach (var request in new[] { client.Orders.Debit(Buyer, Price, "pay_1", At), client.Orders.Refund(Buyer, Price, "pay_1-r", At), client.Orders.CheckBalance(Buyer, Price, "pay_1-b", At), client.Orders.PriceEnquiry(Buyer, "pay_1-p", At) })
            Assert.That((await client.SendAsync(request.Encode()).InTime()).Verdict, Is.EqualTo(Verdict.Done));

        var asked = peer.Charges.Select(charge => charge.Charge).ToList();
        Assert.That(asked.Select(request => request.Action), Is.EqualTo(Enum.GetValues<RequestedAction>().Cast<RequestedAction?>()));
        Assert.That(asked.Select(request => request.SessionId), Is.Unique);
        Assert.That(asked.Select(request => request.EndToEnd), Is.Unique);
        Assert.That(asked[3].RequestedUnits, Is.Null);
        Assert.That(asked[0], Is.EqualTo(new CreditControlRequest
        {
            SessionId = asked[0].SessionId,
            OriginHost = "engine.carrierpay.example",
            OriginRealm = "carrierpay.example",
            DestinationRealm = Requests.Realm,
            ServiceContextId = "x@operator.example",
            EventTimestamp = At,
            Subscribers = [new(SubscriptionIdType.E164, "447700900123")],
            ServiceIdentifier = 9,
            RequestedUnits = new(new(250, -2), 978),
            Action = RequestedAction.DirectDebiting,
            Parameters = [new(5, "pay_1")],
            EndToEnd = asked[0].EndToEnd,
        }));
    }

    [TestCase(0)]
    [TestCase(-1)]
    public async Task Nothing_and_less_are_not_charged(long minorUnits)
    {
        var options = ClientUnderTest.Options();
        await using var diameter = ClientUnderTest.Start(options);
        var client = new CreditControlClient(diameter, options, new() { Realm = Requests.Realm });

        Assert.That(() => client.Orders.Debit(Buyer, Price with { MinorUnits = minorUnits }, "p", At), Throws.InstanceOf<ArgumentException>());
    }

    [Test]
    public async Task A_peer_that_says_3002_after_the_debit_leaves_it_unknown_and_the_same_octets_go_to_the_other_with_T()
    {
        await using var dra = new ScriptedPeer("dra.operator.example");
        dra.OnCharge = charge => charge.Answer(new() { SessionId = charge.Charge.SessionId, IsError = true, Result = ResultCode.UnableToDeliver, OriginHost = "dra.operator.example", OriginRealm = Requests.Realm });
        await using var ocs = new ScriptedPeer();
        var (diameter, client) = await ClientAsync([dra, ocs]);
        await using var _ = diameter;

        var result = await client.SendAsync(client.Orders.Debit(Buyer, Price, "pay_1", At).Encode()).InTime();

        Assert.That((result.Verdict, result.PeerName), Is.EqualTo((Verdict.Done, "p1")));
        Assert.That(ocs.Charges.Single().Charge, Is.EqualTo(dra.Charges.Single().Charge with { MayBeRepeat = true }));
    }

    [Test]
    public async Task Without_another_peer_an_agents_error_leaves_it_unknown()
    {
        await using var dra = new ScriptedPeer("dra.operator.example");
        dra.OnCharge = charge => charge.Answer(new() { SessionId = charge.Charge.SessionId, IsError = true, Result = ResultCode.UnableToDeliver, OriginHost = "dra.operator.example", OriginRealm = Requests.Realm });
        var (diameter, client) = await ClientAsync([dra]);
        await using var _ = diameter;

        var result = await client.SendAsync(client.Orders.Debit(Buyer, Price, "pay_1", At).Encode()).InTime();

        Assert.That((result.Verdict, result.Doubt), Is.EqualTo((Verdict.Unknown, DoubtReason.AgentError)));
        Assert.That(dra.Charges.Count(), Is.EqualTo(1));
    }

    [Test]
    public async Task A_cut_after_the_debit_is_asked_again_elsewhere_and_only_where_that_is_allowed()
    {
        await using var first = new ScriptedPeer();
        first.OnCharge = charge => charge.Side.Stream.Abort();
        await using var second = new ScriptedPeer();
        var (diameter, client) = await ClientAsync([first, second]);
        await using var _ = diameter;
        var careful = new CreditControlClient(diameter, ClientUnderTest.Options(), new() { Realm = Requests.Realm, ResendElsewhere = false });

        Assert.That((await client.SendAsync(client.Orders.Debit(Buyer, Price, "pay_1", At).Encode()).InTime()).Verdict, Is.EqualTo(Verdict.Done));
        Assert.That(second.Charges.Single().Charge.MayBeRepeat, Is.True);
        await Deadlines.Until(() => diameter.Peers[0].Connections[0].IsOpen);
        var result = await careful.SendAsync(careful.Orders.Debit(Buyer, Price, "pay_2", At).Encode()).InTime();
        Assert.That((result.Verdict, result.Doubt, result.NoAnswer), Is.EqualTo((Verdict.Unknown, DoubtReason.NoAnswer, NoAnswerReason.ConnectionLost)));
        Assert.That(second.Charges.Count(), Is.EqualTo(1));
    }

    [Test]
    public async Task A_stored_request_is_sent_again_by_another_process_with_everything_as_it_was()
    {
        await using var peer = new ScriptedPeer { OnCharge = _ => { } };
        byte[] stored;
        var options = ClientUnderTest.Options(peer);
        options.RequestTimeout = TimeSpan.FromMilliseconds(150);
        await using (var diameter = await ClientUnderTest.StartAsync(options))
        {
            var client = new CreditControlClient(diameter, options, new() { Realm = Requests.Realm });
            stored = client.Orders.Debit(Buyer, Price, "pay_1", At).Encode();
            Assert.That((await client.SendAsync(stored).InTime()).Verdict, Is.EqualTo(Verdict.Unknown));
        }
        peer.OnCharge = charge => charge.Grant();
        var (again, restarted) = await ClientAsync([peer]);
        await using var _ = again;

        var result = await restarted.SendAsync(stored, mayHaveBeenSent: true).InTime();

        Assert.That((result.Verdict, result.Granted), Is.EqualTo((Verdict.Done, Price)));
        var sent = peer.Charges.Select(charge => charge.Charge).ToList();
        Assert.That(sent[1], Is.EqualTo(sent[0] with { MayBeRepeat = true }));
    }

    [Test]
    public async Task A_late_answer_is_judged_by_the_stored_request()
    {
        await using var peer = new ScriptedPeer { OnCharge = _ => { } };
        var options = ClientUnderTest.Options(peer);
        options.RequestTimeout = TimeSpan.FromMilliseconds(150);
        await using var diameter = await ClientUnderTest.StartAsync(options);
        var client = new CreditControlClient(diameter, options, new() { Realm = Requests.Realm });

        Assert.That((await client.SendAsync(client.Orders.Debit(Buyer, Price, "pay_1", At).Encode()).InTime()).Verdict, Is.EqualTo(Verdict.Unknown));
        peer.Charges.First().Grant();
        var late = await diameter.LateAnswers.ReadAsync().InTime();

        Assert.That(client.Judge(late.Request, late.Answer).Granted, Is.EqualTo(Price));
    }

    [Test]
    public async Task Nobody_to_send_to_is_not_sent()
    {
        var (diameter, client) = await ClientAsync([]);
        await using var _ = diameter;

        var result = await client.SendAsync(client.Orders.Debit(Buyer, Price, "pay_1", At).Encode()).InTime();

        Assert.That((result.Verdict, result.NoAnswer), Is.EqualTo((Verdict.NotSent, NoAnswerReason.NoRoute)));
    }

    [Test]
    public void A_subscribers_number_is_masked_in_text() => Assert.That(Buyer[0].ToString(), Does.Not.Contain("7700900"));

    private static async Task<(DiameterClient Diameter, CreditControlClient Client)> ClientAsync(ScriptedPeer[] peers)
    {
        var options = ClientUnderTest.Options(peers);
        var diameter = ClientUnderTest.Start(options);
        await Deadlines.Until(() => diameter.Peers.All(peer => peer.Connections.All(connection => connection.IsOpen)));
        return (diameter, new(diameter, options, new() { Realm = Requests.Realm }));
    }
}
