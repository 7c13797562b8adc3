using CarrierPay.Engine.Protocols.Diameter;
using CarrierPay.Engine.Protocols.Diameter.CreditControl;
using CarrierPay.Engine.Protocols.Diameter.Peers;

namespace CarrierPay.Engine.Tests.Protocols.Diameter;

/// <summary>What becomes of a request, whatever the peer and the network do.</summary>
[TestFixture]
public sealed class RequestTests
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(150);

    [Test]
    public async Task A_request_is_answered()
    {
        await using var peer = new ScriptedPeer();
        await using var client = await ClientUnderTest.StartAsync(ClientUnderTest.Options(peer));
        var request = Requests.Debit();

        var outcome = await client.RequestAsync(request.Encode()).InTime();

        Assert.That(outcome.Kind, Is.EqualTo(RequestOutcomeKind.Answered));
        Assert.That(CreditControlAnswer.Decode(outcome.Answer!.View), Is.EqualTo(Requests.Granted(request)));
        Assert.That(client.Peers[0].Counters.Answered, Is.EqualTo(1));
    }

    [Test]
    public async Task The_octets_go_out_as_they_are_stored_but_for_the_Hop_by_Hop_id_and_the_T_flag()
    {
        await using var peer = new ScriptedPeer();
        await using var client = await ClientUnderTest.StartAsync(ClientUnderTest.Options(peer));
        var stored = Requests.Debit().Encode();
        var before = stored.ToArray();

        await client.RequestAsync(stored).InTime();
        await client.RequestAsync(stored, mayHaveBeenSent: true).InTime();

        var sent = peer.Charges.Select(charge => charge.Octets).ToList();
        Assert.That(sent.Select(octets => octets[DiameterHeader.FlagsOffset]), Is.EqualTo(new[] { 0xc0, 0xd0 }));
        Assert.That(sent[0][12..16], Is.Not.EqualTo(sent[1][12..16]));
        foreach (var octets in sent)
        {
            before.AsSpan(12, 4).CopyTo(octets.AsSpan(12));
            octets[DiameterHeader.FlagsOffset] = 0xc0;
            Assert.That(octets, Is.EqualTo(before));
        }
        Assert.That(stored, Is.EqualTo(before));
    }

    [Test]
    public async Task No_answer_in_time_is_unknown_and_the_late_answer_is_handed_over_once()
    {
        await using var peer = new ScriptedPeer { OnCharge = _ => { } };
        var options = ClientUnderTest.Options(peer);
        options.RequestTimeout = Short;
        await using var client = await ClientUnderTest.StartAsync(options);
        var stored = Requests.Debit().Encode();

        var outcome = await client.RequestAsync(stored).InTime();
        Assert.That((outcome.Kind, outcome.Reason), Is.EqualTo((RequestOutcomeKind.Unknown, NoAnswerReason.TimedOut)));
        peer.Charges.Single().Grant();
        var late = await client.LateAnswers.ReadAsync().InTime();
        peer.Charges.Single().Grant();
        await Deadlines.Until(() => client.Peers[0].Counters.Unmatched == 1);

        Assert.That(late.Request.Span.SequenceEqual(stored), Is.True);
        Assert.That(late.Answer.View.ResultCode, Is.EqualTo(ResultCode.Success));
        Assert.That((client.Peers[0].Counters.TimedOut, client.Peers[0].Counters.Late), Is.EqualTo((1, 1)));
    }

    [Test]
    public async Task An_answer_is_matched_by_both_ids_and_by_its_command()
    {
        await using var peer = new ScriptedPeer();
        peer.OnCharge = charge =>
        {
            charge.Side.Stream.Append(Requests.Granted(charge.Charge).Encode(charge.Header with { HopByHop = charge.Header.HopByHop ^ 1 }));
            charge.Side.Stream.Append(Requests.Granted(charge.Charge).Encode(charge.Header with { EndToEnd = charge.Header.EndToEnd ^ 1 }));
            charge.Side.Stream.Append(Requests.Granted(charge.Charge).Encode(charge.Header with { Command = 271 }));
            charge.Answer(Requests.Granted(charge.Charge) with { Result = ResultCode.CreditLimitReached });
        };
        await using var client = await ClientUnderTest.StartAsync(ClientUnderTest.Options(peer));

        var outcome = await client.RequestAsync(Requests.Debit().Encode()).InTime();

        Assert.That(outcome.Answer!.View.ResultCode, Is.EqualTo(ResultCode.CreditLimitReached));
        Assert.That(client.Peers[0].Counters.Unmatched, Is.EqualTo(3));
    }

    [Test]
    public async Task A_second_answer_to_one_request_is_counted_and_changes_nothing()
    {
        await using var peer = new ScriptedPeer();
        peer.OnCharge = charge =>
        {
            charge.Grant();
            charge.Answer(Requests.Granted(charge.Charge) with { Result = ResultCode.CreditLimitReached });
        };
        await using var client = await ClientUnderTest.StartAsync(ClientUnderTest.Options(peer));

        Assert.That((await client.RequestAsync(Requests.Debit().Encode()).InTime()).Answer!.View.ResultCode, Is.EqualTo(ResultCode.Success));
        await Deadlines.Until(() => client.Peers[0].Counters.Unmatched == 1);
    }

    [Test]
    public async Task A_connection_cut_after_the_request_leaves_it_unknown()
    {
        await using var peer = new ScriptedPeer();
        peer.OnCharge = charge => charge.Side.Stream.Abort();
        await using var client = await ClientUnderTest.StartAsync(ClientUnderTest.Options(peer));

        var outcome = await client.RequestAsync(Requests.Debit().Encode()).InTime();

        Assert.That((outcome.Kind, outcome.Reason), Is.EqualTo((RequestOutcomeKind.Unknown, NoAnswerReason.ConnectionLost)));
        Assert.That(peer.Charges.Count(), Is.EqualTo(1), "nothing is sent again by itself");
    }

    [Test]
    public async Task What_waited_for_a_place_when_the_connection_was_cut_goes_to_another_peer()
    {
        var held = new TaskCompletionSource();
        await using var first = new ScriptedPeer { OnCharge = _ => held.SetResult() };
        await using var second = new ScriptedPeer();
        var options = ClientUnderTest.Options(first, second);
        options.Window = 1;
        await using var client = ClientUnderTest.Start(options);
        await Deadlines.Until(() => client.Peers.All(peer => peer.Connections[0].IsOpen));
        var inFlight = client.RequestAsync(Requests.Debit().Encode()).InTime();
        await held.Task.InTime();
        var waiting = client.RequestAsync(Requests.Debit().Encode()).InTime();
        Assert.That(client.Peers[0].Connections[0].Load, Is.EqualTo(2));

        first.CutAll();

        Assert.That((await inFlight).Kind, Is.EqualTo(RequestOutcomeKind.Unknown));
        Assert.That((await waiting).PeerName, Is.EqualTo("p1"));
        Assert.That(second.Charges.Single().Header.Flags, Is.EqualTo(CommandFlags.Request | CommandFlags.Proxiable), "it was never sent, so there is no T");
    }

    [Test]
    public async Task Whether_a_request_may_go_is_asked_when_its_turn_comes_and_not_before()
    {
        var mayGo = true;
        await using var peer = new ScriptedPeer { OnCharge = _ => { } };
        var options = ClientUnderTest.Options(peer);
        options.Window = 1;
        await using var client = await ClientUnderTest.StartAsync(options, mayGo: _ => Volatile.Read(ref mayGo));
        var first = client.RequestAsync(Requests.Debit().Encode()).InTime();
        await Deadlines.Until(() => peer.Charges.Any());
        var second = client.RequestAsync(Requests.Debit().Encode()).InTime();
        Assert.That(client.Peers[0].Connections[0].Load, Is.EqualTo(2), "it waits for a place");
        Volatile.Write(ref mayGo, false);

        peer.Charges.Single().Grant();

        Assert.That((await first).Kind, Is.EqualTo(RequestOutcomeKind.Answered));
        var withheld = await second;
        Assert.That((withheld.Kind, withheld.Reason), Is.EqualTo((RequestOutcomeKind.NotSent, NoAnswerReason.Withheld)));
        Assert.That(peer.Charges.Count(), Is.EqualTo(1));
        Assert.That(client.IsOpen(Requests.Realm), Is.True, "the connection has nothing to do with it");
    }

    [Test]
    public async Task The_window_bounds_what_is_in_flight_and_the_line_bounds_what_waits()
    {
        await using var peer = new ScriptedPeer { OnCharge = _ => { } };
        var options = ClientUnderTest.Options(peer);
        options.Window = 2;
        options.MaxWaiting = 3;
        await using var client = await ClientUnderTest.StartAsync(options);

        var asked = Enumerable.Range(0, 5).Select(_ => client.RequestAsync(Requests.Debit().Encode()).InTime()).ToList();
        var refused = await client.RequestAsync(Requests.Debit().Encode()).InTime();
        await Deadlines.Until(() => peer.Charges.Count() == 2);

        Assert.That((refused.Kind, refused.Reason), Is.EqualTo((RequestOutcomeKind.NotSent, NoAnswerReason.Busy)));
        peer.OnCharge = charge => charge.Grant();
        foreach (var charge in peer.Charges.ToList())
            charge.Grant();
        var order = (await Task.WhenAll(asked)).Select(outcome => CreditControlAnswer.Decode(outcome.Answer!.View).SessionId);
        Assert.That(peer.Charges.Select(charge => charge.Charge.SessionId), Is.EqualTo(order), "they go in the order in which they came");
    }

    [Test]
    public async Task What_waits_too_long_was_not_sent()
    {
        await using var peer = new ScriptedPeer { OnCharge = _ => { } };
        var options = ClientUnderTest.Options(peer);
        options.Window = 1;
        options.RequestTimeout = Short;
        await using var client = await ClientUnderTest.StartAsync(options);

        var outcomes = await Task.WhenAll(client.RequestAsync(Requests.Debit().Encode()).InTime(), client.RequestAsync(Requests.Debit().Encode()).InTime());

        Assert.That(outcomes.Select(outcome => outcome.Kind), Is.EqualTo(new[] { RequestOutcomeKind.Unknown, RequestOutcomeKind.NotSent }));
        Assert.That(peer.Charges.Count(), Is.EqualTo(1));
    }

    [Test]
    public async Task The_peer_of_the_first_priority_is_used_while_it_can_be()
    {
        await using var first = new ScriptedPeer();
        await using var second = new ScriptedPeer();
        await using var client = ClientUnderTest.Start(ClientUnderTest.Options(first, second));
        await Deadlines.Until(() => client.Peers.All(peer => peer.Connections[0].IsOpen));

        Assert.That((await client.RequestAsync(Requests.Debit().Encode()).InTime()).PeerName, Is.EqualTo("p0"));
        Assert.That((await client.RequestAsync(Requests.Debit().Encode(), exceptPeer: "p0").InTime()).PeerName, Is.EqualTo("p1"));
        first.AnswersWatchdog = false;
        first.CutAll();
        await Deadlines.Until(() => !client.Peers[0].Connections[0].IsOpen);
        Assert.That((await client.RequestAsync(Requests.Debit().Encode()).InTime()).PeerName, Is.EqualTo("p1"));
    }

    [Test]
    public async Task A_request_finds_the_peer_of_its_realm_and_of_its_host()
    {
        await using var north = new ScriptedPeer("ocs.north.example");
        await using var south = new ScriptedPeer("ocs.south.example");
        var options = ClientUnderTest.Options(north, south);
        options.Peers[0].Realm = "north.example";
        options.Peers[1].Realm = "south.example";
        options.Peers[1].OtherRealms.Add("west.example");
        await using var client = ClientUnderTest.Start(options);
        await Deadlines.Until(() => client.Peers.All(peer => peer.Connections[0].IsOpen));
        async Task<RequestOutcome> To(string realm, string? host = null) =>
            await client.RequestAsync((Requests.Debit() with { DestinationRealm = realm, DestinationHost = host }).Encode()).InTime();

        Assert.That((await To("NORTH.example")).PeerName, Is.EqualTo("p0"));
        Assert.That((await To("south.example", "ocs.south.example")).PeerName, Is.EqualTo("p1"));
        Assert.That((await To("west.example")).PeerName, Is.EqualTo("p1"));
        Assert.That((await To("south.example", "other.south.example")).Reason, Is.EqualTo(NoAnswerReason.NoOpenPeer));
        Assert.That((await To("east.example")).Reason, Is.EqualTo(NoAnswerReason.NoRoute));
    }

    [Test]
    public async Task A_peer_that_restarted_has_forgotten_what_is_in_flight_on_its_other_connections()
    {
        await using var peer = new ScriptedPeer { OnCharge = _ => { } };
        var options = ClientUnderTest.Options(peer);
        options.Peers[0].Connections = 2;
        await using var client = ClientUnderTest.Start(options);
        await Deadlines.Until(() => client.Peers[0].Connections.All(connection => connection.IsOpen));
        var asked = client.RequestAsync(Requests.Debit().Encode()).InTime();
        await Deadlines.Until(() => peer.Charges.Any());
        var other = peer.Sides.First(side => side != peer.Charges.Single().Side);

        other.Stream.Append(BaseMessages.WatchdogRequest(new(Requests.Ocs, Requests.Realm, 2), 1));

        var outcome = await asked;
        Assert.That((outcome.Kind, outcome.Reason), Is.EqualTo((RequestOutcomeKind.Unknown, NoAnswerReason.PeerRestarted)));
    }

    [Test]
    public async Task Many_requests_at_once_each_get_their_own_answer()
    {
        await using var peer = new ScriptedPeer();
        var options = ClientUnderTest.Options(peer);
        options.Peers[0].Connections = 2;
        options.Window = 20;
        options.MaxWaiting = 10_000;
        await using var client = await ClientUnderTest.StartAsync(options);

        var wrong = 0;
        await Task.WhenAll(Enumerable.Range(0, 2000).Select(async _ =>
        {
            var request = Requests.Debit();
            var outcome = await client.RequestAsync(request.Encode()).InTime();
            if (outcome.Kind != RequestOutcomeKind.Answered || CreditControlAnswer.Decode(outcome.Answer!.View).SessionId != request.SessionId)
                Interlocked.Increment(ref wrong);
        }));

        Assert.That(wrong, Is.Zero);
        Assert.That(peer.Sides.Select(side => side.Messages.Select(m => m.Header.HopByHop)), Has.All.Unique);
    }

    [Test]
    public async Task What_is_no_request_is_not_sent()
    {
        await using var peer = new ScriptedPeer();
        await using var client = await ClientUnderTest.StartAsync(ClientUnderTest.Options(peer));

        Assert.That(async () => await client.RequestAsync(new byte[3]), Throws.TypeOf<DiameterException>());
        Assert.That(async () => await client.RequestAsync(BaseMessages.WatchdogRequest(new("a", "b"), 1)), Throws.TypeOf<DiameterException>());
    }

    [Test]
    public void End_to_End_ids_go_on_above_those_of_a_process_that_ran_before()
    {
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(new(2026, 11, 23, 16, 0, 0, TimeSpan.Zero));
        var before = new NodeIds("a.example", time);
        var used = Enumerable.Range(0, 10_000).Select(_ => before.NextEndToEnd()).ToHashSet();
        time.Advance(TimeSpan.FromSeconds(2));
        var after = new NodeIds("a.example", time);

        Assert.That(Enumerable.Range(0, 10_000).Select(_ => after.NextEndToEnd()).Any(used.Contains), Is.False);
        Assert.That(Enumerable.Range(0, 1000).Select(_ => after.NextSessionId("pay_1")).Append(before.NextSessionId("pay_1")), Is.Unique);
        Assert.That(() => after.NextSessionId("a;b"), Throws.ArgumentException);
    }
}
