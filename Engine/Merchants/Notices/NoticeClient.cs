using System.Net.Http.Headers;
using System.Text;
using CarrierPay.Engine.Protocols.StandardWebhooks;
using Microsoft.Extensions.Options;

namespace CarrierPay.Engine.Merchants.Notices;

/// <summary>Sends one notice once, signed. Whatever the merchant does is an answer, never an exception.</summary>
public sealed class NoticeClient(IOptions<MerchantsOptions> merchants, IOptions<NoticesOptions> options, TimeProvider time) : IDisposable
{
    private readonly HttpClient _http = MerchantHttp.Create(merchants.Value.AllowPrivateAddresses);

    /// <exception cref="OperationCanceledException">We stop.</exception>
    public async Task<NoticeAnswer> SendAsync(NoticeAddress address, string webhookId, string body, CancellationToken cancellationToken)
    {
        if (!MerchantHttp.MayCall(address.Url, merchants.Value.AllowPrivateAddresses))
            return new(null, "its URL is not https");
        using var limit = new CancellationTokenSource(options.Value.AnswerWithin, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return await PostAsync(address, webhookId, Encoding.UTF8.GetBytes(body), either.Token);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return new(null, "it did not answer in time");
        }
        catch (HttpRequestException failure)
        {
            return new(null, $"it could not be reached: {failure.HttpRequestError}");
        }
        catch (IOException)
        {
            return new(null, "the connection broke");
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<NoticeAnswer> PostAsync(NoticeAddress address, string webhookId, byte[] body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, address.Url) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json", "utf-8");
        new WebhookSigner(address.Secret).Sign(webhookId, time.GetUtcNow(), body).ApplyTo(request);
        // The status says it all: what stands in the body is not read.
        using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        var status = (int)response.StatusCode;
        return response.IsSuccessStatusCode ? new(status, null) : new(status, $"it answered {status}", RetryAfter(response));
    }

    private TimeSpan? RetryAfter(HttpResponseMessage response) => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } => date - time.GetUtcNow(),
        _ => null,
    };
}
