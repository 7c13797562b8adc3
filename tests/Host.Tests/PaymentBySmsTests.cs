using System.Text;
using System.Text.RegularExpressions;
using Dapper;

namespace CarrierPay.Engine.Host.Tests;

[TestFixture, Parallelizable]
public sealed partial class PaymentBySmsTests
{
    [Test]
    public async Task Payments_are_made_once_and_leave_no_code_and_no_number_behind()
    {
        await using var stage = await Stage.SetAsync(phones: 5);
        var engine = await stage.StartEngineAsync();
        await TraceAsync(stage);
        var buyers = stage.Phones.Select(p => new Buyer(stage, p)).ToList();
        await Task.WhenAll(buyers.Select(b => b.BuyAsync()));
        await stage.CheckBooksAsync(paymentsOfEach: 1);

        await using (var connection = await stage.Database.Owner.OpenConnectionAsync())
            await Eventually.True(async () => await connection.ExecuteScalarAsync<long>("select count(*) from outbox") == 0, "all that was accepted has left the outbox");

        var metrics = await engine.ReadAsync("/metrics");
        Assert.That(metrics, Does.Contain("carrierpay_gateway_received"));
        Assert.That(metrics, Does.Match("""carrierpay_smpp_link_state\{[^}]*state="bound"[^}]*\} 1"""));
        Assert.That(metrics, Does.Match("""carrierpay_smpp_sent_total\{[^}]*outcome="accepted"[^}]*\} [1-9]"""));
        Assert.That(metrics, Does.Match("""carrierpay_lanes_payments_total\{[^}]*outcome="succeeded"[^}]*\} 5"""));
        Assert.That(metrics, Does.Match("""carrierpay_lanes_events_total\{[^}]*fate="decided"[^}]*\} 1\d"""));
        foreach (var name in new[] { "batch_size", "commit_duration", "waiting", "parked", "outbox_age" })
            Assert.That(metrics, Does.Contain($"carrierpay_lanes_{name}"));
        await engine.SignalAsync("TERM");
        Assert.That(await engine.EndAsync(), Is.Zero, () => engine.Errors);

        var traces = $"{engine.Output}\n{engine.Errors}\n{metrics}";
        var captured = Encoding.Latin1.GetString(await File.ReadAllBytesAsync(Directory.GetFiles(stage.TraceFolder, "*.pcapng").Single()));
        Assert.That(captured, Does.Contain("carrierpay"), "the link is named");
        var (rows, texts) = await DumpAsync(stage);
        Assert.Multiple(() =>
        {
            foreach (var number in stage.Phones.Select(p => p.Msisdn))
            {
                Assert.That(traces, Does.Not.Contain(number));
                Assert.That(captured, Does.Not.Contain(number));
                Assert.That(rows.Where(r => r.Row.Contains(number, StringComparison.Ordinal)).Select(r => r.Table).Distinct(), Is.SubsetOf(new[] { "numbers", "subscribers" }));
            }
            foreach (var code in buyers.SelectMany(b => b.Codes))
            {
                var alone = new Regex($@"(?<![\d.:-]){code}(?![\d.:-])");
                Assert.That(engine.Output, Does.Not.Match(alone.ToString()));
                Assert.That(captured, Does.Not.Match(alone.ToString()));
                Assert.That(texts.Where(t => alone.IsMatch(Tokens().Replace(t, ""))), Is.Empty);
            }
        });
    }

    /// <summary>As an operator does it, while the engine runs.</summary>
    private static async Task TraceAsync(Stage stage)
    {
        Directory.CreateDirectory(stage.TraceFolder);
        await File.WriteAllTextAsync(Path.Combine(stage.TraceFolder, "switch"), "link *\n");
        await Eventually.True(() => Directory.GetFiles(stage.TraceFolder, "*.pcapng").Length == 1, "the trace is on");
    }

    // Random letters and digits, four digits in a row among them now and then.
    [GeneratedRegex("(sub|pay)_[0-9a-z]+")]
    private static partial Regex Tokens();

    /// <summary>Every row of every table as text, and every text by itself.</summary>
    private static async Task<(List<(string Table, string Row)> Rows, List<string> Texts)> DumpAsync(Stage stage)
    {
        await using var connection = await stage.Database.Owner.OpenConnectionAsync();
        List<(string, string)> rows = [];
        List<string> texts = [];
        var tables = await connection.QueryAsync<string>("select table_name::text from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'");
        foreach (var table in tables.AsList())
            rows.AddRange((await connection.QueryAsync<string>($"select t::text from {table} t")).Select(r => (table, r)));
        var columns = await connection.QueryAsync<(string Table, string Column)>(
            """
            select c.table_name::text, c.column_name::text from information_schema.columns c
            join information_schema.tables t on t.table_schema = c.table_schema and t.table_name = c.table_name and t.table_type = 'BASE TABLE'
            where c.table_schema = 'public' and c.data_type in ('text', 'character varying', 'json', 'jsonb')
            """);
        foreach (var (table, column) in columns.AsList())
            texts.AddRange((await connection.QueryAsync<string?>($"select {column}::text from {table}")).OfType<string>());
        return (rows, texts);
    }
}
