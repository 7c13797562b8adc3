using CarrierPay.Engine.Lanes;
using CarrierPay.Engine.Primitives;
using CarrierPay.Engine.Subscribers;
using Dapper;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace CarrierPay.Engine.Settlement.Files;

/// <summary>Brings every rejected charge that is not undone yet to its subscriber's lane.</summary>
/// <remarks>Safe to repeat, and from several processes at once: the lane undoes each once, under the subscriber's lock.</remarks>
public sealed partial class UndoRejectedCharges(NpgsqlDataSource database, PostToLane post, TimeProvider time, ILogger<UndoRejectedCharges> logger)
{
    private const int Page = 256;

    private const string Read = """
        select lane, payment_id, subscriber_id from rated_rejections
        where undone_at is null and parked_at is null and (lane, payment_id) > (@lane, @payment)
        order by lane, payment_id limit @Page
        """;

    // An event that always fails waits among the parked ones for a person; bringing it every minute would park it every minute.
    private const string MarkParked = "update rated_rejections set parked_at = @now where lane = @Lane and payment_id = @PaymentId and undone_at is null";

    /// <returns>How many were decided.</returns>
    public async Task<int> HandleAsync(CancellationToken cancellationToken = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var (lane, payment, undone) = ((short)-1, 0L, 0);
        while (true)
        {
            var page = (await connection.QueryAsync<(short Lane, long PaymentId, long SubscriberId)>(
                new CommandDefinition(Read, new { lane, payment, Page }, cancellationToken: cancellationToken))).AsList();
            var fates = await Task.WhenAll(page.ConvertAll(r => post(new(new(r.SubscriberId), r.Lane), new ChargeRejected(new(r.PaymentId)))));
            undone += fates.Count(fate => fate == EventFate.Decided);
            foreach (var (rejected, fate) in page.Zip(fates))
            {
                if (fate != EventFate.Parked)
                    continue;
                await connection.ExecuteAsync(new CommandDefinition(
                    MarkParked, new { rejected.Lane, rejected.PaymentId, now = time.GetUtcNow() }, cancellationToken: cancellationToken));
                LogParked(new(rejected.PaymentId));
            }
            // What is not decided now comes again with the next look.
            if (page.Count < Page)
                break;
            (lane, payment, _) = page[^1];
        }
        if (undone > 0)
            LogUndone(undone);
        return undone;
    }

    [LoggerMessage(EventIds.RatedChargesUndone, LogLevel.Information, "{Charges} charges that billing had rejected were undone")]
    private partial void LogUndone(int charges);

    [LoggerMessage(EventIds.RatedChargeParked, LogLevel.Error, "The rejected charge of {PaymentId} could not be undone and waits among the parked events")]
    private partial void LogParked(PaymentId paymentId);
}
