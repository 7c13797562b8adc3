using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Configuration;

namespace CarrierPay.Simulator.Tests;

[TestFixture]
public sealed class StartTests
{
    [Test]
    public async Task A_taken_SMPP_port_ends_the_start_with_one_line_that_names_port_and_setting()
    {
        using var taken = Take(out var port);

        var (code, line) = await RunAsync(("Smsc:Port", port.ToString()), ("Web:Urls", "http://127.0.0.1:0"));

        Assert.That(code, Is.EqualTo(1));
        Assert.That(line, Is.EqualTo($"Port {port} is in use by another program: set Simulator__Smsc__Port to another one (0 takes any free port)."));
    }

    [Test]
    public async Task A_taken_web_port_ends_the_start_with_one_line_that_names_port_and_setting()
    {
        using var taken = Take(out var port);

        var (code, line) = await RunAsync(("Smsc:Port", "0"), ("Ocs:Port", "0"), ("Bank:Port", "0"), ("Web:Urls", $"http://127.0.0.1:{port}"));

        Assert.That(code, Is.EqualTo(1));
        Assert.That(line, Is.EqualTo($"Port {port} is in use by another program: set Simulator__Web__Urls to another one (0 takes any free port)."));
    }

    [Test]
    public async Task A_taken_Diameter_port_ends_the_start_with_one_line_that_names_port_and_setting()
    {
        using var taken = Take(out var port);

        var (code, line) = await RunAsync(("Smsc:Port", "0"), ("Ocs:Port", port.ToString()), ("Web:Urls", "http://127.0.0.1:0"));

        Assert.That(code, Is.EqualTo(1));
        Assert.That(line, Is.EqualTo($"Port {port} is in use by another program: set Simulator__Ocs__Port to another one (0 takes any free port)."));
    }

    [Test]
    public async Task A_taken_port_of_the_bank_ends_the_start_with_one_line_that_names_port_and_setting()
    {
        using var taken = Take(out var port);

        var (code, line) = await RunAsync(("Smsc:Port", "0"), ("Ocs:Port", "0"), ("Bank:Port", port.ToString()), ("Web:Urls", "http://127.0.0.1:0"));

        Assert.That(code, Is.EqualTo(1));
        Assert.That(line, Is.EqualTo($"Port {port} is in use by another program: set Simulator__Bank__Port to another one (0 takes any free port)."));
    }

    [TestCase("Smsc:Port", "many", "Simulator__Smsc__Port")]
    [TestCase("Smsc:Port", "65536", "Simulator__Smsc__Port")]
    [TestCase("Smsc:Prot", "2775", "Prot")]
    [TestCase("Smsc:Host", "example.org", "Simulator__Smsc__Host")]
    [TestCase("Smsc:Password", "much-too-long", "Simulator__Smsc__Password")]
    [TestCase("Smsc:RetryInterval", "00:00:00", "Simulator__Smsc__RetryInterval")]
    [TestCase("Ocs:Port", "65536", "Simulator__Ocs__Port")]
    [TestCase("Ocs:Currency", "XXX", "Simulator__Ocs__Currency")]
    [TestCase("Ocs:Accounts:0:Msisdn", "bob", "Simulator__Ocs__Accounts__0__Msisdn")]
    [TestCase("Web:Urls", "https://*:5090", "Simulator__Web__Urls")]
    [TestCase("Web:Urls", "http://127.0.0.1:99999", "Simulator__Web__Urls")]
    [TestCase("Ussd:Profile", "huawei", "Simulator__Ussd__Profile")]
    [TestCase("Ussd:EndOp", "17", "Simulator__Ussd__EndOp")]
    [TestCase("Ussd:MaxSeptets", "183", "Simulator__Ussd__MaxSeptets")]
    [TestCase("Ussd:AnswerTimeout", "00:00:00", "Simulator__Ussd__AnswerTimeout")]
    [TestCase("ShortCodes", "five", "ShortCodes")]
    [TestCase("Phones:0:Msisdn", "bob", "Simulator__Phones__0__Msisdn")]
    [TestCase("Masps:0:Keyword", "COFFEE SHOP", "Simulator__Masps__0__Keyword")]
    public async Task A_wrong_setting_ends_the_start_with_one_line_that_names_it(string name, string value, string named)
    {
        var (code, line) = await RunAsync((name, value));

        Assert.That(code, Is.EqualTo(1));
        Assert.That(line, Does.Contain(named).And.Not.Contain("\n"));
    }

    [Test]
    public async Task Settings_give_phones_and_merchants()
    {
        var options = Settings.Read(Configuration(("Phones:0:Msisdn", "447700900001"), ("Phones:0:Name", "Bo"), ("Phones:0:Language", "zh"),
            ("Masps:0:Keyword", "TEA"), ("Masps:0:Price", "300"), ("Masps:0:Secret", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"),
            ("ShortCodes", "500, 501"), ("Smsc:Port", "0"), ("Web:Urls", "http://127.0.0.1:0")));
        await using var simulator = await SimulatorApp.StartAsync(options);

        Assert.That(simulator.Phones.All.Select(phone => (phone.Msisdn, phone.Name)), Is.EqualTo(new[] { ("447700900001", "Bo") }));
        Assert.That(simulator.Merchants.All.Select(merchant => (merchant.Keyword, merchant.View.Price, merchant.View.HasSecret)), Is.EqualTo(new[] { ("TEA", 300L, true) }));
        Assert.That(simulator.Smsc.ShortCodes, Is.EqualTo(new[] { "500", "501" }));
    }

    [Test]
    public async Task Both_servers_listen_on_loopback_only()
    {
        await using var simulator = await SimulatorApp.StartAsync();

        Assert.That(simulator.WebAddress.Host, Is.EqualTo("127.0.0.1"));
        Assert.That(simulator.Smsc.EndPoint.Address, Is.EqualTo(IPAddress.Loopback));
        Assert.That((simulator.WebPort, simulator.SmscPort), Is.Not.EqualTo((0, 0)));
    }

    [Test]
    public async Task Two_simulators_run_side_by_side_and_stop_with_texts_still_waiting()
    {
        var first = await SimulatorApp.StartAsync();
        await using var second = await SimulatorApp.StartAsync();
        first.Smsc.Send(first.Phones.All[0], "500", "PAY COFFEE");

        await first.DisposeAsync();

        using var http = new HttpClient { BaseAddress = second.WebAddress };
        Assert.That(await http.GetStringAsync("/health"), Is.EqualTo("""{"status":"ok"}"""));
    }

    private static Socket Take(out int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        socket.Listen();
        port = ((IPEndPoint)socket.LocalEndPoint!).Port;
        return socket;
    }

    private static async Task<(int Code, string Line)> RunAsync(params (string Name, string Value)[] settings)
    {
        await using var errors = new StringWriter();
        using var deadline = new CancellationTokenSource(Eventually.Deadline);
        var code = await SimulatorApp.RunAsync(Configuration(settings), TextWriter.Null, errors, deadline.Token);
        return (code, errors.ToString().TrimEnd('\n'));
    }

    private static IConfigurationRoot Configuration(params (string Name, string Value)[] settings) =>
        new ConfigurationBuilder().AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create("Simulator:" + setting.Name, (string?)setting.Value))).Build();
}
