using Dapper;

namespace CarrierPay.Engine.Host.Tests;

[TestFixture, Parallelizable]
public sealed class RatedCommandTests
{
    private Stage _stage = null!;

    [OneTimeSetUp]
    public async Task SetUp()
    {
        _stage = await Stage.SetAsync(phones: 1);
        await using var connection = await _stage.Database.Owner.OpenConnectionAsync();
        await connection.ExecuteAsync("""
            insert into rated_events (lane, period, id, kind, subscriber_id, msisdn, at, service, merchant_id, merchant_name, net_minor, tax_minor, currency, reference)
            values (1, 1, 4711, 1, 1, 447700900000, now(), 'DAILY', 1, 'Daily News', 199, 0, 978, 'K7Q2M9');
            insert into closing_requests (operation_id, period, requested_by, requested_at) values (gen_random_uuid(), 1, 'mia', now())
            """);
    }

    [OneTimeTearDown]
    public ValueTask TearDown() => _stage.DisposeAsync();

    [Test]
    public async Task A_file_is_listed_and_sent_again_when_a_person_asks()
    {
        await _stage.StartEngineAsync();
        await Eventually.True(() => Directory.Exists(_stage.BillingFolder) && Directory.EnumerateFiles(_stage.BillingFolder, "*.csv").Any(), "the file is there");
        var file = Directory.EnumerateFiles(_stage.BillingFolder).Single();
        var first = await File.ReadAllBytesAsync(file);
        await Eventually.True(async () => (await _stage.RunAsync("rated")).Output.Contains("1 events of period 1: delivered", StringComparison.Ordinal), "it is listed as delivered");

        File.Delete(file);
        var (code, output, _) = await _stage.RunAsync("rated", "resend", "1");
        Assert.That((code, output), Is.EqualTo((0, "A running engine sends file 1 again, the same octets under the same name.")));
        await Eventually.True(() => File.Exists(file), "it is there again");
        Assert.That(await File.ReadAllBytesAsync(file), Is.EqualTo(first));

        Directory.CreateDirectory(_stage.AnswersFolder);
        await File.WriteAllTextAsync(Path.Combine(_stage.AnswersFolder, Path.ChangeExtension(Path.GetFileName(file), "ack")), "OK\n");
        await Eventually.True(async () => (await _stage.RunAsync("rated")).Output.Contains("line 1 is not A,sequence,accepted events", StringComparison.Ordinal), "what was set aside is listed with its reason");
    }

    [TestCase("77", "There is no file 77")]
    [TestCase("many", "'many' is no sequence")]
    public async Task A_file_that_is_not_there_is_refused(string sequence, string said)
    {
        var (code, _, errors) = await _stage.RunAsync("rated", "resend", sequence);
        Assert.That(code, Is.EqualTo(1));
        Assert.That(errors, Does.Contain(said).And.Not.Contain("   at "));
    }
}
