using System.Net;
using System.Net.Sockets;

namespace CarrierPay.Engine.Host.Tests;

[TestFixture, Parallelizable]
public sealed class StartTests
{
    private Stage _stage = null!;

    [OneTimeSetUp]
    public async Task SetUp() => _stage = await Stage.SetAsync(phones: 1);

    [OneTimeTearDown]
    public ValueTask TearDown() => _stage.DisposeAsync();

    [TestCase("CarrierPay__Smpp__Links__0__Port", "0", "CarrierPay:Smpp:Links:0:Port")]
    [TestCase("CarrierPay__Smpp__Links__0__Port", "many", "CarrierPay:Smpp:Links:0:Port")]
    [TestCase("CarrierPay__Smpp__Links__0__Prot", "2775", "CarrierPay:Smpp:Links:0:Prot")]
    [TestCase("CarrierPay__Smpp__Links__0__Host", "", "CarrierPay:Smpp:Links:0:Host")]
    [TestCase("CarrierPay__Smpp__Links__0__SystemId", "", "CarrierPay:Smpp:Links:0:SystemId")]
    [TestCase("CarrierPay__Smpp__Links__0__UssdProfile", "hauwei", "CarrierPay:Smpp:Links:0:UssdProfile")]
    [TestCase("CarrierPay__Smpp__Links__0__Ussd__EndOp", "17", "CarrierPay:Smpp:Links:0:Ussd:EndOp")]
    [TestCase("CarrierPay__Smpp__Links__0__Ussd__EndOpp", "0x11", "CarrierPay:Smpp:Links:0:Ussd:EndOpp")]
    [TestCase("CarrierPay__Smpp__FloodLimit", "0", "CarrierPay:Smpp:FloodLimit")]
    [TestCase("CarrierPay__Lanes__Workers", "0", "CarrierPay:Lanes:Workers")]
    [TestCase("CarrierPay__Lanes__SweepInterval", "01:00:00", "CarrierPay:Lanes:SweepInterval")]
    [TestCase("CarrierPay__Database__ConnectionString", "", "CarrierPay:Database:ConnectionString")]
    [TestCase("CarrierPay__Database__ConnectionString", "Host=127.0.0.1;Port=1;Username=x;Timeout=3", "CarrierPay:Database:ConnectionString")]
    [TestCase("CarrierPay__Clock__Offset", "soon", "CarrierPay:Clock:Offset")]
    public async Task Wrong_setting_stops_the_start_and_is_named(string setting, string value, string named)
    {
        var settings = _stage.Settings();
        settings[setting] = value;
        await using var engine = EngineUnderTest.Start(settings);
        Assert.That(await engine.EndAsync(), Is.EqualTo(1));
        Assert.That(engine.Errors, Does.Contain(named).And.Not.Contain("   at "));
        Assert.That(engine.Errors.Split('\n'), Has.Length.EqualTo(1));
    }

    [Test]
    public async Task All_wrong_settings_are_named_at_once_even_while_the_database_is_away()
    {
        var settings = _stage.Settings();
        settings["CarrierPay__Database__ConnectionString"] = "Host=127.0.0.1;Port=1;Username=x;Timeout=3";
        settings["CarrierPay__Lanes__Workers"] = "0";
        settings["CarrierPay__Lanes__BatchSize"] = "1000";
        settings["CarrierPay__Payments__ConfirmWithin"] = "00:00:00";
        settings["CarrierPay__Smpp__Links__0__Port"] = "0";
        settings["CarrierPay__Smpp__Links__0__WindowSize"] = "wide";
        settings["CarrierPay__Smpp__Routes__0__Smscs"] = "moon";
        await using var engine = EngineUnderTest.Start(settings);
        Assert.That(await engine.EndAsync(), Is.EqualTo(1));
        foreach (var named in new[] { "CarrierPay:Lanes:Workers", "CarrierPay:Lanes:BatchSize", "CarrierPay:Payments:ConfirmWithin", "CarrierPay:Smpp:Links:0:Port", "CarrierPay:Smpp:Links:0:WindowSize", "CarrierPay:Smpp:Routes:0:Smscs" })
            Assert.That(engine.Errors, Does.Contain(named));
        Assert.That(engine.Errors, Does.Not.Contain("   at "));
    }

    [Test]
    public async Task Port_in_use_stops_the_start_and_is_named()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port;
        var settings = _stage.Settings();
        settings["CarrierPay__Api__Urls"] = $"http://127.0.0.1:{port}";
        await using var engine = EngineUnderTest.Start(settings);
        Assert.That(await engine.EndAsync(), Is.EqualTo(1));
        Assert.That(engine.Errors, Does.Contain($"{port}").And.Contain("CarrierPay:Api:Urls").And.Not.Contain("   at "));
    }

    [Test]
    public async Task Without_a_link_the_engine_lives_and_is_not_ready()
    {
        var settings = _stage.Settings();
        settings["CarrierPay__Smpp__Links__0__Port"] = $"{Stage.FreePort()}";
        await using var engine = EngineUnderTest.Start(settings);
        await Eventually.True(async () => await engine.StatusAsync("/health/live") == HttpStatusCode.OK, "the engine lives");
        Assert.That(await engine.StatusAsync("/health/ready"), Is.EqualTo(HttpStatusCode.ServiceUnavailable));
    }

    [Test]
    public async Task Unknown_command_is_refused_with_the_help()
    {
        await using var engine = EngineUnderTest.Start(_stage.Settings(), "fly");
        Assert.That(await engine.EndAsync(), Is.EqualTo(2));
        Assert.That(engine.Errors, Does.Contain("provision FILE"));
    }
}
