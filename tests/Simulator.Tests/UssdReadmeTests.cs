using System.Globalization;

namespace CarrierPay.Simulator.Tests;

/// <summary>The USSD example of the SMPP library's README, compiled as it stands there and run against the simulator.</summary>
[TestFixture]
[NonParallelizable] // It takes the console.
public sealed class UssdReadmeTests
{
    [Test]
    public async Task The_USSD_example_of_the_SMPP_README_shows_a_menu_and_a_balance()
    {
        await using var simulator = await SimulatorApp.StartAsync();
        var readme = await File.ReadAllTextAsync(Path.Combine(SmppReadmeTests.Folder(), "../../SmppAdapter/README.md"));
        var example = SmppReadmeTests.FirstExample(readme[readme.IndexOf("A USSD service", StringComparison.Ordinal)..])
            .Replace("2775", simulator.SmscPort.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
        var phone = simulator.Phones["447700900123"];

        var running = SmppReadmeTests.RunAsync(SmppReadmeTests.Compile(example));
        simulator.Ussd.Dial(phone, "*500#");
        await Eventually.True(() => simulator.Ussd.Find(phone.Msisdn)!.Text == "1 Balance\n2 Pay", "the menu is shown");
        simulator.Ussd.Answer(phone, "1");
        await Eventually.True(() => simulator.Ussd.Find(phone.Msisdn)!.Text == "12.50 EUR", "the balance is shown");

        Assert.That(await running, Is.EqualTo(new[] { "*500# -> Ask ROK", "1 -> End ROK" }));
    }
}
