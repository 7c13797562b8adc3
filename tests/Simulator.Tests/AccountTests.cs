using CarrierPay.SmppAdapter.Pdu;
using CarrierPay.SmppAdapter.Session;
using static CarrierPay.Simulator.Tests.ScriptedEsme;

namespace CarrierPay.Simulator.Tests;

/// <summary>Several systems on one centre: who may bind, which messages go to whom, and what each may do.</summary>
[TestFixture]
public sealed class AccountTests
{
    private const string Ann = "447700900123";

    private RunningSimulator _simulator = null!;

    [SetUp]
    public async Task StartAsync() => _simulator = await SimulatorApp.StartAsync(new SimulatorOptions
    {
        ShortCodes = "500,600",
        Smsc =
        {
            Port = 0,
            Accounts =
            [
                new() { SystemId = "news", Password = "paper", ShortCodes = "600" },
                new() { SystemId = "small", Password = "small", Limits = new EsmeLimits { MaxBinds = 1, MaxRate = 5 } },
            ],
        },
        Web = { Urls = "http://127.0.0.1:0" },
    });

    [TearDown]
    public async Task StopAsync() => await _simulator.DisposeAsync();

    [Test]
    public async Task A_text_goes_to_a_system_that_has_its_short_code()
    {
        await using var news = await BindAsync(_simulator, configure: As("news", "paper"));
        _simulator.Smsc.Send(_simulator.Phones[Ann], "500", "for the other");
        _simulator.Smsc.Send(_simulator.Phones.All[1], "600", "for the news");

        await Eventually.True(() => news.Received.Count == 1, "the text to 600");
        await using var other = await BindAsync(_simulator);
        await Eventually.True(() => other.Received.Count == 1, "the text to 500");

        Assert.That(news.Texts.Concat(other.Texts), Is.EqualTo(new[] { "for the news", "for the other" }));
    }

    [Test]
    public async Task A_receipt_goes_to_the_system_whose_message_it_is_about()
    {
        await using var other = await BindAsync(_simulator);
        await using var news = await BindAsync(_simulator, configure: As("news", "paper"));

        for (var number = 0; number < 4; number++) await news.SubmitAsync(Ann, "Paid", registeredDelivery: 1);

        await Eventually.True(() => news.Received.Count == 4, "four receipts");
        Assert.That(other.Received, Is.Empty);
    }

    [Test]
    public async Task A_message_of_another_system_cannot_be_asked_for()
    {
        await using var other = await BindAsync(_simulator);
        await using var news = await BindAsync(_simulator, configure: As("news", "paper"));
        var id = (await other.SubmitAsync(Ann, "Paid")).Single().MessageId;

        var query = new QuerySm { MessageId = id, SourceAddr = Address.ShortCode("500") };

        Assert.That((await other.Link.RequestAsync(query)).Status, Is.EqualTo(CommandStatus.ROK));
        Assert.That((await news.Link.RequestAsync(query)).Status, Is.EqualTo(CommandStatus.RINVMSGID));
    }

    [Test]
    public async Task A_wrong_password_is_refused_for_each()
    {
        foreach (var (systemId, password) in new[] { ("carrierpay", "paper"), ("news", "secret"), ("nobody", "secret") })
        {
            await using var raw = await RawEsme.ConnectAsync(_simulator.SmscPort);
            var response = await raw.BindAsync(systemId, password);
            Assert.That(response.CommandStatus, Is.EqualTo(systemId == "nobody" ? CommandStatus.RINVSYSID : CommandStatus.RINVPASWD));
        }
    }

    [Test]
    public async Task More_binds_than_allowed_are_already_bound()
    {
        await using var small = await BindAsync(_simulator, configure: As("small", "small"));
        await using var raw = await RawEsme.ConnectAsync(_simulator.SmscPort);

        Assert.That((await raw.BindAsync("small", "small")).CommandStatus, Is.EqualTo(CommandStatus.RALYBND));
    }

    [Test]
    public async Task More_messages_than_the_rate_allows_are_throttled()
    {
        await using var small = await BindAsync(_simulator, configure: As("small", "small"));

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 30).Select(number => small.SubmitAsync(Ann, $"text {number}")));

        var statuses = outcomes.Select(parts => parts.Single().Status).ToArray();
        Assert.That(statuses, Has.Some.EqualTo(CommandStatus.ROK).And.Some.EqualTo(CommandStatus.RTHROTTLED));
        Assert.That(_simulator.Phones[Ann].MessagesAfter(0), Has.Count.EqualTo(statuses.Count(status => status == CommandStatus.ROK)));
    }

    [Test]
    public void The_same_system_id_twice_stops_the_start() =>
        Assert.That(async () => await SimulatorApp.StartAsync(new SimulatorOptions
        {
            Smsc = { Port = 0, Accounts = [new() { SystemId = "carrierpay", Password = "secret" }] },
            Web = { Urls = "http://127.0.0.1:0" },
        }), Throws.TypeOf<SettingException>().With.Message.Contains("Simulator__Smsc__Accounts").And.Message.Contains("twice"));

    private static Action<SmppLinkOptions> As(string systemId, string password) => link => (link.SystemId, link.Password) = (systemId, password);
}
