using System.Net;
using System.Net.Sockets;
using CarrierPay.Engine.Protocols.Diameter;
using CarrierPay.Engine.Protocols.Diameter.Peers;
using Microsoft.Extensions.Time.Testing;

namespace CarrierPay.Engine.Tests.Protocols.Diameter;

/// <summary>A connection from its first message to its last.</summary>
[TestFixture]
public sealed class ConnectionTests
{
    [Test]
    public async Task The_first_message_says_who_we_are_and_what_we_speak()
    {
        await using var peer = new ScriptedPeer();
        await using var client = await ClientUnderTest.StartAsync(ClientUnderTest.Options(peer));

        var said = peer.Sides.First().Client!;
        Assert.That((said.Node.OriginHost, said.Node.OriginRealm, said.ProductName), Is.EqualTo(("engine.carrierpay.example", "carrierpay.example", "CarrierPay")));
        Assert.That(said.Addresses, Is.EqualTo(new[] { IPAddress.Loopback }));
        Assert.That(said.Applications, Is.EqualTo(new[] { ApplicationIds.CreditControl }));
        Assert.That(client.Peers[0].Connections[0], Is.EqualTo(new ConnectionView(1, WatchdogState.Okay, true, Requests.Ocs, 0)));
    }

    [Test]
    public async Task A_relay_speaks_every_application()
    {
        await using var peer = new ScriptedPeer();
        peer.Capabilities = peer.Capabilities with { Applications = [ApplicationIds.Relay] };
        await using var client = await ClientUnderTest.StartAsync(ClientUnderTest.Options(peer));

        Assert.That(client.IsOpen(Requests.Realm), Is.True);
    }

    [TestCase(5010u, 4u)]
    [TestCase(2001u, 3u)]
    [TestCase(3010u, 4u)]
    public async Task A_peer_that_refuses_us_or_speaks_no_credit_control_is_not_used(uint result, uint application)
    {
        await using var peer = new ScriptedPeer();
        peer.Capabilities = peer.Capabilities with { Result = (ResultCode)result, Applications = [application] };
        await using var client = ClientUnderTest.Start(ClientUnderTest.Options(peer));

        await Deadlines.Until(() => peer.Sides.Any(side => side.Client is not null));
        var outcome = await client.RequestAsync(Requests.Debit().Encode()).InTime();

        Assert.That((outcome.Kind, outcome.Reason), Is.EqualTo((RequestOutcomeKind.NotSent, NoAnswerReason.NoOpenPeer)));
        Assert.That(peer.Charges, Is.Empty);
    }

    [Test]
    public async Task A_peer_with_another_name_than_the_configured_one_is_not_used()
    {
        await using var peer = new ScriptedPeer("impostor.operator.example");
        var options = ClientUnderTest.Options(peer);
        options.Peers[0].OriginHost = Requests.Ocs;
        await using var client = ClientUnderTest.Start(options);

        await Deadlines.Until(() => peer.Sides.Any(side => side.Client is not null));
        Assert.That((await client.RequestAsync(Requests.Debit().Encode()).InTime()).Reason, Is.EqualTo(NoAnswerReason.NoOpenPeer));
    }

    [Test]
    public async Task Two_connections_are_kept_to_a_peer_and_both_are_used()
    {
        await using var peer = new ScriptedPeer();
        var held = new List<Received>();
        peer.OnCharge = charge =>
        {
            lock (held)
                held.Add(charge);
        };
        var options = ClientUnderTest.Options(peer);
        options.Peers[0].Connections = 2;
        await using var client = ClientUnderTest.Start(options);
        await Deadlines.Until(() => client.Peers[0].Connections.All(connection => connection.IsOpen));

        var first = client.RequestAsync(Requests.Debit().Encode()).InTime();
        var second = client.RequestAsync(Requests.Debit().Encode()).InTime();
        await Deadlines.Until(() => { lock (held) return held.Count == 2; });

        Assert.That(held[0].Side, Is.Not.SameAs(held[1].Side));
        held.ForEach(charge => charge.Grant());
        await Task.WhenAll(first, second);
    }

    [Test]
    public async Task Where_it_is_set_the_second_connection_has_a_name_of_its_own()
    {
        await using var peer = new ScriptedPeer();
        var options = ClientUnderTest.Options(peer);
        options.Peers[0].Connections = 2;
        options.Peers[0].NamePerConnection = true;
        await using var client = ClientUnderTest.Start(options);
        await Deadlines.Until(() => client.Peers[0].Connections.All(connection => connection.IsOpen));

        Assert.That(peer.Sides.Select(side => side.Client!.Node.OriginHost), Is.EquivalentTo(new[] { "engine.carrierpay.example", "c2.engine.carrierpay.example" }));
    }

    [Test]
    public async Task A_connection_that_came_back_carries_nothing_before_three_watchdog_answers()
    {
        await using var peer = new ScriptedPeer();
        await using var client = await ClientUnderTest.StartAsync(ClientUnderTest.Options(peer));
        Assert.That(peer.Count(CommandCodes.DeviceWatchdog), Is.Zero);
        peer.AnswersWatchdog = false;
        peer.CutAll();

        await Deadlines.Until(() => peer.Count(CommandCodes.DeviceWatchdog) == 1);
        Assert.That((await client.RequestAsync(Requests.Debit().Encode()).InTime()).Reason, Is.EqualTo(NoAnswerReason.NoOpenPeer));

        var side = peer.Sides.Last();
        peer.AnswersWatchdog = true;
        side.Stream.Append(BaseMessages.WatchdogAnswer(side.Messages.Last().Header, peer.Capabilities.Node));
        await client.WaitUntilOpenAsync(Requests.Realm).InTime();

        Assert.That(peer.Count(CommandCodes.DeviceWatchdog), Is.EqualTo(3));
        Assert.That((await client.RequestAsync(Requests.Debit().Encode()).InTime()).Kind, Is.EqualTo(RequestOutcomeKind.Answered));
    }

    [Test]
    public async Task A_silent_peer_is_asked_then_suspected_then_left_and_connected_again()
    {
        var time = new FakeTimeProvider();
        await using var peer = new ScriptedPeer { AnswersWatchdog = false, OnCharge = _ => { } };
        var options = ClientUnderTest.Options(peer);
        options.RequestTimeout = TimeSpan.FromMinutes(10);
        options.ConnectTimeout = TimeSpan.FromMinutes(2);
        await using var client = ClientUnderTest.Start(options, time);
        await client.WaitUntilOpenAsync(Requests.Realm).InTime();
        var asked = client.RequestAsync(Requests.Debit().Encode()).InTime();

        await time.PassUntil(() => peer.Count(CommandCodes.DeviceWatchdog) == 1);
        Assert.That(client.IsOpen(Requests.Realm), Is.True);
        await time.PassUntil(() => !client.IsOpen(Requests.Realm));

        var outcome = await asked;
        Assert.That((outcome.Kind, outcome.Reason, outcome.PeerName), Is.EqualTo((RequestOutcomeKind.Unknown, NoAnswerReason.PeerSilent, "p0")));
        await time.PassUntil(() => peer.Sides.Count > 1);
    }

    [Test]
    public async Task A_watchdog_request_of_the_peer_is_answered()
    {
        await using var peer = new ScriptedPeer();
        await using var client = await ClientUnderTest.StartAsync(ClientUnderTest.Options(peer));
        var side = peer.Sides.First();

        side.Stream.Append(BaseMessages.WatchdogRequest(peer.Capabilities.Node, 77));

        await Deadlines.Until(() => side.Messages.Any(m => m.Header is { Command: CommandCodes.DeviceWatchdog, IsRequest: false, EndToEnd: 77 }));
    }

    [Test]
    public async Task A_request_that_we_do_not_serve_is_3001_and_a_malformed_one_is_named()
    {
        await using var peer = new ScriptedPeer();
        await using var client = await ClientUnderTest.StartAsync(ClientUnderTest.Options(peer));
        var side = peer.Sides.First();

        side.Stream.Append(new DiameterWriter().Start(new(0, CommandFlags.Request, 258, 4, 5, 78)).Write(Avps.SessionId, "s").ToMessage());
        side.Stream.Append(new DiameterWriter().Start(new(0, CommandFlags.Request, CommandCodes.DeviceWatchdog, 0, 6, 79)).ToMessage());

        await Deadlines.Until(() => side.Messages.Count(m => m.Header is { IsRequest: false, EndToEnd: 78 or 79 }) == 2);
        var answers = side.Messages.Where(m => m.Header is { IsRequest: false, EndToEnd: 78 or 79 }).ToList();
        Assert.That(MessageView.Read(answers[0].Octets).ResultCode, Is.EqualTo(ResultCode.CommandUnsupported));
        Assert.That(answers[0].Header.IsError, Is.True);
        Assert.That(MessageView.Read(answers[1].Octets).ResultCode, Is.EqualTo(ResultCode.MissingAvp));
        Assert.That(client.IsOpen(Requests.Realm), Is.True);
    }

    [Test]
    public async Task A_peer_that_disconnects_is_answered_left_alone_and_connected_again()
    {
        await using var peer = new ScriptedPeer();
        await using var client = await ClientUnderTest.StartAsync(ClientUnderTest.Options(peer));
        var side = peer.Sides.First();

        side.Stream.Append(BaseMessages.DisconnectRequest(peer.Capabilities.Node, 80, DisconnectCause.Rebooting));

        await Deadlines.Until(() => side.Messages.Any(m => m.Header is { Command: CommandCodes.DisconnectPeer, IsRequest: false }));
        await Deadlines.Until(() => peer.Sides.Count == 2);
        await client.WaitUntilOpenAsync(Requests.Realm).InTime();
    }

    [Test]
    public async Task A_peer_that_does_not_want_us_is_not_connected_again_by_itself()
    {
        await using var peer = new ScriptedPeer();
        await using var client = await ClientUnderTest.StartAsync(ClientUnderTest.Options(peer));
        var side = peer.Sides.First();

        side.Stream.Append(BaseMessages.DisconnectRequest(peer.Capabilities.Node, 80, DisconnectCause.DoNotWantToTalkToYou));
        await Deadlines.Until(() => !client.IsOpen(Requests.Realm) && client.Peers[0].Connections[0].State == WatchdogState.Down);

        Assert.That(peer.Sides, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Stopping_lets_requests_finish_and_disconnects_in_order()
    {
        await using var peer = new ScriptedPeer();
        var held = new TaskCompletionSource<Received>();
        peer.OnCharge = held.SetResult;
        var client = await ClientUnderTest.StartAsync(ClientUnderTest.Options(peer));
        var asked = client.RequestAsync(Requests.Debit().Encode()).InTime();
        var charge = await held.Task.InTime();

        var stopping = client.StopAsync();
        Assert.That((await client.RequestAsync(Requests.Debit().Encode()).InTime()).Kind, Is.EqualTo(RequestOutcomeKind.NotSent));
        Assert.That(peer.Count(CommandCodes.DisconnectPeer), Is.Zero);
        charge.Grant();

        Assert.That((await asked).Kind, Is.EqualTo(RequestOutcomeKind.Answered));
        await stopping.InTime();
        Assert.That(peer.Count(CommandCodes.DisconnectPeer), Is.EqualTo(1));
    }

    [Test]
    public async Task Stopping_ends_in_time_though_the_peer_answers_nothing()
    {
        await using var peer = new ScriptedPeer { OnCharge = _ => { }, AnswersDisconnect = false };
        var options = ClientUnderTest.Options(peer);
        options.DrainTimeout = TimeSpan.FromMilliseconds(100);
        var client = await ClientUnderTest.StartAsync(options);
        var asked = client.RequestAsync(Requests.Debit().Encode()).InTime();
        await Deadlines.Until(() => peer.Charges.Any());

        await client.StopAsync().InTime();

        Assert.That((await asked).Kind, Is.EqualTo(RequestOutcomeKind.Unknown));
    }

    [Test]
    public async Task Stopping_in_a_hurry_closes_at_once_and_what_was_in_flight_is_unknown()
    {
        await using var peer = new ScriptedPeer { OnCharge = _ => { }, AnswersDisconnect = false };
        var options = ClientUnderTest.Options(peer);
        options.DrainTimeout = TimeSpan.FromMinutes(5);
        var client = await ClientUnderTest.StartAsync(options);
        var asked = client.RequestAsync(Requests.Debit().Encode()).InTime();
        await Deadlines.Until(() => peer.Charges.Any());
        using var hurry = new CancellationTokenSource();

        var stopping = client.StopAsync(hurry.Token);
        Assert.That((await client.RequestAsync(Requests.Debit().Encode()).InTime()).Kind, Is.EqualTo(RequestOutcomeKind.NotSent));
        Assert.That(asked.IsCompleted, Is.False, "it may still be answered");
        await hurry.CancelAsync();

        await stopping.InTime();
        Assert.That((await asked).Kind, Is.EqualTo(RequestOutcomeKind.Unknown));
    }

    [TestCase("474554202f20485454502f312e310d0a")]
    [TestCase("01ffffff")]
    [TestCase("0100000c")]
    public async Task What_is_no_Diameter_closes_that_connection_only(string hex)
    {
        await using var peer = new ScriptedPeer();
        var options = ClientUnderTest.Options(peer);
        options.Peers[0].Connections = 2;
        await using var client = ClientUnderTest.Start(options);
        await Deadlines.Until(() => client.Peers[0].Connections.All(connection => connection.IsOpen));

        peer.Sides.First().Stream.Append([.. Convert.FromHexString(hex), .. new byte[32]], hopByHop: 0);

        await Deadlines.Until(() => peer.Sides.Count == 3);
        Assert.That(client.IsOpen(Requests.Realm), Is.True);
        await Deadlines.Until(() => client.Peers[0].Connections.All(connection => connection.IsOpen));
        Assert.That(peer.Sides, Has.Count.EqualTo(3));
    }

    [Test]
    public async Task A_request_before_the_capabilities_are_exchanged_closes_the_connection()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var options = ClientUnderTest.Options();
        options.Peers.Add(new() { Host = "127.0.0.1", Port = ((IPEndPoint)listener.LocalEndpoint).Port, Realm = Requests.Realm, Connections = 1 });
        await using var client = ClientUnderTest.Start(options);
        using var accepted = await listener.AcceptTcpClientAsync();

        await accepted.GetStream().WriteAsync(BaseMessages.WatchdogRequest(new("x.example", "example"), 1));

        // It connects anew, so it had closed this one.
        using var again = await listener.AcceptTcpClientAsync().InTime();
        Assert.That(client.IsOpen(Requests.Realm), Is.False);
    }
}
