using System.Threading.Channels;
using CarrierPay.Engine.Lanes;
using CarrierPay.Engine.Primitives;
using CarrierPay.Engine.Subscribers;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace CarrierPay.Engine.Merchants;

/// <summary>The connector for prices: asks merchants after the commit that wants it, outside any transaction, and brings their answers back as events.</summary>
/// <remarks>Each call holds a permit, so no merchant is asked more at a time than it may be. What this engine loses when it dies, the payment's due time resolves.</remarks>
public sealed partial class AskMerchant(
    ChannelReader<ConnectorCall> calls, HoldsLease holdsLease, PostToLane post, MerchantEndpoints endpoints, QuoteClient client, Permits permits,
    IOptions<PaymentsOptions> payments, StopGrace grace, TimeProvider time, ILogger<AskMerchant> logger) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        new CallRunner(calls, post, grace, time, AskAsync, (call, failure) => LogUnexpected(call.Payment, failure)).RunAsync(stoppingToken);

    private async Task<SubscriberEvent?> AskAsync(ConnectorCall call, CancellationToken stoppingToken)
    {
        try
        {
            return await PriceAsync(call, stoppingToken) is { } result ? new QuoteAnswered(call, result) : null;
        }
        finally
        {
            permits.Return(call.Merchant);
        }
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
        if (!holdsLease(call.Owner))
            return null;
        var (result, failure) = await client.AskAsync(merchant, question, left < payments.Value.QuoteWithin ? left : payments.Value.QuoteWithin, stoppingToken);
        if (failure is not null)
            LogFailed(merchant.Id, call.Payment, failure);
        return result;
    }

    [LoggerMessage(EventIds.QuoteFailed, LogLevel.Warning, "{MerchantId} gave no price for {PaymentId}: {Reason}.")]
    private partial void LogFailed(MerchantId merchantId, PaymentId paymentId, string reason);

    [LoggerMessage(EventIds.QuoteUnexpected, LogLevel.Error, "The question for the price of {PaymentId} failed unexpectedly; the payment's due time resolves it.")]
    private partial void LogUnexpected(PaymentId paymentId, Exception failure);

    [LoggerMessage(EventIds.QuoteNowhere, LogLevel.Warning, "The merchant of {PaymentId} has no address or no secret, so it was not asked.")]
    private partial void LogNowhere(PaymentId paymentId);
}
