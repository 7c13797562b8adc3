using CarrierPay.Engine.Tests.Protocols.Diameter;

namespace CarrierPay.Simulator.Tests;

/// <summary>Erlang/OTP's client against our charging system.</summary>
[TestFixture]
public sealed class OcsErlangTests
{
    [Test]
    public async Task Erlang_as_the_client_reads_our_answers_and_we_its_requests()
    {
        await using var simulator = await SimulatorApp.StartAsync(new SimulatorOptions
        {
            Smsc = { Port = 0 },
            Web = { Urls = "http://127.0.0.1:0" },
            Ocs = { Accounts = [new() { Msisdn = "447700900123", Balance = 1000 }] },
        });
        await using var erlang = await ErlangJudge.StartAsync("client", $"{simulator.OcsPort}", "447700900123");

        Assert.That(await erlang.ReadAsync(), Is.EqualTo("up"));
        Assert.That(await erlang.ReadAsync(), Is.EqualTo("answer 2001 250 -2 none"));
        Assert.That(await erlang.ReadAsync(), Is.EqualTo("answer 2001 250 -2 none"), "the repeat");
        Assert.That(await erlang.ReadAsync(), Is.EqualTo("answer 2001 none none [0]"), "the balance is enough");
        Assert.That(await erlang.ReadAsync(), Does.StartWith("failed 'CCA' 5005"), "Requested-Action was missing");
        await Eventually.True(() => simulator.Ocs.State.Connections.Count == 0, "Erlang has disconnected");
        Assert.That(simulator.Ocs.Books.Accounts.Single().Balance, Is.EqualTo(750));
    }
}
