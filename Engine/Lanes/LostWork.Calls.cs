using CarrierPay.Engine.Primitives;
using CarrierPay.Engine.Subscribers;
using Microsoft.Extensions.Logging;
using Npgsql;
using static CarrierPay.Engine.Lanes.LaneSql;

namespace CarrierPay.Engine.Lanes;

/// <content>Calls to merchants' systems, charging systems and banks.</content>
internal sealed partial class LostWork
{
    /// <summary>An older call is not made any more: whoever waited for its answer has decided by then.</summary>
    public static readonly TimeSpan CallLife = TimeSpan.FromMinutes(1);

    /// <summary>A call about money that was not decided by then is taken up again, whoever has it: longer than any connector waits for an answer.</summary>
    public static readonly TimeSpan LookAgainAfter = TimeSpan.FromMinutes(2);

    /// <summary>A call that is overdue by so much has no engine that could make it.</summary>
    public static readonly TimeSpan OverdueAfter = TimeSpan.FromHours(1);

    // The payment says at which merchant the call needs room. One without an open payment is of no use to anybody.
    private const string TakeOverQuotes =
        """
        with free as (
          select c.lane, c.id
          from connector_calls c
          where c.kind = $3 and c.created_at > $2 and not exists (select from engines e where e.id = c.owner)
          order by c.id
          limit 2048
          for update skip locked)
        update connector_calls c
        set owner = $1
        from free f, open_payments o
        where c.lane = f.lane and c.id = f.id and o.lane = c.lane and o.subscriber_id = c.subscriber_id and o.id = c.payment_id
        returning c.lane, c.id, c.subscriber_id, c.payment_id, c.kind, c.request, c.created_at, o.merchant_id
        """;

    // What falls due, and what had an engine that is gone, at a system that this engine has, but for what waits for a person: also for one who looks at an answer that
    // could not be decided. From now on it may have been sent.
    private const string TakeUpMoneyCalls =
        """
        with due as (
          select c.lane, c.id
          from connector_calls c
          where c.kind = any($2) and (c.bank = '' or c.bank = any($5)) and c.next_attempt_at < 'infinity'
            and (c.next_attempt_at <= $3 or (c.owner <> 0 and not exists (select from engines e where e.id = c.owner)))
            and not exists (select from parked_events p where p.lane = c.lane and p.subscriber_id = c.subscriber_id and p.kind = any($6))
          order by c.next_attempt_at
          limit 2048
          for update skip locked)
        update connector_calls c
        set owner = $1, attempts = c.attempts + 1, next_attempt_at = $4
        from due d
        where c.lane = d.lane and c.id = d.id
        returning c.lane, c.id, c.subscriber_id, c.payment_id, c.kind, c.request, c.created_at, c.attempts, c.bank
        """;

    // Its system is in nobody's settings any more: people may put it back and have it asked again, or decide.
    private const string LeaveToPeople =
        """
        update connector_calls
        set owner = 0, next_attempt_at = 'infinity', waits_for = $4, waits_since = $1
        where next_attempt_at < $1 - $2::interval and kind <> all($3) and not (kind = any($5) and (bank = '' or bank = any($6)))
        """;

    private readonly string[] _banks = [.. (rails ?? Rails.None).Banks.Keys];

    /// <summary>Calls about money that no engine can make any more wait for people.</summary>
    public async Task LeaveToPeopleAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = Command(
            connection, LeaveToPeople, Timestamp(time.GetUtcNow().UtcDateTime), Interval(OverdueAfter),
            new NpgsqlParameter<short[]> { TypedValue = [(short)ConnectorKind.Quote, (short)ConnectorKind.BankLinking] }, Small((short)WaitsFor.NoConnector),
            new NpgsqlParameter<short[]> { TypedValue = ServedKinds() }, Texts(_banks));
        if (await command.ExecuteNonQueryAsync(cancellationToken) is > 0 and var count)
            CallsWithoutConnector(count);
    }

    private async Task TakeOverQuotesAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var (taken, owner) = (0, lease.Id);
        await using var command = Command(connection, TakeOverQuotes, Int(owner), Timestamp((time.GetUtcNow() - CallLife).UtcDateTime), Small((short)ConnectorKind.Quote));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            var merchant = new MerchantId(reader.GetInt32(7));
            // Without room at the merchant it is not asked again: the payment's due time resolves it.
            if (!permits.TryTake(merchant))
                continue;
            calls.Add(Read(reader, merchant, owner));
            taken++;
        }
        if (taken > 0)
            CallsTakenUp(taken);
    }

    private async Task TakeUpMoneyCallsAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var kinds = ServedKinds();
        if (kinds.Length == 0)
            return;
        var (now, owner) = (time.GetUtcNow(), lease.Id);
        List<ConnectorCall> taken = [];
        await using (var command = Command(
            connection, TakeUpMoneyCalls, Int(owner), new NpgsqlParameter<short[]> { TypedValue = kinds }, Timestamp(now.UtcDateTime),
            Timestamp((now + LookAgainAfter).UtcDateTime), Texts(_banks), Texts(ParkedEvents.AnswersAboutMoney)))
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
        {
            while (await reader.ReadAsync(cancellationToken))
                taken.Add(Read(reader, default, owner) with { Attempts = reader.GetInt32(7), Bank = reader.GetString(8) });
        }
        foreach (var call in taken)
            calls.Add(call);
    }

    private static ConnectorCall Read(NpgsqlDataReader reader, MerchantId merchant, int owner) => new(
        reader.GetInt64(1), new(reader.GetInt64(2)), reader.GetInt16(0), new(reader.GetInt64(3)), merchant, (ConnectorKind)reader.GetInt16(4), reader.GetString(5),
        new(reader.GetDateTime(6), TimeSpan.Zero))
    {
        Owner = owner,
    };

    private short[] ServedKinds() => [.. calls.Served.Where(kind => kind != ConnectorKind.Quote).Select(kind => (short)kind)];

    private static NpgsqlParameter<string[]> Texts(string[] values) => new() { TypedValue = values };

    [LoggerMessage(EventIds.CallsWithoutConnector, LogLevel.Error, "ALARM: {Count} calls to a charging system or bank that is in no engine's settings wait for people: put it back and have them asked again, or decide")]
    private partial void CallsWithoutConnector(int count);

    [LoggerMessage(EventIds.CallsTakenUp, LogLevel.Information, "{Count} calls without a living owner were taken up")]
    private partial void CallsTakenUp(int count);
}
