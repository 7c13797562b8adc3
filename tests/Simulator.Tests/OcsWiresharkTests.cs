using CarrierPay.Engine.Primitives;
using CarrierPay.Engine.Protocols.Diameter;
using CarrierPay.Engine.Protocols.Diameter.CreditControl;
using CarrierPay.Engine.Protocols.Diameter.Peers;
using CarrierPay.Simulator.Ocs;
using CarrierPay.Wireshark;
using Microsoft.Extensions.Logging.Abstractions;

namespace CarrierPay.Simulator.Tests;

/// <summary>Wireshark judges a whole run between our client and our charging system.</summary>
[TestFixture]
public sealed class OcsWiresharkTests
{
    private const string Buyer = "447700900123";
    private static readonly Money Price = new(250, Currency.Of("EUR"));

    [Test]
    public async Task Wireshark_reads_a_run_of_both_sides_without_complaint()
    {
        await using var simulator = await SimulatorApp.StartAsync(new SimulatorOptions
        {
            Smsc = { Port = 0 },
            Web = { Urls = "http://127.0.0.1:0" },
            Ocs = { Accounts = [new() { Msisdn = Buyer, Balance = 1000 }] },
        });
        await using var tap = new Tap(simulator.OcsPort);
        var actions = await RunAsync(simulator, tap);

        var read = await Tshark.ReadAsync(tap.Capture(), ["diameter.cmd.code", "diameter.Value-Digits", "_ws.malformed", "_ws.expert.message"], ["-Y", "diameter"]);
        var lines = read.Select(line => line.Split('\t')).Select(fields => (Command: fields[0], Amount: fields[1], Complaint: string.Concat(fields[2..]))).ToList();

        var commands = lines.SelectMany(line => line.Command.Split(',')).Where(command => command.Length > 0).ToList();
        Assert.That(lines.Select(line => line.Complaint), Has.All.Empty);
        Assert.That(commands.Count(command => command == "272"), Is.EqualTo(2 * actions));
        Assert.That(commands.Count(command => command == "257"), Is.EqualTo(4), "two connections, and one that came back");
        Assert.That(commands.Count(command => command == "280"), Is.EqualTo(6), "three watchdogs of the one that came back");
        Assert.That(commands.Count(command => command == "282"), Is.EqualTo(2));
        Assert.That(lines.Select(line => line.Amount), Has.Some.EqualTo("250").And.Some.EqualTo("100"));
    }

    /// <summary>Every kind of message that both sides write; gives how many charges.</summary>
    private static async Task<int> RunAsync(RunningSimulator simulator, Tap tap)
    {
        var options = new DiameterOptions { ReconnectMin = TimeSpan.FromMilliseconds(10), ReconnectMax = TimeSpan.FromMilliseconds(50) };
        options.Peers.Add(new() { Host = "127.0.0.1", Port = tap.Port, Realm = "operator.example", Connections = 1 });
        await using var diameter = new DiameterClient(options, TimeProvider.System, NullLogger<DiameterClient>.Instance);
        diameter.Start();
        await diameter.WaitUntilOpenAsync("operator.example").WaitAsync(Eventually.Deadline);
        simulator.Ocs.CutAll();
        await Eventually.True(() => tap.Connections == 2, "it connects again");
        await diameter.WaitUntilOpenAsync("operator.example").WaitAsync(Eventually.Deadline);

        var client = new CreditControlClient(diameter, options, new() { Realm = "operator.example", ReferenceParameter = 3, ResendElsewhere = false });
        ValueList<SubscriptionId> buyer = [new(SubscriptionIdType.E164, Buyer), new(SubscriptionIdType.Imsi, "234150000000001")];
        var at = TimeProvider.System.GetUtcNow();
        simulator.Ocs.Faults.Order(new(OcsFaultKind.Relay));
        simulator.Ocs.Faults.Order(new(OcsFaultKind.Result, Result: 77, Vendor: 10415));
        CreditControlRequest[] requests =
        [
            client.Orders.Debit(buyer, Price, "pay_1", at),
            client.Orders.Debit(buyer, Price, "pay_2", at),
            client.Orders.Debit(buyer, Price, "pay_3", at),
            client.Orders.Debit(buyer, Price with { MinorUnits = 5000 }, "pay_4", at),
            client.Orders.Refund(buyer, Price, "pay_5", at),
            client.Orders.CheckBalance(buyer, Price, "pay_6", at),
            client.Orders.PriceEnquiry(buyer, "pay_7", at),
            client.Orders.Debit([], Price, "pay_8", at),
            // SM-Message-Type of 3GPP: Wireshark knows it, and our charging system refuses it as unknown and mandatory.
            client.Orders.Debit(buyer, Price, "pay_9", at) with { Others = [new(2007, VendorIds.ThreeGpp, AvpFlags.Vendor | AvpFlags.Mandatory, new byte[4])] },
        ];
        foreach (var request in requests)
            await client.SendAsync(request.Encode());
        return requests.Length;
    }
}
