using System.Globalization;
using System.Text;
using CarrierPay.Engine.Accounts;
using CarrierPay.Engine.Funding.Airtime;
using CarrierPay.Engine.Ledger;
using CarrierPay.Engine.Messaging;
using CarrierPay.Engine.Messaging.Texts;
using CarrierPay.Engine.Primitives;
using CarrierPay.Engine.Settlement.Periods;
using CarrierPay.Engine.Settlement.Runs;
using CarrierPay.Engine.Staff;
using CarrierPay.Engine.Storage;
using CarrierPay.Engine.Subscribers;
using CarrierPay.TestSupport;
using Dapper;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace CarrierPay.Admin.Tests;

/// <summary>Admin on a port of its own and a database with two merchants, two subscribers, four users, and payments as the lanes would have written them.</summary>
internal sealed class Desk : IAsyncDisposable
{
    public const string Password = "correct horse battery";

    private const string Data = """
        {"subscribers":[
          {"msisdn":"447700900123","language":"en","sources":[{"kind":"prepaid","balance":90000}]},
          {"msisdn":"8613800138000","language":"zh","sources":[{"kind":"prepaid","balance":90000}]}],
         "merchants":[
          {"keyword":"COFFEE","name":"Coffee Co","products":[{"code":"LATTE","price":1250}],"contract":{"share_percent":"70"}},
          {"keyword":"NEWS","name":"Daily News","products":[{"code":"DAILY","price":199}],"contract":{"share_percent":"62.5"}},
          {"keyword":"GAMES","name":"Games without a contract","products":[{"code":"GEM","price":100}]}]}
        """;

    private const string InsertPayment = """
        insert into payments (lane, day, id, subscriber_id, number, merchant_id, source, outcome, amount_minor, currency, requested_at, ended_at, item)
        values (@Lane, @day, @id, @Subscriber, @number, @merchant, 1, 1, @amount, @currency, @asked, @now, @item);
        insert into transfers (lane, period, id, debit_account, credit_account, kind, currency, debit_owner, credit_owner, amount_minor, reference, created_at)
        values (@Lane, (select id from open_period), @id + 1, @debit, @credit, @kind, @currency, @Subscriber, @merchant, @amount, @id, @now);
        insert into messages (lane, day, id, subscriber_id, payment_id, at, template, language, received, parameters, reply_path)
        values (@Lane, @day, @id + 2, @Subscriber, @id, @asked, @prompt, @Language, @request, @promptParameters, '500'),
               (@Lane, @day, @id + 3, @Subscriber, @id, @now, @receipt, @Language, 'Y ****', @receiptParameters, '500');
        insert into calls (lane, day, id, subscriber_id, payment_id, kind, called_at, ended_at, request, answer)
        values (@Lane, @day, @id + 4, @Subscriber, @id, 1, @asked, @answered, '{}', 'price');
        """;

    private const string InsertDoubt = """
        insert into open_payments (lane, subscriber_id, id, state, number, merchant_id, item, source, asked_minor, amount_minor, currency, request_fingerprint, reply_path,
                                   requested_at, due_at, charging_at)
        select @Lane, @Subscriber, @id, 4, @number, id, 'LATTE', @source, 0, @amount, @currency, 1, '500', @asked, 'infinity', @asked from merchants where keyword = 'COFFEE';
        insert into connector_calls (lane, id, subscriber_id, payment_id, kind, owner, request, created_at, next_attempt_at, attempts, bank, last_answer, waits_for, waits_since)
        values (@Lane, @id + 1, @Subscriber, @id, 2, 0, @request, @asked, 'infinity', 146, '', 'Unknown: no answer within 10 s', 1, @now);
        insert into messages (lane, day, id, subscriber_id, payment_id, at, template, language, received, parameters, reply_path)
        values (@Lane, @day, @id + 2, @Subscriber, @id, @asked, 0, @Language, 'PAY COFFEE LATTE AIRTIME', null, '500');
        """;

    private const string InsertDeadNotice = """
        insert into notices (day, id, merchant_id, created_at, payments, body)
        select current_date, 7, id, now(), 2, '{"type":"payment.charged"}' from merchants where keyword = 'COFFEE';
        insert into open_notices (id, day, merchant_id, state, owner, attempts, next_attempt_at, give_up_at)
        select 7, current_date, id, 3, 0, 12, now(), now() from merchants where keyword = 'COFFEE';
        insert into notice_attempts (day, notice_id, merchant_id, at, took_ms, status, delivered, problem)
        select current_date, 7, id, now(), 41, 500, false, 'answered 500' from merchants where keyword = 'COFFEE';
        """;

    // As scripts/provision writes them; hashing the password once instead of four times a test.
    private const string InsertStaff = """
        insert into staff (name, role, password_hash, must_change_password, created_at)
        values ('rita', 1, @hash, false, @now), ('arno', 2, @hash, false, @now), ('anna', 2, @hash, false, @now), ('olga', 3, @hash, false, @now)
        """;

    private static readonly string HashOfPassword = Passwords.Hash(Password);

    private readonly string _keys;
    private readonly TimeProvider _time;
    private readonly WebApplication _app;
    private readonly NpgsqlDataSource _admin;
    private int _number;

    private Desk(TestDatabase database, string keys, TimeProvider time, WebApplication app, NpgsqlDataSource admin)
    {
        (Database, _keys, _time, _app, _admin) = (database, keys, time, app, admin);
        Address = new(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
    }

    public TestDatabase Database { get; }

    public Uri Address { get; }

    public IServiceProvider Services => _app.Services;

    /// <summary>Rita reviews, Arno and Anna approve, Olga operates; each with <see cref="Password"/>.</summary>
    public static async Task<Desk> OpenAsync(TimeProvider? time = null, params (string Key, string Value)[] settings)
    {
        time ??= TimeProvider.System;
        var database = await TestDatabase.CreateAsync();
        var keys = Directory.CreateTempSubdirectory("carrierpay-admin").FullName;
        var admin = Databases.Open(database.OwnerConnectionString, DatabaseRole.Admin);
        await Provision.RunAsync(admin, ProvisionFile.Read(Encoding.UTF8.GetBytes(Data), new AccountsOptions().ToLimits()), new SecretKeys(keys), time);
        await using (var connection = await database.Owner.OpenConnectionAsync())
            await connection.ExecuteAsync(InsertStaff, new { hash = HashOfPassword, now = time.GetUtcNow() });
        var configuration = Settings(database, keys);
        foreach (var (key, value) in settings)
            configuration[key] = value;
        var app = await AdminHost.StartAsync(new ConfigurationBuilder().AddInMemoryCollection(configuration).Build(), time, quiet: true);
        return new(database, keys, time, app, admin);
    }

    public static Dictionary<string, string?> Settings(TestDatabase database, string keys) => new()
    {
        ["CarrierPay:Database:ConnectionString"] = database.OwnerConnectionString,
        ["CarrierPay:Secrets:KeyFolder"] = keys,
        ["CarrierPay:Admin:Urls"] = "http://127.0.0.1:0",
    };

    /// <summary>A payment that succeeded, in the period that is open.</summary>
    public async Task PayAsync(string keyword, long amountMinor, string msisdn = "447700900123")
    {
        await using var connection = await Database.Owner.OpenConnectionAsync();
        var subscriber = await connection.QuerySingleAsync<(short Lane, long Id, short Language)>(
            "select lane, id, language from subscribers where msisdn = @number", new { number = long.Parse(msisdn, CultureInfo.InvariantCulture) });
        var (merchant, name) = await connection.QuerySingleAsync<(int Id, string Name)>("select id, name from merchants where keyword = @keyword", new { keyword });
        var now = _time.GetUtcNow();
        var euro = Currency.Of("EUR");
        var amount = TextFormat.Amount(amountMinor, euro.Exponent, euro.Code, (Language)subscriber.Language);
        var number = ++_number;
        var reference = PaymentReference.Of(new(subscriber.Id), number);
        await connection.ExecuteAsync(InsertPayment, new
        {
            subscriber.Lane,
            Subscriber = subscriber.Id,
            subscriber.Language,
            day = now.UtcDateTime.Date,
            id = await connection.ExecuteScalarAsync<long>("select nextval('id_blocks')"),
            number,
            merchant,
            amount = amountMinor,
            currency = euro.Numeric,
            now,
            asked = now.AddSeconds(-21),
            answered = now.AddSeconds(-20.6),
            item = keyword == "COFFEE" ? "LATTE" : null,
            debit = (short)ChartAccount.Prepaid,
            credit = (short)ChartAccount.MerchantPayable,
            kind = (short)TransferKind.Payment,
            prompt = (short)TextTemplate.Prompt,
            receipt = (short)TextTemplate.Receipt,
            request = subscriber.Language == 2 ? $"支付 {keyword}" : $"PAY {keyword}",
            promptParameters = ParameterList.Join(amount, name, keyword == "COFFEE" ? "Caffe Latte" : "", "wallet", "****", "14:35", reference),
            receiptParameters = ParameterList.Join(reference, amount, name, "wallet", "23/11 14:31", "", ""),
        });
    }

    /// <summary>Closes the open period for somebody and calculates its settlement, as the engine's job does.</summary>
    /// <returns>The batch; 0 if there was nothing to settle.</returns>
    public async Task<long> SettleAsync(string maker)
    {
        await using var connection = await Database.Owner.OpenConnectionAsync();
        var asked = Guid.CreateVersion7();
        await connection.ExecuteAsync(
            "insert into closing_requests (operation_id, period, requested_by, requested_at) select @asked, id, @maker, @now from open_period",
            new { asked, maker, now = _time.GetUtcNow() });
        await ServeClosingsAsync();
        return await connection.ExecuteScalarAsync<long>("select coalesce(max(id), 0) from settlement_batches");
    }

    /// <summary>Does what an engine's job does with what was asked for.</summary>
    public async Task ServeClosingsAsync()
    {
        var engine = Database.Databases.Engine;
        await using var connection = await engine.OpenConnectionAsync();
        foreach (var asked in await connection.QueryAsync<Guid>("select r.operation_id from closing_requests r join periods p on p.id = r.period where p.closed_at is null"))
        {
            var closed = await new ClosePeriod(engine, _time, NullLogger<ClosePeriod>.Instance).AsAskedAsync(asked);
            await new CalculateSettlement(engine, _time).HandleAsync(closed.Period);
        }
    }

    /// <summary>The usual settlement: three payments to two merchants; payable 19.24 of 28.99.</summary>
    public async Task<long> SettleThreePaymentsAsync(string maker)
    {
        await PayAsync("COFFEE", 1250);
        await PayAsync("COFFEE", 1250, "8613800138000");
        await PayAsync("NEWS", 399);
        return await SettleAsync(maker);
    }

    /// <summary>A debit that the charging system never answered, with its open payment, as the lanes would have written it; waits for people.</summary>
    /// <returns>The path of its page.</returns>
    public async Task<string> LeaveDoubtAsync(long amountMinor = 1250, string msisdn = "447700900123")
    {
        await using var connection = await Database.Owner.OpenConnectionAsync();
        var subscriber = await connection.QuerySingleAsync<(short Lane, long Id, short Language)>(
            "select lane, id, language from subscribers where msisdn = @number", new { number = long.Parse(msisdn, CultureInfo.InvariantCulture) });
        var id = await connection.ExecuteScalarAsync<long>("select nextval('id_blocks')");
        var asked = _time.GetUtcNow().AddHours(-12);
        await connection.ExecuteAsync(InsertDoubt, new
        {
            subscriber.Lane,
            Subscriber = subscriber.Id,
            subscriber.Language,
            id,
            number = ++_number,
            amount = amountMinor,
            currency = Currency.Of("EUR").Numeric,
            asked,
            now = _time.GetUtcNow(),
            day = asked.UtcDateTime.Date,
            source = (short)FundingKind.Airtime,
            request = new OcsRequest("carrierpay.operator.example;3970;17;501", _number, amountMinor, []).ToJson(),
        });
        return $"/payments/doubts/{subscriber.Lane}/{id + 1}";
    }

    /// <summary>Notice 7, of two payments to COFFEE, that nobody took.</summary>
    public async Task GiveUpNoticeAsync()
    {
        await using var connection = await Database.Owner.OpenConnectionAsync();
        await connection.ExecuteAsync(InsertDeadNotice);
    }

    public async Task<AdminClient> SignInAsync(string name)
    {
        var client = new AdminClient(Address);
        await client.SignInAsync(name, Password);
        return client;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        await _admin.DisposeAsync();
        await Database.DisposeAsync();
        Directory.Delete(_keys, recursive: true);
    }
}
