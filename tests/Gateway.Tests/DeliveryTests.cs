using CarrierPay.Engine.Messaging.Deliveries;
using CarrierPay.SmppAdapter.Pdu;
using CarrierPay.TestSupport;

namespace CarrierPay.SmppAdapter.Gateway.Tests;

[TestFixture]
public sealed class DeliveryTests
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
    public async Task A_receipt_reaches_the_log_of_its_message()
    {
        await using var engine = await StartAsync(("Links:0:Receipts", "All"));
        await _smsc.TextAsync("BAL");
        Assert.That((await _smsc.SubmittedToAsync(TestSmsc.Ann)).RegisteredDelivery, Is.EqualTo(1));
        Assert.That(await _smsc.ReceiptAsync("00000001"), Is.EqualTo(CommandStatus.ROK));
        await DeliveredAsync(engine, 1);
        var found = (await engine.DeliveriesAsync()).Single();
        Assert.That((found.Part.Smsc, found.Part.SmscId, found.Part.Part, found.Part.Parts, found.Last!.Error), Is.EqualTo(("a", "00000001", (short)1, (short)1, "000")));
    }

    [Test]
    public async Task A_receipt_that_is_faster_than_the_response_is_found()
    {
        _smsc.BeforeResponse = async (_, id) => Assert.That(await _smsc.ReceiptAsync(id), Is.EqualTo(CommandStatus.ROK));
        await using var engine = await StartAsync(("Links:0:Receipts", "All"));
        await _smsc.TextAsync("BAL");
        await DeliveredAsync(engine, 1);
    }

    [Test]
    public async Task A_receipt_may_come_over_another_engine()
    {
        await using var engine = await StartAsync(("Links:0:Receipts", "All"));
        await _smsc.TextAsync("BAL");
        await _smsc.SubmittedToAsync(TestSmsc.Ann);
        await using var other = await StartAsync(("Links:0:Receipts", "All"));
        await _smsc.BoundAsync(2);
        await engine.StopAsync();
        await Eventually.True(() => _smsc.Binds.Count == 1, "the first engine is gone");
        Assert.That(await _smsc.ReceiptAsync("00000001"), Is.EqualTo(CommandStatus.ROK));
        await DeliveredAsync(other, 1);
    }

    [Test]
    public async Task Doubled_late_and_unheard_of_receipts_do_no_harm()
    {
        await using var engine = await StartAsync(("Links:0:Receipts", "All"));
        await _smsc.TextAsync("BAL");
        await _smsc.SubmittedToAsync(TestSmsc.Ann);
        foreach (var (id, state) in new[] { ("00000001", "ENROUTE"), ("00000001", "DELIVRD"), ("00000001", "DELIVRD"), ("00000001", "EXPIRED"), ("zzz", "DELIVRD") })
            Assert.That(await _smsc.ReceiptAsync(id, state), Is.EqualTo(CommandStatus.ROK));
        await DeliveredAsync(engine, 1);
        Assert.That((await engine.DeliveriesAsync()).Single().Reports.Select(r => r.State), Is.EqualTo(new[] { DeliveryState.Enroute, DeliveryState.Delivered }));
    }

    [Test]
    public async Task A_receipt_that_cannot_be_stored_is_asked_for_again()
    {
        await using var engine = await StartAsync(("Links:0:Receipts", "All"));
        await _smsc.TextAsync("BAL");
        await _smsc.SubmittedToAsync(TestSmsc.Ann);
        await ExecuteAsync("revoke insert on delivery_receipts from carrierpay_engine");
        Assert.That(await _smsc.ReceiptAsync("00000001"), Is.EqualTo(CommandStatus.RX_T_APPN));
        await ExecuteAsync("grant insert on delivery_receipts to carrierpay_engine");
        Assert.That(await _smsc.ReceiptAsync("00000001"), Is.EqualTo(CommandStatus.ROK));
        await DeliveredAsync(engine, 1);
    }

    [Test]
    public async Task A_message_whose_names_cannot_be_stored_is_not_sent_twice()
    {
        await using var engine = await StartAsync(("Links:0:Receipts", "All"));
        await ExecuteAsync("revoke insert on message_parts from carrierpay_engine");
        await _smsc.TextAsync("BAL");
        await Eventually.True(async () => await engine.CountAsync("outbox") == 0, "the message counts as sent");
        Assert.That(_smsc.SubmittedTo(TestSmsc.Ann), Has.Count.EqualTo(1));
        Assert.That(engine.Log, Has.Some.Contains("its receipts will not be found"));
    }

    [Test]
    public async Task Ids_are_compared_as_the_link_says()
    {
        _smsc.NameOf = _ => "38601fa";
        await using var engine = await StartAsync(("Links:0:Receipts", "All"), ("Links:0:ResponseIds", "Hexadecimal"), ("Links:0:ReceiptIds", "Decimal"));
        await _smsc.TextAsync("BAL");
        await _smsc.SubmittedToAsync(TestSmsc.Ann);
        await _smsc.ReceiptAsync("0059113978");
        await DeliveredAsync(engine, 1);
    }

    [Test]
    public async Task With_ids_that_are_all_the_same_each_subscriber_has_his_own_receipt()
    {
        _smsc.NameOf = _ => "0";
        await using var engine = await StartAsync(("Links:0:Receipts", "All"));
        await Task.WhenAll(_smsc.TextAsync("BAL"), _smsc.TextAsync("BAL", TestSmsc.Ben));
        await _smsc.SubmittedToAsync(TestSmsc.Ann);
        await _smsc.SubmittedToAsync(TestSmsc.Ben);
        await _smsc.ReceiptAsync("0", from: TestSmsc.Ben);
        await DeliveredAsync(engine, 2);
        Assert.That((await engine.DeliveriesAsync()).Single().Last, Is.Null);
    }

    [Test]
    public async Task Without_the_wish_for_receipts_nothing_is_asked_for_or_written()
    {
        await using var engine = await StartAsync();
        await _smsc.TextAsync("BAL");
        Assert.That((await _smsc.SubmittedToAsync(TestSmsc.Ann)).RegisteredDelivery, Is.Zero);
        Assert.That(await _smsc.ReceiptAsync("00000001"), Is.EqualTo(CommandStatus.ROK), "unasked, answered and dropped");
        await Eventually.True(async () => await engine.CountAsync("outbox") == 0, "the message is sent");
        Assert.That((await engine.CountAsync("message_parts"), await engine.CountAsync("delivery_receipts")), Is.EqualTo((0L, 0L)));
    }

    [Test]
    public async Task Receipts_of_strangers_and_of_names_are_answered_and_dropped()
    {
        await using var engine = await StartAsync(("Links:0:Receipts", "Failures"));
        Assert.That(await _smsc.ReceiptAsync("1", from: "8613800138000"), Is.EqualTo(CommandStatus.ROK));
        Assert.That(await _smsc.ReceiptAsync("1", from: "500"), Is.EqualTo(CommandStatus.ROK));
        Assert.That(await engine.CountAsync("delivery_receipts"), Is.Zero);
    }

    private async Task<EngineStage> StartAsync(params (string, string)[] settings)
    {
        var engine = await EngineStage.StartAsync(_database, [_smsc], settings);
        await _smsc.BoundAsync();
        return engine;
    }

    private static Task DeliveredAsync(EngineStage engine, short subscriber) => Eventually.True(
        async () => (await engine.DeliveriesAsync(subscriber)) is [{ Last.State: DeliveryState.Delivered }], "the message is known to be delivered");

    private async Task ExecuteAsync(string sql)
    {
        await using var command = _database.Owner.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
