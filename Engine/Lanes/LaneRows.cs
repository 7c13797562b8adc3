using CarrierPay.Engine.Messaging.Texts;
using CarrierPay.Engine.Primitives;
using CarrierPay.Engine.Subscribers;
using Npgsql;

namespace CarrierPay.Engine.Lanes;

/// <summary>Reads the rows that hang on a batch's subscribers.</summary>
internal static class LaneRows
{
    // S1 and S2 of the period lock (see Storage/PeriodLock.cs) stand first in the load.
    public const string LockSubscribers =
        """
        select id, msisdn, status, language, kyc_tier, sources, default_source, currency, balance_minor,
               spend_day, spend_month, day_spent_minor, month_spent_minor, day_payments, month_payments,
               wrong_codes, payments_numbered, helped_at, consent_head, recent,
               bill_limit_minor, bill_month, bill_minor, dialogue, sim_changed_at
        from subscribers
        where lane = $1 and id = any($2)
        order by id
        for no key update skip locked
        """;

    /// <summary>For an event whose subscriber was locked again and again: waits, a second at most.</summary>
    public const string LockSubscribersWaiting =
        """
        select id, msisdn, status, language, kyc_tier, sources, default_source, currency, balance_minor,
               spend_day, spend_month, day_spent_minor, month_spent_minor, day_payments, month_payments,
               wrong_codes, payments_numbered, helped_at, consent_head, recent,
               bill_limit_minor, bill_month, bill_minor, dialogue, sim_changed_at
        from subscribers
        where lane = $1 and id = any($2)
        order by id
        for no key update
        """;

    public const string ReadOpenPayments =
        """
        select subscriber_id, id, state, number, merchant_id, source, asked_minor, amount_minor, currency, request_fingerprint,
               reply_path, requested_at, due_at, item, description, quote_id, charging_at, bank, consent, price_until
        from open_payments
        where lane = $1 and subscriber_id = any($2)
        """;

    /// <summary>Read only where there are banks. The newest that is linked or asked for.</summary>
    public const string ReadBankLinks =
        """
        select distinct on (subscriber_id) subscriber_id, id, bank, tail, state
        from bank_links
        where lane = $1 and subscriber_id = any($2) and state in (1, 2)
        order by subscriber_id, id desc
        """;

    /// <summary>Read only for a batch that brings one. By the payments' ids, so that a line with many does not read them all.</summary>
    public const string ReadRejectedCharges =
        """
        select payment_id, subscriber_id, merchant_id, merchant_name, amount_minor, currency, charged_at, reference, bearer
        from rated_rejections
        where lane = $1 and payment_id = any($2) and undone_at is null
        """;

    /// <summary>For an event that says that a call did nothing. Whoever has taken the call up since has counted an attempt, and may have done something; locked, so that nobody does before the decision is committed.</summary>
    public const string LockDeniedCalls =
        """
        select c.subscriber_id, c.id
        from connector_calls c
        join unnest($2::bigint[], $3::integer[]) as n (id, attempts) on n.id = c.id and n.attempts = c.attempts
        where c.lane = $1
        for update of c skip locked
        """;

    /// <summary>Read only for a batch that brings one. Only a request that still waits can be decided.</summary>
    public const string ReadDecidedDoubts =
        """
        select p.id, p.subscriber_id, p.payment_id, p.was_charged, p.proposed_by, p.decided_by, c.id, c.kind, c.request, c.created_at, c.attempts, c.bank,
               exists (select from connector_calls o where o.lane = $1 and o.subscriber_id = p.subscriber_id and o.payment_id = p.payment_id and o.id <> p.call_id)
        from doubt_proposals p
        left join connector_calls c on c.lane = $1 and c.id = p.call_id and c.next_attempt_at = 'infinity'
        where p.lane = $1 and p.id = any($2) and p.state = 2
        """;

    public static SubscriberState ReadSubscriber(NpgsqlDataReader row, short lane) => new()
    {
        Lane = lane,
        Id = new(row.GetInt64(0)),
        Msisdn = new(row.GetInt64(1)),
        Status = (SubscriberStatus)row.GetInt16(2),
        Language = (Language)row.GetInt16(3),
        KycTier = (KycTier)row.GetInt16(4),
        Sources = row.GetInt16(5),
        DefaultSource = (FundingKind)row.GetInt16(6),
        Currency = row.GetInt16(7),
        BalanceMinor = row.GetInt64(8),
        Spending = new(row.GetInt32(9), row.GetInt32(10), row.GetInt64(11), row.GetInt64(12), row.GetInt32(13), row.GetInt32(14)),
        WrongCodes = row.GetInt16(15),
        PaymentsNumbered = row.GetInt32(16),
        HelpedAt = Time(row, 17),
        ConsentHead = row.GetFieldValue<byte[]>(18),
        Recent = new(row.GetFieldValue<byte[]>(19)),
        // A line whose bill was taken away has no limit any more, but what was charged to it may still be undone.
        Bill = row.IsDBNull(20) && row.IsDBNull(22)
            ? null
            : new(row.IsDBNull(20) ? 0 : row.GetInt64(20), row.IsDBNull(21) ? 0 : row.GetInt32(21), row.IsDBNull(22) ? 0 : row.GetInt64(22)),
        Dialogue = row.IsDBNull(23) ? null : Dialogue.Read(row.GetFieldValue<byte[]>(23)),
        SimChangedAt = row.IsDBNull(24) ? null : Time(row, 24),
    };

    public static OpenPayment ReadOpenPayment(NpgsqlDataReader row) => new()
    {
        Id = new(row.GetInt64(1)),
        State = (PaymentState)row.GetInt16(2),
        Number = row.GetInt32(3),
        Merchant = new(row.GetInt32(4)),
        Source = (FundingKind)row.GetInt16(5),
        AskedMinor = row.GetInt64(6),
        AmountMinor = row.GetInt64(7),
        Currency = row.GetInt16(8),
        RequestFingerprint = row.GetInt32(9),
        ReplyPath = row.GetString(10),
        RequestedAt = Time(row, 11),
        DueAt = Time(row, 12),
        Item = Text(row, 13),
        Description = Text(row, 14),
        QuoteId = Text(row, 15),
        ChargedAt = row.IsDBNull(16) ? null : Time(row, 16),
        BankNumber = row.IsDBNull(17) ? 0 : row.GetInt16(17),
        Consent = row.IsDBNull(18) ? null : row.GetFieldValue<byte[]>(18),
        PriceUntil = row.IsDBNull(19) ? null : Time(row, 19),
    };

    public static BankLink ReadBankLink(NpgsqlDataReader row) => new(row.GetInt64(1), row.GetString(2), row.GetString(3), (BankLinkState)row.GetInt16(4));

    public static RejectedCharge ReadRejectedCharge(NpgsqlDataReader row) => new(
        new(row.GetInt64(0)), new(row.GetInt64(1)), new(row.GetInt32(2)), row.GetString(3), row.GetInt64(4), row.GetInt16(5), Time(row, 6), row.GetString(7),
        (RejectionBearer)row.GetInt16(8));

    public static DecidedDoubt ReadDecidedDoubt(NpgsqlDataReader row, short lane)
    {
        var (subscriber, payment) = (new SubscriberId(row.GetInt64(1)), new PaymentId(row.GetInt64(2)));
        var call = row.IsDBNull(6)
            ? null
            : new ConnectorCall(row.GetInt64(6), subscriber, lane, payment, default, (ConnectorKind)row.GetInt16(7), row.GetString(8), Time(row, 9))
            {
                Attempts = row.GetInt32(10),
                Bank = row.GetString(11),
            };
        return new(row.GetInt64(0), subscriber, payment, call, row.GetBoolean(3), row.GetString(4), row.GetString(5), row.GetBoolean(12));
    }

    private static DateTimeOffset Time(NpgsqlDataReader row, int column)
    {
        var time = row.GetDateTime(column); // -infinity is read as DateTime.MinValue, infinity as MaxValue
        return time == DateTime.MinValue ? DateTimeOffset.MinValue : time == DateTime.MaxValue ? DateTimeOffset.MaxValue : new(time, TimeSpan.Zero);
    }

    private static string? Text(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);
}
