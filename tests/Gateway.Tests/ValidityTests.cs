using CarrierPay.SmppAdapter.Pdu;
using CarrierPay.TestSupport;

namespace CarrierPay.SmppAdapter.Gateway.Tests;

[TestFixture]
public sealed class ValidityTests
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

    [TestCase("Relative")]
    [TestCase("Absolute")]
    public async Task A_prompt_is_valid_as_long_as_its_payment_is_open_and_no_longer(string form)
    {
        await using var engine = await StartAsync(("Links:0:Validity", form));
        var before = TimeProvider.System.GetUtcNow();
        await _smsc.TextAsync("PAY NEWS");
        var prompt = await _smsc.SubmittedToAsync(TestSmsc.Ann);
        Assert.That(prompt.ValidityPeriod, Does.EndWith(form == "Relative" ? "R" : "+"));
        Assert.That(SmppTime.TryParse(prompt.ValidityPeriod, before, out var end), Is.True);
        var due = new DateTimeOffset(await ReadAsync<DateTime>("select due_at from open_payments"), TimeSpan.Zero);
        // A relative time counts from when the SMSC gets it, which is later than this test's clock was: at most as much later as the whole test took.
        Assert.That(end, Is.LessThanOrEqualTo(due).And.GreaterThan(before.AddMinutes(4)));
    }

    [Test]
    public async Task A_receipt_has_the_smscs_own_validity()
    {
        await using var engine = await StartAsync();
        await _smsc.TextAsync("BAL");
        Assert.That((await _smsc.SubmittedToAsync(TestSmsc.Ann)).ValidityPeriod, Is.Empty);
    }

    [Test]
    public async Task A_prompt_that_has_no_time_left_is_not_sent_and_noted()
    {
        var submission = new Submission(new(254700000001), "500", "Reply Y 4821", 7, TimeProvider.System.GetTimestamp()) { Until = TimeProvider.System.GetUtcNow().AddSeconds(0.9) };
        await using var engine = await StartAsync();
        var result = await engine.Get<TextSubmitter>().SubmitAsync(submission);
        Assert.That((result.Outcome, result.Reason), Is.EqualTo((SubmitOutcome.Refused, "no time left")));
        Assert.That(_smsc.Submitted, Is.Empty);
    }

    private async Task<EngineStage> StartAsync(params (string, string)[] settings)
    {
        var engine = await EngineStage.StartAsync(_database, [_smsc], settings);
        await _smsc.BoundAsync();
        return engine;
    }

    private async Task<T> ReadAsync<T>(string sql)
    {
        await using var command = _database.Owner.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync())!;
    }
}
