using System.Net;
using System.Net.Sockets;
using CarrierPay.Simulator;
using CarrierPay.TestSupport;

namespace CarrierPay.Engine.Host.Tests;

/// <summary>A wrong setting stops the start with a message that names it, not with a stack trace.</summary>
public sealed class StartTests
{
    private TestDatabase _database = null!;
    private RunningSimulator _simulator = null!;
    private string _folder = null!;

    [OneTimeSetUp]
    public async Task SetUpAsync()
    {
        _folder = Directory.CreateTempSubdirectory("carrierpay-test-").FullName;
        _database = await TestDatabase.CreateAsync();
        _simulator = await SimulatorApp.StartAsync();
    }

    [OneTimeTearDown]
    public async Task TearDownAsync()
    {
        await _simulator.DisposeAsync();
        await _database.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [TestCase("CarrierPay__Smpp__Links__0__Port", "99999", "CarrierPay:Smpp:Links:0:Port")]
    [TestCase("CarrierPay__Smpp__Links__0__SystemId", "", "CarrierPay:Smpp:Links:0:SystemId")]
    [TestCase("CarrierPay__Payments__ConfirmWithin", "00:00:00", "ConfirmWithin")]
    [TestCase("CarrierPay__Lanes__Workers", "0", "Workers")]
    [TestCase("CarrierPay__Database__ConnectionString", "Host=127.0.0.1;Port=1;Username=x;Database=y", "CarrierPay:Database:ConnectionString")]
    public async Task A_wrong_setting_stops_the_start_and_is_named(string setting, string value, string named)
    {
        await using var engine = new EngineUnderTest(_database, _simulator, _folder);

        var (exitCode, output) = await engine.RunAsync([], new() { [setting] = value });

        Assert.That(exitCode, Is.EqualTo(1), output);
        Assert.That(output, Does.Contain(named));
        Assert.That(output, Does.Not.Contain("   at "), "a stack trace");
    }

    [Test]
    public async Task A_port_in_use_is_named_with_its_setting()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        await using var engine = new EngineUnderTest(_database, _simulator, _folder);

        var (exitCode, output) = await engine.RunAsync([], new() { ["CarrierPay__Api__Urls"] = $"http://127.0.0.1:{port}" });

        Assert.That(exitCode, Is.EqualTo(1), output);
        Assert.That(output, Does.Contain($"{port}").And.Contain("CarrierPay:Api:Urls"));
    }

    [Test]
    public async Task An_unknown_command_is_refused()
    {
        await using var engine = new EngineUnderTest(_database, _simulator, _folder);
        var (exitCode, output) = await engine.RunAsync(["dance"]);
        Assert.That((exitCode, output), Is.EqualTo((2, output)));
        Assert.That(output, Does.Contain("dance"));
    }
}
