using CarrierPay.Engine.Messaging;
using CarrierPay.Engine.Primitives;
using CarrierPay.Engine.Storage;
using CarrierPay.Engine.Subscribers;
using Npgsql;

namespace CarrierPay.Engine.Lanes;

/// <summary>What every batch of this process needs, made once.</summary>
internal sealed record LaneTools(
    IdAllocator Ids, EngineLease Lease, ReferenceCache Reference, ConfirmationCodes Codes, Permits Permits, Decide Decide, TimeProvider Time, LanesOptions Options,
    OutgoingMessages Outgoing, OutgoingCalls Calls, Rails Rails, LanesHealth Health, LanesMetrics Metrics);

/// <summary>One batch: load (lock), decide, write, each a round trip; the commit is its own. Reading top-down gives the protocol.</summary>
internal sealed class LaneBatch(LaneTools tools, short lane, long batchId, List<PostedEvent> events, List<long> sent)
{
    private const int IdsPerEvent = 24;

    private const string LockPeriod = "select id, pg_advisory_xact_lock_shared($1, id) from open_period";
    private const string ReadPeriod = "select p.id, clock_timestamp(), r.version from open_period p, reference_version r";

    private readonly List<(PostedEvent Posted, EventFate Fate)> _fates = [];
    private readonly List<PostedEvent> _skipped = [];
    private readonly List<long> _unparked = [];
    private readonly Dictionary<long, SubscriberState> _subscribers = [];
    private readonly Changes _changes = new(new Parcel(lane, batchId));
    private int _owner;
    private int _engine;

    public short Lane => lane;
    public long Id => batchId;

    public IReadOnlyList<EndedPayment> Ended => _changes.Ended;

    public List<CallPutOff> CallsPutOff => _changes.CallsPutOff;

    /// <summary>Whose subscribers were locked by somebody else: they come again.</summary>
    public List<PostedEvent> Skipped => _skipped;

    /// <summary>Loads, decides and writes in the transaction; nothing is committed.</summary>
    /// <param name="waits">Wait for a locked row (a batch of one) instead of passing it over.</param>
    public async Task PrepareAsync(NpgsqlConnection connection, bool waits, CancellationToken cancellationToken)
    {
        var (period, version) = await LoadAsync(connection, waits, cancellationToken);
        var reference = await tools.Reference.GetAsync(version, cancellationToken);
        var now = tools.Time.GetUtcNow();
        await DecideAsync(now, period, reference, waits, cancellationToken);
        await WriteAsync(connection, now, period, cancellationToken);
    }

    /// <summary>After the commit: answers those who brought the events, hands over messages and calls.</summary>
    public void Release()
    {
        foreach (var message in _changes.Outbound)
        {
            if (_owner != 0)
                tools.Outgoing.Add(message);
        }
        foreach (var call in _changes.Calls)
            tools.Calls.Add(call with { Owner = _engine });
        foreach (var (posted, fate) in _fates)
        {
            tools.Metrics.Event(fate);
            posted.Complete(fate);
        }
    }

    /// <summary>After a failure: gives back the room that its decisions took at merchants and rails.</summary>
    public void ReturnPermits()
    {
        foreach (var call in _changes.Calls)
        {
            if (call.Kind == ConnectorKind.Quote)
                tools.Permits.Return(call.Merchant);
            else
                call.Room?.Return();
        }
    }

    private async Task<(int Period, long Version)> LoadAsync(NpgsqlConnection connection, bool waits, CancellationToken cancellationToken)
    {
        long[] ids = [.. events.Select(e => e.Route.Subscriber.Value).Distinct()];
        var rejected = Brought<ChargeRejected>(static charge => charge.Payment.Value);
        var doubts = Brought<DoubtDecided>(static doubt => doubt.Proposal);
        var denied = events.Select(e => e.Event.Denies).OfType<ConnectorCall>().ToArray();
        await using var load = new NpgsqlBatch(connection);
        Add(load, "begin");
        Add(load, LockPeriod, new NpgsqlParameter<int> { TypedValue = PeriodLock.Class });
        Add(load, ReadPeriod);
        if (waits)
            Add(load, "set local lock_timeout = '1s'");
        Add(load, waits ? LaneRows.LockSubscribersWaiting : LaneRows.LockSubscribers, LaneParameter(), new NpgsqlParameter<long[]> { TypedValue = ids });
        Add(load, LaneRows.ReadOpenPayments, LaneParameter(), new NpgsqlParameter<long[]> { TypedValue = ids });
        if (tools.Rails.Banks.Count > 0)
            Add(load, LaneRows.ReadBankLinks, LaneParameter(), new NpgsqlParameter<long[]> { TypedValue = ids });
        if (rejected.Length > 0)
            Add(load, LaneRows.ReadRejectedCharges, LaneParameter(), new NpgsqlParameter<long[]> { TypedValue = rejected });
        if (denied.Length > 0)
        {
            Add(load, LaneRows.LockDeniedCalls, LaneParameter(), new NpgsqlParameter<long[]> { TypedValue = [.. denied.Select(c => c.Id)] },
                new NpgsqlParameter<int[]> { TypedValue = [.. denied.Select(c => c.Attempts)] });
        }
        if (doubts.Length > 0)
            Add(load, LaneRows.ReadDecidedDoubts, LaneParameter(), new NpgsqlParameter<long[]> { TypedValue = doubts });

        await using var reader = await load.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        var locked = reader.GetInt32(0);
        await reader.NextResultAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        var period = reader.GetInt32(0);
        if (period != locked)
            throw new PeriodMovedException();
        CheckClock(new(reader.GetDateTime(1), TimeSpan.Zero));
        var version = reader.GetInt64(2);
        await reader.NextResultAsync(cancellationToken); // a statement without rows (set local) is passed over
        while (await reader.ReadAsync(cancellationToken))
        {
            var subscriber = LaneRows.ReadSubscriber(reader, lane);
            _subscribers.Add(subscriber.Id.Value, subscriber);
        }
        await reader.NextResultAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            if (_subscribers.TryGetValue(reader.GetInt64(0), out var subscriber))
                subscriber.OpenPayments.Add(LaneRows.ReadOpenPayment(reader));
        }
        if (tools.Rails.Banks.Count > 0)
        {
            await reader.NextResultAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
            {
                if (_subscribers.TryGetValue(reader.GetInt64(0), out var subscriber))
                    subscriber.Read(LaneRows.ReadBankLink(reader));
            }
        }
        if (rejected.Length > 0)
            await ReadRejectedChargesAsync(reader, cancellationToken);
        if (denied.Length > 0)
            await ReadDeniedCallsAsync(reader, cancellationToken);
        if (doubts.Length > 0)
            await ReadDecidedDoubtsAsync(reader, cancellationToken);
        return (period, version);
    }

    private async Task ReadDeniedCallsAsync(NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        await reader.NextResultAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            if (_subscribers.TryGetValue(reader.GetInt64(0), out var subscriber))
                subscriber.DeniedCalls.Add(reader.GetInt64(1));
        }
    }

    private async Task ReadRejectedChargesAsync(NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        await reader.NextResultAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            var rejected = LaneRows.ReadRejectedCharge(reader);
            if (_subscribers.TryGetValue(rejected.Subscriber.Value, out var subscriber))
                subscriber.RejectedCharges.Add(rejected);
        }
    }

    private async Task ReadDecidedDoubtsAsync(NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        await reader.NextResultAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            var decided = LaneRows.ReadDecidedDoubt(reader, lane);
            if (_subscribers.TryGetValue(decided.Subscriber.Value, out var subscriber))
                subscriber.DecidedDoubts.Add(decided);
        }
    }

    /// <summary>The ids of what the batch brings and must be read for it; usually none.</summary>
    private long[] Brought<TEvent>(Func<TEvent, long> idOf)
        where TEvent : SubscriberEvent
    {
        List<long>? ids = null;
        foreach (var posted in events)
        {
            if (posted.Event is TEvent brought)
                (ids ??= []).Add(idOf(brought));
        }
        return ids?.ToArray() ?? [];
    }

    private void CheckClock(DateTimeOffset database)
    {
        var problem = LaneClock.Problem(tools.Time, tools.Options.ClockOffset, database);
        tools.Health.Clock(problem);
        if (problem is not null)
            throw new ClockOffException(problem);
    }

    private async Task DecideAsync(DateTimeOffset now, int period, ReferenceData reference, bool waits, CancellationToken cancellationToken)
    {
        var local = TimeZoneInfo.ConvertTime(now, reference.Rules.TimeZone);
        var ids = await tools.Ids.TakeAsync(events.Count * IdsPerEvent, cancellationToken);
        var given = new Given(
            now, period, DateOnly.FromDateTime(local.DateTime).DayNumber, (local.Year * 12) + local.Month - 1, ids, tools.Codes, reference, tools.Permits)
        {
            Rails = tools.Rails,
        };
        foreach (var posted in events)
        {
            if (posted.IsTooLate(now))
            {
                _fates.Add((posted, EventFate.NotDecided));
                continue;
            }
            if (!_subscribers.TryGetValue(posted.Route.Subscriber.Value, out var subscriber))
            {
                // Locked by somebody else, or gone; who waited for the lock knows which.
                if (waits)
                    _fates.Add((posted, EventFate.Misrouted));
                else
                    _skipped.Add(posted);
                continue;
            }
            if (posted.Event.From is { } from && from != subscriber.Msisdn)
            {
                _fates.Add((posted, EventFate.Misrouted));
                continue;
            }
            _changes.Begin(subscriber, posted.Event, given);
            tools.Decide(subscriber, posted.Event, given, _changes);
            _changes.End();
            if (posted.ParkedId != 0)
                _unparked.Add(posted.ParkedId);
            _fates.Add((posted, EventFate.Decided));
        }
    }

    private async Task WriteAsync(NpgsqlConnection connection, DateTimeOffset now, int period, CancellationToken cancellationToken)
    {
        var day = DateOnly.FromDateTime(now.UtcDateTime);
        _engine = tools.Lease.Id;
        _owner = tools.Outgoing.CanSend ? _engine : 0;
        await using var batch = new NpgsqlBatch(connection);
        var writes = new LaneWrites(batch, lane);
        writes.Batch(batchId, now);
        writes.Subscribers([.. _subscribers.Values.Where(s => s.IsChanged)]);
        foreach (var subscriber in _subscribers.Values.Where(s => s.IsChanged && s.Dialogue?.IsForgotten(now) == true))
            subscriber.SetDialogue(null); // the row is written anyway, and would carry it for ever
        writes.Dialogues([.. _subscribers.Values.Where(s => s.IsDialogueChanged)]);
        List<(SubscriberState, OpenPayment)> payments = [];
        foreach (var subscriber in _subscribers.Values)
        {
            foreach (var payment in subscriber.OpenPayments)
                payments.Add((subscriber, payment));
        }
        writes.OpenPayments(payments);
        // In the order of their keys, so that they go to the end of the index.
        _changes.Ended.Sort((a, b) => a.Payment.Id.Value.CompareTo(b.Payment.Id.Value));
        writes.Payments(_changes.Ended, day, now);
        writes.Ledger(_changes, period, now);
        writes.Messages(_changes, _owner, day, now);
        writes.Sent(sent);
        writes.BankLinks([.. _subscribers.Values.Where(s => s.IsBankLinkChanged)], now);
        writes.Calls(_changes, _engine, day, now, now + LostWork.LookAgainAfter);
        writes.RatedEvents(_changes.RatedEvents, period, now);
        writes.Undone(_changes.Undone, now);
        writes.Doubts(_changes.DoubtsEnded, now);
        writes.Notices(_changes.Notices, batchId, now);
        writes.Unparked(_unparked);
        await writes.ExecuteAsync(cancellationToken);
    }

    private NpgsqlParameter<short> LaneParameter() => new() { TypedValue = lane };

    private static void Add(NpgsqlBatch batch, string sql, params ReadOnlySpan<NpgsqlParameter> parameters)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var parameter in parameters)
            command.Parameters.Add(parameter);
        batch.BatchCommands.Add(command);
    }
}

/// <summary>The ledger period was closed between the two statements of the period lock: the batch starts again.</summary>
internal sealed class PeriodMovedException() : Exception("The ledger period moved on while it was locked.");

/// <summary>The clocks of process and database differ too much to decide by.</summary>
internal sealed class ClockOffException(string message) : Exception(message);
