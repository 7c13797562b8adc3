using System.Text;
using CarrierPay.Engine.Accounts;
using CarrierPay.Engine.Merchants;
using CarrierPay.Engine.Storage;
using CarrierPay.Engine.Subscribers;
using CarrierPay.TestSupport;
using Dapper;
using Microsoft.Extensions.Options;
using Npgsql;

namespace CarrierPay.Engine.Tests.Accounts;

[TestFixture]
public sealed class ProvisionTests
{
    private const string Demo = """
        {"subscribers":[
          {"msisdn":"8613800138000","name":"Bo","language":"zh","kyc":"named","sources":[{"kind":"prepaid","balance":100000},{"kind":"phone_bill","limit":30000},{"kind":"airtime"},{"kind":"bank","bank":"DEMO","account":"12345"}]},
          {"msisdn":"447700900123","sources":[{"kind":"airtime"}]}],
         "merchants":[{"keyword":"COFFEE","name":"Coffee Co","products":[{"code":"LATTE","price":1250}],"quote_url":"http://127.0.0.1:5090/quotes","secret":"whsec_Y2FycmllcnBheSBkZW1vLCBub3QgYSByZWFsIHNlY3JldCE=","contract":{"share_percent":"70"}}],
         "admin_users":[{"name":"rita","role":"reviewer"}]}
        """;

    private TestDatabase _database = null!;
    private NpgsqlDataSource _admin = null!;
    private SecretKeys _keys = null!;
    private string _folder = null!;

    [SetUp]
    public async Task MakeDatabase()
    {
        _database = await TestDatabase.CreateAsync();
        _admin = Databases.Open(_database.OwnerConnectionString, DatabaseRole.Admin);
        _folder = Directory.CreateTempSubdirectory("carrierpay-keys").FullName;
        _keys = new(_folder);
    }

    [TearDown]
    public async Task DropDatabase()
    {
        await _admin.DisposeAsync();
        await _database.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Test]
    public async Task A_file_is_loaded()
    {
        var outcome = await LoadAsync(Demo);

        Assert.That((outcome.Added, outcome.Updated, outcome.Unchanged, outcome.Merchants, outcome.OpeningMinor), Is.EqualTo((2, 0, 0, 1, 100_000L)));
        await using var connection = await _database.Owner.OpenConnectionAsync();
        var bo = await connection.QuerySingleAsync<(short Lane, long Id, short Language, short Sources, short Default, long Balance)>(
            "select s.lane, s.id, s.language, s.sources, s.default_source, s.balance_minor from subscribers s join numbers n on n.subscriber_id = s.id where n.msisdn = 8613800138000");
        Assert.That((bo.Language, bo.Sources, bo.Default, bo.Balance), Is.EqualTo(((short)2, (short)0b11110, (short)1, 100_000L)));
        Assert.That(bo.Lane, Is.EqualTo(bo.Id % 32));
    }

    [Test]
    public async Task A_file_that_is_loaded_again_changes_no_balance_and_adds_nobody()
    {
        await LoadAsync(Demo);
        var again = await LoadAsync(Demo.Replace("100000", "70000", StringComparison.Ordinal));

        Assert.That((again.Added, again.Updated, again.Unchanged, again.OpeningMinor), Is.EqualTo((0, 0, 2, 0L)));
        await ExpectBooksAsync(subscribers: 2, total: 100_000);
    }

    [Test]
    public async Task A_known_number_gets_its_new_language_tier_and_sources()
    {
        await LoadAsync(Demo);
        var again = await LoadAsync("""{"subscribers":[{"msisdn":"8613800138000","language":"en","kyc":"verified","status":"blocked","sources":[{"kind":"airtime"}]}]}""");

        Assert.That((again.Added, again.Updated), Is.EqualTo((0, 1)));
        await using var connection = await _database.Owner.OpenConnectionAsync();
        var bo = await connection.QuerySingleAsync<(short Language, short Tier, short Status, short Sources, short Default)>(
            "select language, kyc_tier, status, sources, default_source from subscribers where msisdn = 8613800138000");
        Assert.That(bo, Is.EqualTo(((short)1, (short)3, (short)2, (short)0b1000, (short)3)));
        await ExpectBooksAsync(subscribers: 2, total: 100_000);
    }

    [Test]
    public async Task The_limit_of_a_phone_bill_is_stored_and_changed_and_what_stands_on_the_bill_stays()
    {
        const string json = """{"subscribers":[{"msisdn":"447700900123","sources":[{"kind":"phone_bill","limit":30000}]}]}""";
        await LoadAsync(json);
        await using var connection = await _database.Owner.OpenConnectionAsync();
        await connection.ExecuteAsync("update subscribers set bill_month = 24322, bill_minor = 700");
        var again = await LoadAsync(json.Replace("30000", "20000", StringComparison.Ordinal));

        Assert.That(again.Updated, Is.EqualTo(1));
        Assert.That(
            await connection.QuerySingleAsync<(long?, int?, long?, short)>("select bill_limit_minor, bill_month, bill_minor, default_source from subscribers"),
            Is.EqualTo(((long?)20_000, (int?)24322, (long?)700, (short)2)));
        await LoadAsync("""{"subscribers":[{"msisdn":"447700900123","sources":[{"kind":"airtime"}]}]}""");
        Assert.That(await connection.ExecuteScalarAsync<long?>("select bill_limit_minor from subscribers"), Is.Null);
    }

    [Test]
    public async Task A_SIM_card_is_new_only_if_another_one_was_known()
    {
        const string json = """{"subscribers":[{"msisdn":"447700900123",IMSI"sources":[{"kind":"prepaid","balance":100}]}]}""";
        Assert.That(await LoadedAsync(""), Is.EqualTo((0, false, false)), "none is known");
        Assert.That(await LoadedAsync("234150999999990"), Is.EqualTo((1, true, false)), "the first that is known");
        Assert.That(await LoadedAsync("234150999999990"), Is.EqualTo((0, true, false)), "the same again");
        Assert.That(await LoadedAsync(""), Is.EqualTo((0, true, false)), "left out: as it was");
        Assert.That(await LoadedAsync("234150999999991"), Is.EqualTo((1, true, true)), "another one");
        await using var connection = await _database.Owner.OpenConnectionAsync();
        Assert.That(await connection.QuerySingleAsync<bool>("select sim_changed_at > now() - interval '1 minute' from subscribers"), Is.True);
        var sim = await connection.QuerySingleAsync<byte[]>("select sim from subscribers");
        Assert.That((sim.Length, Encoding.ASCII.GetString(sim)), Is.EqualTo((16, Encoding.ASCII.GetString(new SimCard("234150999999991").Fingerprint(_keys)))), "no IMSI is stored");

        async Task<(int Updated, bool IsKnown, bool IsNew)> LoadedAsync(string imsi)
        {
            var outcome = await LoadAsync(json.Replace("IMSI", imsi.Length == 0 ? "" : $"\"imsi\":\"{imsi}\",", StringComparison.Ordinal));
            await using var look = await _database.Owner.OpenConnectionAsync();
            var (isKnown, isNew) = await look.QuerySingleAsync<(bool, bool)>("select sim is not null, sim_changed_at is not null from subscribers");
            return (outcome.Updated, isKnown, isNew);
        }
    }

    [Test]
    public async Task Twelve_thousand_subscribers_are_loaded_by_two_at_once_and_once_only()
    {
        var many = new StringBuilder("""{"subscribers":[""");
        for (var i = 0; i < 12_000; i++)
            many.Append(i == 0 ? "" : ",").Append(System.Globalization.CultureInfo.InvariantCulture, $$"""{"msisdn":"4477{{i:00000000}}","sources":[{"kind":"prepaid","balance":100}]}""");
        many.Append("]}");

        var outcomes = await Task.WhenAll(LoadAsync(many.ToString()), LoadAsync(many.ToString()));

        Assert.That(outcomes.Sum(o => o.Added), Is.EqualTo(12_000));
        await ExpectBooksAsync(subscribers: 12_000, total: 1_200_000);
    }

    [Test]
    public async Task Loading_raises_the_version_and_the_snapshot_has_the_merchant_with_its_secret_readable()
    {
        var endpoints = new MerchantEndpoints();
        var loader = new ReferenceLoader(Options.Create(new PaymentsOptions()), Options.Create(new AccountsOptions()), _keys, endpoints);
        await using var connection = await _database.Databases.Engine.OpenConnectionAsync();
        var before = await loader.LoadAsync(connection, CancellationToken.None);
        await LoadAsync(Demo);
        var after = await loader.LoadAsync(connection, CancellationToken.None);

        Assert.That(after.Version, Is.GreaterThan(before.Version));
        Assert.That(before.Find("COFFEE"), Is.Null);
        Assert.That(after.Find("coffee"), Is.Not.Null);
        Assert.That(after.Find("COFFEE")!.AsksForQuotes, Is.True);
        Assert.That(after.Find("COFFEE")!.Find("latte")?.PriceMinor, Is.EqualTo(1250));
        Assert.That(endpoints.Find("COFFEE")?.QuoteUrl.AbsoluteUri, Is.EqualTo("http://127.0.0.1:5090/quotes"));
        Assert.That(after.Rules.Tiers[KycTier.Named].BalanceCapMinor, Is.EqualTo(100_000));
        var stored = Encoding.Latin1.GetString((await connection.ExecuteScalarAsync<byte[]>("select secret from merchants"))!);
        Assert.That(stored, Does.Not.Contain("whsec"));
    }

    [Test]
    public async Task A_merchant_that_is_registered_again_keeps_its_id_and_has_one_contract()
    {
        await LoadAsync(Demo);
        await using var connection = await _database.Owner.OpenConnectionAsync();
        var id = await connection.ExecuteScalarAsync<int>("select id from merchants");
        await LoadAsync(Demo.Replace("Coffee Co", "Better Coffee", StringComparison.Ordinal));

        Assert.That(await connection.QuerySingleAsync<(int, string)>("select id, name from merchants"), Is.EqualTo((id, "Better Coffee")));
        Assert.That(await connection.QuerySingleAsync<int>("select share_basis_points from contracts"), Is.EqualTo(7000));
    }

    [Test]
    public async Task A_contract_has_the_days_that_the_file_names_and_a_new_share_without_a_day_begins_today()
    {
        const string Contract = "\"contract\":{\"share_percent\":\"70\"}";
        await LoadAsync(Demo.Replace(Contract, "\"contract\":{\"share_percent\":\"70\",\"valid_from\":\"2020-01-01\"}", StringComparison.Ordinal));
        await LoadAsync(Demo.Replace(Contract, "\"contract\":{\"share_percent\":\"70\",\"valid_from\":\"2020-01-01\",\"valid_until\":\"2020-02-01\"}", StringComparison.Ordinal));
        await LoadAsync(Demo);
        await LoadAsync(Demo);

        await using var connection = await _database.Owner.OpenConnectionAsync();
        var contracts = await connection.QueryAsync<(DateOnly From, DateOnly? Until, int Share)>("select valid_from, valid_until, share_basis_points from contracts order by valid_from");
        var today = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);
        Assert.That(contracts, Is.EqualTo(new (DateOnly, DateOnly?, int)[] { (new(2020, 1, 1), new(2020, 2, 1), 7000), (today, null, 7000) }));
    }

    [Test]
    public async Task The_opening_balances_stand_in_the_period_that_is_open()
    {
        await using var connection = await _database.Owner.OpenConnectionAsync();
        await connection.ExecuteAsync("update open_period set id = 2");
        await LoadAsync(Demo);

        Assert.That(await connection.QuerySingleAsync<int>("select period from transfers"), Is.EqualTo(2));
    }

    private async Task ExpectBooksAsync(int subscribers, long total)
    {
        await using var connection = await _database.Owner.OpenConnectionAsync();
        Assert.That(await connection.QuerySingleAsync<int>("select count(*)::int from subscribers"), Is.EqualTo(subscribers));
        Assert.That(await connection.QuerySingleAsync<int>("select count(*)::int from numbers"), Is.EqualTo(subscribers));
        Assert.That(await connection.QuerySingleAsync<long>("select sum(amount_minor)::bigint from transfers where debit_account = 1 and credit_account = 2 and kind = 1"), Is.EqualTo(total));
        Assert.That(await connection.QuerySingleAsync<int>("""
            select count(*)::int from subscribers s where s.balance_minor <> coalesce(
              (select sum(t.amount_minor) from transfers t where t.lane = s.lane and t.credit_account = 2 and t.credit_owner = s.id), 0)
            """), Is.Zero, "each balance is the sum of its transfers");
    }

    private Task<Provision.Outcome> LoadAsync(string json) =>
        Provision.RunAsync(_admin, ProvisionFile.Read(Encoding.UTF8.GetBytes(json), new AccountsOptions().ToLimits()), _keys, TimeProvider.System);
}
