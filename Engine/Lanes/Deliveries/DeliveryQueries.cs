using CarrierPay.Engine.Messaging.Deliveries;
using CarrierPay.Engine.Primitives;
using Dapper;
using Npgsql;

namespace CarrierPay.Engine.Lanes.Deliveries;

/// <summary>Reads what became of a subscriber's messages on the air.</summary>
public static class DeliveryQueries
{
    private const string Parts = """
        select lane, subscriber_id, message_id, part, parts, smsc, smsc_id, accepted_at from message_parts
        where lane = @lane and subscriber_id = @subscriber and day between @first and @last
        order by accepted_at, message_id, part limit 5000
        """;

    private const string Reports = """
        select lane, subscriber_id, smsc, smsc_id, received_at, state, error, done_at from delivery_receipts
        where lane = @lane and subscriber_id = @subscriber and day between @first and @last
        order by received_at limit 5000
        """;

    /// <summary>A response is on its way as long as its deadline allows, and its receipt may be faster.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromMinutes(1);

    /// <summary>The parts that were accepted for this subscriber on these days (UTC), each with its receipts of the same days.</summary>
    public static async Task<IReadOnlyList<PartDelivery>> OfSubscriberAsync(
        NpgsqlConnection connection, short lane, SubscriberId subscriber, DateOnly first, DateOnly last, CancellationToken cancellationToken = default)
    {
        var parameters = new { lane, subscriber = subscriber.Value, first, last };
        var parts = await connection.QueryAsync<PartRow>(new(Parts, parameters, commandTimeout: 60, cancellationToken: cancellationToken));
        var reports = await connection.QueryAsync<ReportRow>(new(Reports, parameters, commandTimeout: 60, cancellationToken: cancellationToken));
        return PartDelivery.Match(
            parts.Select(p => new SentPart(p.Lane, new(p.SubscriberId), p.MessageId, p.Part, p.Parts, p.Smsc, p.SmscId, p.AcceptedAt)),
            reports.Select(r => new DeliveryReport(r.Lane, new(r.SubscriberId), r.Smsc, r.SmscId, r.ReceivedAt, (DeliveryState)r.State, r.Error, r.DoneAt)),
            Slack);
    }

    private sealed record PartRow(short Lane, long SubscriberId, long MessageId, short Part, short Parts, string Smsc, string SmscId, DateTimeOffset AcceptedAt);

    private sealed record ReportRow(short Lane, long SubscriberId, string Smsc, string SmscId, DateTimeOffset ReceivedAt, short State, string Error, DateTime? DoneAt);
}
