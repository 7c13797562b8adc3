using System.Globalization;
using CarrierPay.Engine.Lanes.Deliveries;
using CarrierPay.Engine.Ledger;
using CarrierPay.Engine.Messaging;
using CarrierPay.Engine.Messaging.Deliveries;
using CarrierPay.Engine.Messaging.Texts;
using CarrierPay.Engine.Primitives;
using CarrierPay.Engine.Storage;
using CarrierPay.Engine.Subscribers;
using Dapper;
using Npgsql;

namespace CarrierPay.Engine.Payments;

/// <summary>A payment, open or final, as its row tells it.</summary>
/// <param name="Msisdn">The subscriber's number now; it prints masked.</param>
/// <param name="State">Null when it is final.</param>
/// <param name="Outcome">Null while it is open.</param>
/// <param name="ChargingAt">When an open one went to the system that keeps the money; null before that.</param>
/// <param name="EndedAt">Null while it is open.</param>
public sealed record FoundPayment(
    short Lane, long Id, long SubscriberId, Msisdn? Msisdn, int MerchantId, string Keyword, string MerchantName, string? Item, FundingKind Source, PaymentState? State,
    PaymentOutcome? Outcome, long AmountMinor, short CurrencyNumber, int Number, DateTimeOffset RequestedAt, DateTimeOffset? ChargingAt, DateTimeOffset? EndedAt)
{
    public Currency Currency => Currency.Of(CurrencyNumber);

    /// <summary>What stands in the texts, as <c>K7Q2M9</c>.</summary>
    public string Reference => PaymentReference.Of(new(SubscriberId), Number);
}

/// <summary>One row of the message log: what came in, masked, and what was said to it.</summary>
/// <param name="Received">Null when it was said unasked.</param>
/// <param name="Said">The text as it was sent, its code shown as stars; null when nothing was said.</param>
/// <param name="Failure">Why the SMSC refused it for good; null when it did not.</param>
public sealed record PaymentMessage(long Id, DateTimeOffset At, string? Received, string? Said, Language Language, string? Failure)
{
    /// <summary>What SMSCs told of its parts, sendings of the same part included; empty where no receipts are asked for.</summary>
    public IReadOnlyList<PartDelivery> Deliveries { get; init; } = [];
}

/// <summary>A call to a connector.</summary>
/// <param name="EndedAt">Null as long as its outcome is not known.</param>
/// <param name="Answer">The last one; empty if there is none yet.</param>
public sealed record PaymentCall(long Id, ConnectorKind Kind, DateTimeOffset CalledAt, DateTimeOffset? EndedAt, string Request, string Answer);

/// <summary>A movement of money for the payment.</summary>
/// <param name="SettlementBatchId">The latest settlement of its period; null while there is none.</param>
public sealed record PaymentTransfer(
    long Id, int Period, ChartAccount DebitAccount, long DebitOwner, ChartAccount CreditAccount, long CreditOwner, TransferKind Kind, long AmountMinor, DateTimeOffset At,
    long? SettlementBatchId);

/// <summary>All that is known of one payment, each list in order of time.</summary>
public sealed record PaymentTimeline(
    FoundPayment Payment, IReadOnlyList<PaymentMessage> Messages, IReadOnlyList<PaymentCall> Calls, IReadOnlyList<PaymentTransfer> Transfers, IReadOnlyList<AuditEntry> Audit);

/// <summary>Reads about payments, for Admin.</summary>
public sealed class PaymentQueries(NpgsqlDataSource database, Texts texts)
{
    private const string Payment = """
        select p.lane, p.id, p.subscriber_id, s.msisdn, p.merchant_id, coalesce(m.keyword, '') as keyword, coalesce(m.name, '') as merchant_name, p.item, p.source,
               p.state, p.outcome, p.amount_minor, p.currency as currency_number, p.number, p.requested_at, p.charging_at, p.ended_at
        from (
          select lane, id, subscriber_id, merchant_id, item, source, null::smallint as state, outcome, amount_minor, currency, number, requested_at,
                 null::timestamptz as charging_at, ended_at
          from payments where lane = @lane and id = @id
          union all
          select lane, id, subscriber_id, merchant_id, item, source, state, null, amount_minor, currency, number, requested_at, charging_at, null
          from open_payments where lane = @lane and id = @id) p
        left join merchants m on m.id = p.merchant_id left join subscribers s on s.lane = p.lane and s.id = p.subscriber_id
        """;

    // The log has no index by payment, because each payment would pay for it: the lane's rows of the days in question are read. A request that waited
    // for its price was logged before it had a payment; it came at the instant at which the payment was asked for.
    private const string Messages = """
        select m.id, m.at, m.received, m.template, m.language, m.parameters, f.reason
        from messages m left join message_failures f on f.lane = m.lane and f.message_id = m.id
        where m.lane = @Lane and m.day between @first and @last and m.subscriber_id = @SubscriberId
          and (m.payment_id = @Id or (m.payment_id = 0 and m.at = @RequestedAt))
        order by m.at, m.id limit 200
        """;

    private const string Calls = """
        select id, kind, called_at, ended_at, request, answer from calls
        where lane = @Lane and day between @first and @last and subscriber_id = @SubscriberId and payment_id = @Id
        union all
        select id, kind, created_at, null, request, coalesce(last_answer, '') from connector_calls
        where lane = @Lane and subscriber_id = @SubscriberId and payment_id = @Id
        order by called_at, id limit 200
        """;

    private const string Transfers = """
        select t.id, t.period, t.debit_account, t.debit_owner, t.credit_account, t.credit_owner, t.kind, t.amount_minor, t.created_at as at,
               (select b.id from settlement_batches b where b.period = t.period and b.currency = t.currency order by b.version desc limit 1) as settlement_batch_id
        from transfers t
        where t.lane = @Lane and t.period = any(array(select id from periods where opened_at <= @until and coalesce(closed_at, 'infinity') >= @periodsFrom))
          and t.reference = @Id and t.created_at between @RequestedAt and @until and (t.debit_owner = @SubscriberId or t.credit_owner = @SubscriberId)
        order by t.created_at, t.id limit 200
        """;

    // What is said and moved for a payment after it ended: repeats of the receipt, refunds.
    private const int DaysAfter = 7;

    private static readonly DateTimeOffset NoEnd = new(9999, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>The payment with its messages, calls, transfers and audit; null if there is no payment with this id in this lane.</summary>
    public async Task<PaymentTimeline?> FindAsync(short lane, long id, CancellationToken cancellationToken = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var payment = await connection.QuerySingleOrDefaultAsync<FoundPayment>(Command(Payment, new { lane, id }));
        if (payment is null)
            return null;
        var until = payment.EndedAt?.AddDays(DaysAfter) ?? NoEnd;
        var parameters = new
        {
            payment.Lane,
            payment.Id,
            payment.SubscriberId,
            payment.RequestedAt,
            first = DateOnly.FromDateTime(payment.RequestedAt.UtcDateTime),
            last = DateOnly.FromDateTime(until.UtcDateTime),
            until,
            periodsFrom = payment.RequestedAt.AddHours(-1), // whoever closes a period has a clock of its own
        };
        var messages = await connection.QueryAsync<MessageRow>(Command(Messages, parameters));
        var deliveries = await DeliveryQueries.OfSubscriberAsync(
            connection, payment.Lane, new(payment.SubscriberId), parameters.first, parameters.last, cancellationToken);
        return new(
            payment,
            [.. messages.Select(row => Render(row) with { Deliveries = [.. deliveries.Where(d => d.Part.MessageId == row.Id)] })],
            (await connection.QueryAsync<PaymentCall>(Command(Calls, parameters))).AsList(),
            (await connection.QueryAsync<PaymentTransfer>(Command(Transfers, parameters))).AsList(),
            await AuditTrail.ListAsync(database, "payment", id.ToString(CultureInfo.InvariantCulture), null, null, 100, cancellationToken));

        CommandDefinition Command(string sql, object with) => new(sql, with, commandTimeout: 60, cancellationToken: cancellationToken);
    }

    private PaymentMessage Render(MessageRow row) => new(row.Id, row.At, row.Received, Said(row), row.Language, row.Reason);

    private string? Said(MessageRow row)
    {
        if (row.Template == 0)
            return null;
        var parameters = ParameterList.Split(row.Parameters ?? "");
        try
        {
            return texts.Render((TextTemplate)row.Template, row.Language, parameters);
        }
        catch (ArgumentException)
        {
            // The wording changed its parameters since: what is stored is shown as it is.
            return string.Join(" | ", parameters);
        }
    }

    private sealed record MessageRow(long Id, DateTimeOffset At, string? Received, short Template, Language Language, string? Parameters, string? Reason);
}
