using CarrierPay.TestSupport;
using Dapper;

namespace CarrierPay.Engine.Tests.Storage;

/// <summary>What makes it possible to spread the lanes over several machines, read from the catalogue itself.</summary>
[TestFixture]
public sealed class CatalogueTests
{
    // Not written by a payment: what is fixed, what is looked up, what keeps order.
    private static readonly string[] Cold =
    [
        "numbers", "merchants", "products", "contracts", "installation", "reference_version", "open_period", "periods", "engines", "schemaversions", "schema_checksums",
        "closing_requests", "settlement_batches", "settlement_lines", "settlement_problems", "audit", "operations", "balance_proofs",
        "notices", "open_notices", "notice_attempts", "staff", "banks", "bank_terminals", "rated_files", "rated_answers",
    ];

    private TestDatabase _database = null!;

    [OneTimeSetUp]
    public async Task MakeDatabase() => _database = await TestDatabase.CreateAsync();

    [OneTimeTearDown]
    public async Task DropDatabase() => await _database.DisposeAsync();

    [Test]
    public async Task Every_hot_table_has_the_lane_first_in_its_primary_key()
    {
        var first = (await QueryAsync<(string Table, string? Column)>("""
            select c.relname, a.attname from pg_class c
            left join pg_index i on i.indrelid = c.oid and i.indisprimary
            left join pg_attribute a on a.attrelid = c.oid and a.attnum = i.indkey[0]
            where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relname = any(@Cold)
              and not exists (select from pg_inherits h where h.inhrelid = c.oid and h.inhparent::regclass::text = any(@Cold))
            """)).ToArray();

        Assert.That(first.Select(t => t.Table), Is.SupersetOf(new[] { "subscribers", "open_payments", "payments", "transfers", "messages", "outbox", "lane_batches" }));
        Assert.That(first.Where(t => t.Column != "lane"), Is.Empty);
    }

    [Test]
    public async Task No_hot_table_has_a_foreign_key() =>
        Assert.That(
            await QueryAsync<string>("select conrelid::regclass::text from pg_constraint where contype = 'f' and connamespace = 'public'::regnamespace and not conrelid::regclass::text = any(@Cold)"), Is.Empty);

    [Test]
    public async Task No_unique_index_of_a_hot_table_is_without_the_lane() =>
        Assert.That(
            await QueryAsync<string>("""
                select i.indexrelid::regclass::text from pg_index i join pg_class c on c.oid = i.indrelid
                where c.relnamespace = 'public'::regnamespace and i.indisunique and not c.relname = any(@Cold)
                  and not exists (select from pg_inherits h where h.inhrelid = c.oid and h.inhparent::regclass::text = any(@Cold))
                  and not exists (select 1 from pg_attribute a where a.attrelid = c.oid and a.attname = 'lane' and a.attnum = any(i.indkey))
                """),
            Is.Empty);

    private async Task<IEnumerable<T>> QueryAsync<T>(string sql)
    {
        await using var connection = await _database.Owner.OpenConnectionAsync();
        return await connection.QueryAsync<T>(sql, new { Cold });
    }
}
