using System.Threading.Channels;
using CarrierPay.Engine.Lanes;
using CarrierPay.Engine.Primitives;
using CarrierPay.Engine.Subscribers;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace CarrierPay.Engine.Merchants;

/// <summary>Brings an event to a subscriber's lane.</summary>
public delegate Task<EventFate> PostToLane(Route route, SubscriberEvent subscriberEvent);

/// <summary>Whether this engine certainly still lives in the eyes of the others.</summary>
public delegate bool HoldsLease();

/// <summary>The connector for prices: asks merchants after the commit that wants it, outside any transaction, and brings their answers back as events.</summary>
/// <remarks>Each call holds a permit, so no merchant is asked more at a time than it may be. What this engine loses when it dies, the payment's due time resolves.</remarks>
public sealed partial class AskMerchant(
    ChannelReader<ConnectorCall> calls, HoldsLease holdsLease, PostToLane post, MerchantEndpoints endpoints, QuoteClient client, Permits permits,
    IOptions<PaymentsOptions> payments, TimeProvider time, ILogger<AskMerchant> logger) : BackgroundService
{
    private static readonly TimeSpan BringFor = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var running = new HashSet<Task>();
        try
        {
            await foreach (var call in calls.ReadAllAsync(stoppingToken))
            {
                running.RemoveWhere(task => task.IsCompleted);
                running.Add(TryAskAsync(call, stoppingToken));
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Stopping: the questions under way stop too.
        }
        await Task.WhenAll(running);
    }

#pragma warning disable CA1031 // the outer edge of a loop
    private async Task TryAskAsync(ConnectorCall call, CancellationToken stoppingToken)
    {
        await Task.Yield();
        try
        {
            await AskAsync(call, stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
        catch (Exception failure)
        {
            LogUnexpected(call.Payment, failure);
        }
    }
#pragma warning restore CA1031

    private async Task AskAsync(ConnectorCall call, CancellationToken stoppingToken)
    {
        QuoteResult? result;
        try
        {
            result = await PriceAsync(call, stoppingToken);
        }
        finally
        {
            permits.Return(call.Merchant);
        }
        if (result is not null)
            await BringAsync(call, result, stoppingToken);
    }

    /// <summary>Null if it was not asked, because another engine may have taken the call over.</summary>
    private async Task<QuoteResult?> PriceAsync(ConnectorCall call, CancellationToken stoppingToken)
    {
        var question = QuoteRequest.FromJson(call.Request);
        if (endpoints.Find(question.Keyword) is not { } merchant)
        {
            LogNowhere(call.Payment);
            return new(QuoteKind.NoAnswer);
        }
        var left = call.CreatedAt + payments.Value.QuoteWithin - time.GetUtcNow();
        if (left <= TimeSpan.Zero)
            return new(QuoteKind.NoAnswer);
        if (!holdsLease())
            return null;
        var (result, failure) = await client.AskAsync(merchant, question, left < payments.Value.QuoteWithin ? left : payments.Value.QuoteWithin, stoppingToken);
        if (failure is not null)
            LogFailed(merchant.Id, call.Payment, failure);
        return result;
    }

    private async Task BringAsync(ConnectorCall call, QuoteResult result, CancellationToken stoppingToken)
    {
        var until = time.GetUtcNow() + BringFor;
        while (await post(new(call.Subscriber, call.Lane), new QuoteAnswered(call, result)) == EventFate.NotDecided && time.GetUtcNow() < until)
            await Task.Delay(Pause, time, stoppingToken);
    }

    [LoggerMessage(EventIds.QuoteFailed, LogLevel.Warning, "{MerchantId} gave no price for {PaymentId}: {Reason}.")]
    private partial void LogFailed(MerchantId merchantId, PaymentId paymentId, string reason);

    [LoggerMessage(EventIds.QuoteUnexpected, LogLevel.Error, "The question for the price of {PaymentId} failed unexpectedly; the payment's due time resolves it.")]
    private partial void LogUnexpected(PaymentId paymentId, Exception failure);

    [LoggerMessage(EventIds.QuoteNowhere, LogLevel.Warning, "The merchant of {PaymentId} has no address or no secret, so it was not asked.")]
    private partial void LogNowhere(PaymentId paymentId);
}
