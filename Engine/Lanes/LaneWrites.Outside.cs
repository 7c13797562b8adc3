using CarrierPay.Engine.Subscribers;

namespace CarrierPay.Engine.Lanes;

/// <summary>What others are asked, told, and said about money: calls and their answers, accounts at banks, the phone bill, decisions of people, merchants' notices.</summary>
internal sealed partial class LaneWrites
{
    private const string UpdateBankLinks =
        """
        update bank_links l
        set state = n.state, answered_at = $2
        from unnest($3::bigint[], $4::bigint[], $5::smallint[]) as n (subscriber_id, id, state)
        where l.lane = $1 and l.subscriber_id = n.subscriber_id and l.id = n.id
        """;

    private const string InsertConnectorCalls =
        """
        insert into connector_calls (lane, created_at, next_attempt_at, owner, id, subscriber_id, payment_id, kind, bank, request)
        select $1, $2, $3, $4, n.*
        from unnest($5::bigint[], $6::bigint[], $7::bigint[], $8::smallint[], $9::text[], $10::text[]) as n
        """;

    // One that was answered by somebody else meanwhile is gone.
    private const string PutOffConnectorCalls =
        """
        update connector_calls c
        set owner = 0, next_attempt_at = n.next_attempt_at, last_answer = n.last_answer,
            waits_for = nullif(n.waits_for, 0), waits_since = case when n.waits_for = 0 then null else $2 end
        from unnest($3::bigint[], $4::timestamptz[], $5::text[], $6::smallint[]) as n (id, next_attempt_at, last_answer, waits_for)
        where c.lane = $1 and c.id = n.id
        """;

    // An answer that comes twice finds its call gone and logs nothing.
    private const string MoveCallsToLog =
        """
        with gone as (delete from connector_calls where lane = $1 and id = any($4) returning id)
        insert into calls (lane, day, ended_at, id, subscriber_id, payment_id, kind, called_at, request, answer)
        select distinct on (n.id) $1::smallint, $2::date, $3::timestamptz, n.*
        from unnest($4::bigint[], $5::bigint[], $6::bigint[], $7::smallint[], $8::timestamptz[], $9::text[], $10::text[])
             as n (id, subscriber_id, payment_id, kind, called_at, request, answer)
        where n.id in (select id from gone)
        on conflict do nothing
        """;

    // What had its answer comes back for a person, or for a reversal that could not begin; its answer of that day stays in the log.
    private const string KeepConnectorCalls =
        """
        insert into connector_calls (lane, next_attempt_at, owner, id, subscriber_id, payment_id, kind, bank, request, created_at, attempts)
        select $1, $2, 0, n.*
        from unnest($3::bigint[], $4::bigint[], $5::bigint[], $6::smallint[], $7::text[], $8::text[], $9::timestamptz[], $10::integer[]) as n
        on conflict do nothing
        """;

    private const string InsertRatedEvents =
        """
        insert into rated_events (lane, period, at, tax_minor, id, kind, subscriber_id, msisdn, merchant_id, merchant_name, service, net_minor, currency, reference)
        select $1, $2, $3, 0, n.*
        from unnest($4::bigint[], $5::smallint[], $6::bigint[], $7::bigint[], $8::integer[], $9::text[], $10::text[], $11::bigint[], $12::smallint[], $13::text[]) as n
        """;

    private const string MarkUndone = "update rated_rejections set undone_at = $2 where lane = $1 and payment_id = any($3) and undone_at is null";

    private const string EndDoubts =
        """
        update doubt_proposals p
        set state = n.state, ended_at = $2
        from unnest($3::bigint[], $4::smallint[]) as n (id, state)
        where p.lane = $1 and p.id = n.id and p.state = 2
        """;

    // A row for each merchant, whatever the number of payments.
    private const string InsertNotices =
        """
        insert into notice_queue (lane, batch_id, created_at, merchant_id, payments)
        select $1, $2, $3, n.merchant_id, array_agg(n.payment_id)
        from unnest($4::integer[], $5::bigint[]) as n (merchant_id, payment_id)
        group by n.merchant_id
        """;

    public void BankLinks(List<SubscriberState> changed, DateTimeOffset now)
    {
        if (changed.Count > 0)
        {
            Add(UpdateBankLinks, changed.Count, now.UtcDateTime, changed.ConvertAll(s => s.Id.Value), changed.ConvertAll(s => s.BankLink!.Id),
                changed.ConvertAll(s => (short)s.BankLink!.State));
        }
    }

    /// <param name="lookAgainAt">When somebody else looks at what was not decided by then.</param>
    public void Calls(Changes changes, int owner, DateOnly day, DateTimeOffset now, DateTimeOffset lookAgainAt)
    {
        if (changes.Calls is { Count: > 0 } calls)
        {
            Add(InsertConnectorCalls, calls.Count, now.UtcDateTime, lookAgainAt.UtcDateTime, owner,
                calls.ConvertAll(c => c.Id), calls.ConvertAll(c => c.Subscriber.Value), calls.ConvertAll(c => c.Payment.Value),
                calls.ConvertAll(c => (short)c.Kind), calls.ConvertAll(c => c.Bank), calls.ConvertAll(c => c.Request));
        }
        // In this order: what one event ended, a later one of the batch may want kept, and only what is there can wait.
        if (changes.CallsEnded is { Count: > 0 } ended)
        {
            Add(MoveCallsToLog, -1, day, now.UtcDateTime,
                ended.ConvertAll(c => c.Id), ended.ConvertAll(c => c.Subscriber.Value), ended.ConvertAll(c => c.Payment.Value),
                ended.ConvertAll(c => (short)c.Kind), ended.ConvertAll(c => c.CalledAt.UtcDateTime), ended.ConvertAll(c => c.Request), ended.ConvertAll(c => c.Answer));
        }
        if (changes.CallsKept is { Count: > 0 } kept)
        {
            Add(KeepConnectorCalls, -1, lookAgainAt.UtcDateTime,
                kept.ConvertAll(c => c.Id), kept.ConvertAll(c => c.Subscriber.Value), kept.ConvertAll(c => c.Payment.Value), kept.ConvertAll(c => (short)c.Kind),
                kept.ConvertAll(c => c.Bank), kept.ConvertAll(c => c.Request), kept.ConvertAll(c => c.CreatedAt.UtcDateTime), kept.ConvertAll(c => c.Attempts));
        }
        if (changes.CallsPutOff is { Count: > 0 } putOff)
        {
            Add(PutOffConnectorCalls, -1, now.UtcDateTime, putOff.ConvertAll(c => c.Id), putOff.ConvertAll(c => Instant(c.NextAt ?? DateTimeOffset.MaxValue)),
                putOff.ConvertAll(c => c.Said), putOff.ConvertAll(c => (short)(c.WaitsFor ?? 0)));
        }
    }

    public void RatedEvents(List<RatedEvent> events, int period, DateTimeOffset now)
    {
        if (events.Count == 0)
            return;
        Add(InsertRatedEvents, events.Count, period, now.UtcDateTime,
            events.ConvertAll(e => e.Payment.Value), events.ConvertAll(e => (short)e.Kind), events.ConvertAll(e => e.Subscriber.Value),
            events.ConvertAll(e => e.Msisdn.Value), events.ConvertAll(e => e.Merchant.Value), events.ConvertAll(e => e.MerchantName),
            events.ConvertAll(e => e.Service), events.ConvertAll(e => e.NetMinor), events.ConvertAll(e => e.Currency), events.ConvertAll(e => e.Reference));
    }

    /// <summary>Rejected charges that are undone now. One that was undone by somebody else meanwhile fails the batch.</summary>
    public void Undone(List<RejectedCharge> undone, DateTimeOffset now)
    {
        if (undone.Count > 0)
            Add(MarkUndone, undone.Count, now.UtcDateTime, undone.ConvertAll(r => r.Payment.Value));
    }

    /// <summary>Decisions that are done with. One that was booked by somebody else meanwhile fails the batch.</summary>
    public void Doubts(List<DoubtEnded> ended, DateTimeOffset now)
    {
        if (ended.Count > 0)
        {
            Add(EndDoubts, ended.Count, now.UtcDateTime, ended.ConvertAll(d => d.Proposal),
                ended.ConvertAll(d => (short)(d.IsBooked ? ProposalState.Booked : ProposalState.Overtaken)));
        }
    }

    public void Notices(List<PaymentNotice> notices, long batchId, DateTimeOffset now)
    {
        if (notices.Count == 0)
            return;
        Add(InsertNotices, notices.Select(n => n.Merchant).Distinct().Count(), batchId, now.UtcDateTime,
            notices.ConvertAll(n => n.Merchant.Value), notices.ConvertAll(n => n.Payment.Value));
    }
}
