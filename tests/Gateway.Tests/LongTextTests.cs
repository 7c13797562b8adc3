using CarrierPay.SmppAdapter.Pdu;
using CarrierPay.TestSupport;

namespace CarrierPay.SmppAdapter.Gateway.Tests;

[TestFixture]
public sealed class LongTextTests
{
    private TestDatabase _database = null!;
    private TestSmsc _smsc = null!;

    [SetUp]
    public async Task SetUp() => (_database, _smsc) = (await EngineStage.MakeDatabaseAsync(), new());

    [TearDown]
    public async Task TearDown()
    {
        await _smsc.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Test]
    public async Task Parts_over_two_links_in_any_order_are_decided_once_as_one_text()
    {
        await using var engine = await EngineStage.StartAsync(_database, [_smsc, _smsc], ("Links:1:Smsc", "a"));
        await _smsc.BoundAsync(2);
        Assert.That(await _smsc.PartAsync("WS", 2, 2, bind: 1), Is.EqualTo(CommandStatus.ROK));
        Assert.That(await engine.CountAsync("messages"), Is.Zero);
        Assert.That(await _smsc.PartAsync("PAY NE", 1, 2), Is.EqualTo(CommandStatus.ROK));
        Assert.That(TestSmsc.TextOf(await _smsc.SubmittedToAsync(TestSmsc.Ann)), Does.Contain("Daily News"));
        Assert.That((await ReadAsync("select received from messages"), await engine.CountAsync("open_payments")), Is.EqualTo(("PAY NEWS", 1L)));
    }

    [Test]
    public async Task Parts_over_two_engines_are_decided_once_as_one_text()
    {
        await using var first = await StartAsync();
        await using var second = await EngineStage.StartAsync(_database, [_smsc]);
        await _smsc.BoundAsync(2);
        var answers = await Task.WhenAll(_smsc.PartAsync("PA", 1, 3), _smsc.PartAsync("Y NE", 2, 3, bind: 1), _smsc.PartAsync("WS", 3, 3));
        Assert.That(answers, Is.All.EqualTo(CommandStatus.ROK));
        Assert.That(TestSmsc.TextOf(await _smsc.SubmittedToAsync(TestSmsc.Ann)), Does.Contain("Daily News"));
        Assert.That(await first.CountAsync("open_payments"), Is.EqualTo(1));
        Assert.That(await first.CountAsync("messages"), Is.EqualTo(1));
    }

    [Test]
    public async Task A_part_from_before_a_restart_counts()
    {
        await using (await StartAsync())
            Assert.That(await _smsc.PartAsync("PAY NE", 1, 2), Is.EqualTo(CommandStatus.ROK));
        await using var engine = await StartAsync();
        Assert.That(await _smsc.PartAsync("WS", 2, 2), Is.EqualTo(CommandStatus.ROK));
        Assert.That(TestSmsc.TextOf(await _smsc.SubmittedToAsync(TestSmsc.Ann)), Does.Contain("Daily News"));
    }

    [Test]
    public async Task Repeated_parts_change_nothing()
    {
        await using var engine = await StartAsync();
        foreach (var sequence in new[] { 1, 1, 2, 1, 2 })
            Assert.That(await _smsc.PartAsync(sequence == 1 ? "PAY NE" : "WS", sequence, 2), Is.EqualTo(CommandStatus.ROK));
        await _smsc.SubmittedToAsync(TestSmsc.Ann);
        Assert.That((await engine.CountAsync("messages"), await engine.CountAsync("open_payments")), Is.EqualTo((1L, 1L)));
    }

    [Test]
    public async Task The_last_part_of_a_text_that_could_not_be_decided_brings_it_again()
    {
        await using var engine = await StartAsync(("Links:0:AnswerWithin", "00:00:00.5"));
        Assert.That(await _smsc.PartAsync("PAY NE", 1, 2), Is.EqualTo(CommandStatus.ROK));
        await ExecuteAsync("revoke insert on lane_batches from carrierpay_engine; revoke insert on parked_events from carrierpay_engine");
        Assert.That(await _smsc.PartAsync("WS", 2, 2), Is.EqualTo(CommandStatus.RX_T_APPN));
        await ExecuteAsync("grant insert on lane_batches to carrierpay_engine; grant insert on parked_events to carrierpay_engine");
        Assert.That(await _smsc.PartAsync("WS", 2, 2), Is.EqualTo(CommandStatus.ROK));
        Assert.That(TestSmsc.TextOf(await _smsc.SubmittedToAsync(TestSmsc.Ann)), Does.Contain("Daily News"));
    }

    [Test]
    public async Task A_part_that_cannot_be_stored_is_asked_for_again()
    {
        await using var engine = await StartAsync();
        await ExecuteAsync("revoke insert on long_text_parts from carrierpay_engine");
        Assert.That(await _smsc.PartAsync("PAY NE", 1, 2), Is.EqualTo(CommandStatus.RX_T_APPN));
        await ExecuteAsync("grant insert on long_text_parts to carrierpay_engine");
        Assert.That(await _smsc.PartAsync("PAY NE", 1, 2), Is.EqualTo(CommandStatus.ROK));
        Assert.That(await _smsc.PartAsync("WS", 2, 2), Is.EqualTo(CommandStatus.ROK));
        await _smsc.SubmittedToAsync(TestSmsc.Ann);
    }

    [Test]
    public async Task Parts_of_two_senders_are_never_joined()
    {
        await using var engine = await StartAsync();
        await _smsc.PartAsync("PAY NE", 1, 2);
        await _smsc.PartAsync("WS", 2, 2, from: TestSmsc.Ben);
        Assert.That(await engine.CountAsync("messages"), Is.Zero);
    }

    [Test]
    public async Task When_a_phones_numbers_come_round_the_new_text_takes_the_place_of_the_old()
    {
        await using var engine = await StartAsync();
        await _smsc.PartAsync("PAY NE", 1, 2);
        await _smsc.PartAsync("WS", 2, 2);
        await _smsc.SubmittedToAsync(TestSmsc.Ann);
        await _smsc.PartAsync("B", 1, 2);
        await _smsc.PartAsync("AL", 2, 2);
        await _smsc.SubmittedToAsync(TestSmsc.Ann, 2);
        Assert.That(await ReadAsync("select received from messages order by id desc limit 1"), Is.EqualTo("BAL"));
    }

    [Test]
    public async Task A_text_that_never_becomes_whole_expires_and_is_logged()
    {
        await using var engine = await StartAsync(("LongTextWithin", "00:00:00.2"));
        await _smsc.PartAsync("PAY NE", 1, 3);
        await _smsc.PartAsync("WS", 2, 3);
        await Eventually.True(
            async () =>
            {
                await engine.Get<LongTexts>().SweepAsync(CancellationToken.None);
                return await engine.CountAsync("long_text_parts") == 0;
            },
            "the parts are gone");
        Assert.That(engine.Log, Has.One.Contains("2 of 3 parts came"));
        Assert.That(string.Join('\n', engine.Log), Does.Not.Contain("PAY NE").And.Not.Contain(TestSmsc.Ann));
    }

    [Test]
    public async Task A_text_that_was_decided_expires_without_a_word()
    {
        await using var engine = await StartAsync(("LongTextWithin", "00:00:00.2"));
        await _smsc.PartAsync("B", 1, 2);
        await _smsc.PartAsync("AL", 2, 2);
        await Eventually.True(
            async () =>
            {
                await engine.Get<LongTexts>().SweepAsync(CancellationToken.None);
                return await engine.CountAsync("long_text_parts") == 0;
            },
            "the parts are gone");
        Assert.That(engine.Log, Has.None.Contains("never became whole"));
    }

    [Test]
    public async Task Of_a_text_that_is_too_long_the_beginning_is_read()
    {
        await using var engine = await StartAsync(("MaxReceivedParts", "3"));
        for (var sequence = 4; sequence >= 1; sequence--)
            Assert.That(await _smsc.PartAsync(sequence == 1 ? "BAL" : "and so on", sequence, 4), Is.EqualTo(CommandStatus.ROK));
        await _smsc.SubmittedToAsync(TestSmsc.Ann);
        Assert.That((await ReadAsync("select received from messages"), await engine.CountAsync("long_text_parts")), Is.EqualTo(("BAL", 0L)));
    }

    [Test]
    public async Task A_sender_of_many_beginnings_has_bounded_room()
    {
        await using var engine = await StartAsync(("FloodLimit", "1000"));
        List<CommandStatus> answers = [];
        for (var reference = 0; reference < 20; reference++)
            answers.Add(await _smsc.PartAsync("x", 1, 2, reference));
        Assert.That(answers.Count(a => a == CommandStatus.ROK), Is.EqualTo(16));
        Assert.That(answers, Has.Some.EqualTo(CommandStatus.RX_T_APPN));
    }

    [Test]
    public async Task Strangers_are_told_how_to_register_and_nothing_is_kept()
    {
        await using var engine = await StartAsync();
        Assert.That(await _smsc.PartAsync("PAY NE", 1, 2, from: "8613800138000"), Is.EqualTo(CommandStatus.ROK));
        await _smsc.SubmittedToAsync("8613800138000");
        Assert.That(await engine.CountAsync("long_text_parts"), Is.Zero);
    }

    [Test]
    public async Task What_is_stored_shows_no_text()
    {
        await using var engine = await StartAsync();
        await _smsc.PartAsync("Y 4821", 1, 2);
        Assert.That(await ReadAsync("select encode(part, 'escape') from long_text_parts"), Does.Not.Contain("4821"));
    }

    private async Task<EngineStage> StartAsync(params (string, string)[] settings)
    {
        var engine = await EngineStage.StartAsync(_database, [_smsc], settings);
        await _smsc.BoundAsync();
        return engine;
    }

    private async Task<string> ReadAsync(string sql)
    {
        await using var command = _database.Owner.CreateCommand(sql);
        return (string)(await command.ExecuteScalarAsync())!;
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var command = _database.Owner.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
