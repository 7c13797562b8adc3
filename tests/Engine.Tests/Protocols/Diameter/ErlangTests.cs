using System.Net;
using System.Net.Sockets;
using CarrierPay.Engine.Primitives;
using CarrierPay.Engine.Protocols.Diameter;
using CarrierPay.Engine.Protocols.Diameter.CreditControl;

namespace CarrierPay.Engine.Tests.Protocols.Diameter;

/// <summary>Our client against Erlang/OTP as the charging system. The other way round is among the simulator's tests.</summary>
[TestFixture]
public sealed class ErlangTests
{
    private static readonly Money Price = new(250, Currency.Of("EUR"));

    [Test]
    public async Task Erlang_as_the_charging_system_reads_our_requests_and_we_its_answers()
    {
        var port = FreePort();
        await using var erlang = await ErlangJudge.StartAsync("server", $"{port}");
        Assert.That(await erlang.ReadAsync(), Is.EqualTo("listening"));
        var options = ClientUnderTest.Options();
        options.Peers.Add(new() { Host = "127.0.0.1", Port = port, Realm = Requests.Realm, OriginHost = Requests.Ocs, Connections = 2 });
        await using (var diameter = await ClientUnderTest.StartAsync(options))
        {
            await Deadlines.Until(() => diameter.Peers[0].Connections.All(connection => connection.IsOpen));
            Assert.That(await erlang.ReadAsync(), Is.EqualTo("up"));
            Assert.That(await erlang.ReadAsync(), Is.EqualTo("up"));
            var client = new CreditControlClient(diameter, options, new() { Realm = Requests.Realm, ReferenceParameter = 1 });
            var debit = client.Orders.Debit([SubscriptionId.Of(new Msisdn(447700900123))], Price, "pay_1", new(2026, 11, 23, 16, 0, 0, TimeSpan.Zero));
            var stored = debit.Encode();

            Assert.That((await client.SendAsync(stored).InTime()).Granted, Is.EqualTo(Price));
            Assert.That(await erlang.ReadAsync(), Is.EqualTo($"request {debit.SessionId} 447700900123 250 -2 false"));
            Assert.That((await client.SendAsync(stored, mayHaveBeenSent: true).InTime()).Granted, Is.EqualTo(Price));
            Assert.That(await erlang.ReadAsync(), Is.EqualTo($"request {debit.SessionId} 447700900123 250 -2 true"));

            // Its own refusal: an answer with Failed-AVP that we did not make.
            var whole = DiameterMessage.Decode((debit with { SessionId = debit.SessionId + "-2" }).Encode());
            var refused = (whole with { Avps = [.. whole.Avps.Where(avp => avp.Code != Avps.ServiceContextId.Code)] }).Encode();
            var outcome = await diameter.RequestAsync(refused).InTime();
            Assert.That(outcome.Answer!.View.ResultCode, Is.EqualTo(ResultCode.MissingAvp));
            Assert.That(outcome.Answer.View.TryFind(Avps.FailedAvp, out _), Is.True);
        }
        Assert.That(await erlang.ReadAsync(), Is.EqualTo("down"), "it was disconnected in order");
        Assert.That(await erlang.ReadAsync(), Is.EqualTo("down"));
    }

    private static int FreePort()
    {
        using var socket = new TcpListener(IPAddress.Loopback, 0);
        socket.Start();
        return ((IPEndPoint)socket.LocalEndpoint).Port;
    }
}
