using CarrierPay.Engine.Ledger;
using CarrierPay.Engine.Primitives;
using CarrierPay.Engine.Settlement.Periods;
using CarrierPay.Engine.Settlement.Runs;
using CarrierPay.Engine.Storage;
using CarrierPay.TestSupport;
using Dapper;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Npgsql;

namespace CarrierPay.Engine.Tests.Settlement;

/// <summary>A database with merchants, contracts and payments, and the use cases on it as engine and desk run them.</summary>
internal sealed class Books : IAsyncDisposable
{
    public static readonly DateTimeOffset Noon = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    private const string InsertTransfer = """
        insert into transfers (lane, period, id, debit_account, credit_account, kind, currency, debit_owner, credit_owner, amount_minor, reference, created_at)
        values (@lane, (select id from open_period), @id, @debit, @credit, @kind, @currency, @debitOwner, @creditOwner, @amount, @id, @at)
        """;

    private const string InsertPayments = """
        insert into transfers (lane, period, id, debit_account, credit_account, kind, currency, debit_owner, credit_owner, amount_minor, reference, created_at)
        select i % 32, (select id from open_period), @first + i, 2, 3, 2, 978, i % 1000, 1 + i % @merchants, 1 + i * 7919 % 5000, @first + i, @at
        from generate_series(1, @count) i
        """;

    // A database for each test would take most of the tests' time.
    private const string Clear = """
        do $$
        begin
          execute (select 'truncate ' || string_agg(c.relname, ', ') || ' restart identity' from pg_class c
                   where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
                     and c.relname not in ('installation', 'reference_version', 'open_period', 'schemaversions', 'schema_checksums'));
          update open_period set id = 1;
          insert into periods (id, opened_at) values (1, '2026-11-01');
        end $$
        """;

    private readonly bool _ownsDatabase;
    private long _id = 1_000_000;

    private Books(TestDatabase database, bool ownsDatabase)
    {
        Database = database;
        _ownsDatabase = ownsDatabase;
        Admin = Databases.Open(database.OwnerConnectionString, DatabaseRole.Admin);
        Close = new(Engine, Time, NullLogger<ClosePeriod>.Instance);
        Calculate = new(Engine, Time);
        Approve = new(Admin, Time, NullLogger<ApproveSettlement>.Instance);
        Reject = new(Admin, Time);
        Rerun = new(Admin, Time);
        Queries = new(Admin);
    }

    public TestDatabase Database { get; }
    public NpgsqlDataSource Admin { get; }
    public NpgsqlDataSource Engine => Database.Databases.Engine;
    public FakeTimeProvider Time { get; } = new(Noon);
    public ClosePeriod Close { get; }
    public CalculateSettlement Calculate { get; }
    public ApproveSettlement Approve { get; }
    public RejectSettlement Reject { get; }
    public RerunSettlement Rerun { get; }
    public SettlementQueries Queries { get; }

    /// <summary>Books of their own database, dropped with them.</summary>
    public static async Task<Books> OpenAsync(InstallationOptions? installation = null) => new(await TestDatabase.CreateAsync(installation), ownsDatabase: true);

    /// <summary>Empty books in a fixture's database: whatever stood in it is gone.</summary>
    public static async Task<Books> OpenAsync(TestDatabase database)
    {
        var books = new Books(database, ownsDatabase: false);
        await books.ExecuteAsync(Clear);
        return books;
    }

    /// <summary>A merchant with a contract since long ago.</summary>
    public async Task<int> MerchantAsync(string keyword, int shareBasisPoints = 7000)
    {
        var merchant = await MerchantWithoutContractAsync(keyword);
        await ContractAsync(merchant, new(2020, 1, 1), null, shareBasisPoints);
        return merchant;
    }

    public Task<int> MerchantWithoutContractAsync(string keyword) =>
        ScalarAsync<int>("insert into merchants (keyword, name, status) values (@keyword, @keyword || ' Ltd', 1) returning id", new { keyword });

    public Task ContractAsync(int merchant, DateOnly from, DateOnly? until, int shareBasisPoints) =>
        ExecuteAsync("insert into contracts (merchant_id, valid_from, valid_until, share_basis_points) values (@merchant, @from, @until, @shareBasisPoints)", new { merchant, from, until, shareBasisPoints });

    /// <summary>A payment in the open period, now if not told otherwise.</summary>
    public Task PayAsync(int merchant, long minor, DateTimeOffset? at = null, ChartAccount rail = ChartAccount.Prepaid, string currency = "EUR") =>
        TransferAsync(rail, 7, ChartAccount.MerchantPayable, merchant, TransferKind.Payment, minor, at, currency);

    public Task TransferAsync(
        ChartAccount debit, long debitOwner, ChartAccount credit, long creditOwner, TransferKind kind, long minor, DateTimeOffset? at = null, string currency = "EUR") =>
        ExecuteAsync(InsertTransfer, new
        {
            lane = (short)(debitOwner % 32),
            id = ++_id,
            debit = (short)debit,
            credit = (short)credit,
            kind = (short)kind,
            currency = Currency.Of(currency).Numeric,
            debitOwner,
            creditOwner,
            amount = minor,
            at = at ?? Time.GetUtcNow(),
        });

    /// <summary>Many payments in one statement, spread over the first merchants.</summary>
    public async Task PayManyAsync(int count, int merchants)
    {
        await ExecuteAsync(InsertPayments, new { first = _id, count, merchants, at = Time.GetUtcNow() });
        _id += count;
    }

    /// <summary>Closes the open period for a person and calculates it.</summary>
    public async Task<CalculateSettlement.Outcome> CloseAndCalculateAsync(string maker = "mia")
    {
        var period = await CloseAsync(maker);
        return await Calculate.HandleAsync(period);
    }

    public async Task<int> CloseAsync(string maker = "mia")
    {
        var operation = Guid.NewGuid();
        await ExecuteAsync("insert into closing_requests (operation_id, period, requested_by, requested_at) select @operation, id, @maker, now() from open_period", new { operation, maker });
        return (await Close.AsAskedAsync(operation)).Period;
    }

    /// <summary>The one batch that there is.</summary>
    public async Task<SettlementBatch> BatchAsync() => (await Queries.ListAsync(null, 10, withSuperseded: true)).Single();

    public async Task<SettlementBatchDetail> DetailAsync(long batchId) => (await Queries.FindAsync(batchId))!;

    public static ApproveSettlement.Request Approval(SettlementBatch batch, string user, Guid? operation = null) =>
        new(batch.Id, batch.Version, user, batch.PayableMinor, null, operation ?? Guid.NewGuid());

    public static RejectSettlement.Request Rejection(SettlementBatch batch, string user, string reason = "The rate is wrong") =>
        new(batch.Id, batch.Version, user, reason, Guid.NewGuid());

    public static RerunSettlement.Request Again(SettlementBatch batch, string user, Guid? operation = null) =>
        new(batch.Id, batch.Version, user, "The contract was corrected", operation ?? Guid.NewGuid());

    /// <summary>Credits less debits of an account.</summary>
    public Task<long> BalanceAsync(ChartAccount account, long owner) =>
        ScalarAsync<long>("""
            select coalesce(sum(case when credit_account = @account and credit_owner = @owner then amount_minor else 0 end
                              - case when debit_account = @account and debit_owner = @owner then amount_minor else 0 end), 0)::bigint from transfers
            """, new { account = (short)account, owner });

    public async Task ExecuteAsync(string sql, object? parameters = null)
    {
        await using var connection = await Database.Owner.OpenConnectionAsync();
        await connection.ExecuteAsync(sql, parameters);
    }

    public async Task<T> ScalarAsync<T>(string sql, object? parameters = null)
    {
        await using var connection = await Database.Owner.OpenConnectionAsync();
        return (await connection.ExecuteScalarAsync<T>(sql, parameters))!;
    }

    public async Task<IReadOnlyList<T>> QueryAsync<T>(string sql, object? parameters = null)
    {
        await using var connection = await Database.Owner.OpenConnectionAsync();
        return (await connection.QueryAsync<T>(sql, parameters)).AsList();
    }

    public async ValueTask DisposeAsync()
    {
        await Admin.DisposeAsync();
        if (_ownsDatabase)
            await Database.DisposeAsync();
    }
}
