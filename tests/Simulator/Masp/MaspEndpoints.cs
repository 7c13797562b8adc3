using System.Text;
using System.Text.Json;
using CarrierPay.Engine.Protocols.StandardWebhooks;
using CarrierPay.Simulator.Web;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CarrierPay.Simulator.Masp;

/// <summary>What a merchant offers to a payment engine (<c>/masp</c>), and how it is told to behave (<c>/api/masps</c>).</summary>
internal static class MaspEndpoints
{
    public static void MapMasps(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/masp/{keyword}/quotes", AnswerQuote);
        routes.MapPost("/masp/{keyword}/notices", TakeNotice);

        var api = routes.MapGroup("/api/masps");
        api.MapGet("", (Merchants merchants) => new { masps = merchants.All.Select(merchant => merchant.View) });
        api.MapPut("{keyword}", Put);
        api.MapGet("{keyword}", Results<Ok<MaspView>, ProblemHttpResult> (string keyword, Merchants merchants) =>
            merchants.TryGet(keyword, out var merchant) ? TypedResults.Ok(merchant.View) : Unknown(keyword));
        api.MapDelete("{keyword}", Results<NoContent, ProblemHttpResult> (string keyword, Merchants merchants) =>
            merchants.Remove(keyword) ? TypedResults.NoContent() : Unknown(keyword));
        api.MapGet("{keyword}/quotes", IResult (string keyword, Merchants merchants) =>
            merchants.TryGet(keyword, out var merchant) ? TypedResults.Ok(new { quotes = merchant.Quotes }) : Unknown(keyword));
        api.MapGet("{keyword}/notices", IResult (string keyword, Merchants merchants) =>
            merchants.TryGet(keyword, out var merchant) ? TypedResults.Ok(new { notices = merchant.Notices }) : Unknown(keyword));
    }

    private static Results<Ok<MaspView>, Created<MaspView>, ProblemHttpResult> Put(string keyword, MaspOrder order, Merchants merchants)
    {
        try
        {
            var added = merchants.Put(keyword, order);
            var view = merchants.TryGet(keyword, out var merchant) ? merchant.View : throw new InvalidOperationException("The merchant was removed meanwhile.");
            return added ? TypedResults.Created($"/api/masps/{keyword}", view) : TypedResults.Ok(view);
        }
        catch (ArgumentException wrong)
        {
            return Problems.BadRequest("wrong_masp", wrong.Message);
        }
    }

    private static async Task<IResult> AnswerQuote(string keyword, HttpRequest http, Merchants merchants, IHostApplicationLifetime lifetime, TimeProvider time)
    {
        if (!merchants.TryGet(keyword, out var merchant)) return Unknown(keyword);
        using var gone = CancellationTokenSource.CreateLinkedTokenSource(http.HttpContext.RequestAborted, lifetime.ApplicationStopping);
        var body = await ReadAsync(http, gone.Token);
        var (id, signature) = Verify(merchant, http, body);
        if (signature != WebhookVerification.Verified)
        {
            merchant.Remember(signature, id, TryRead(body), StatusCodes.Status401Unauthorized, null);
            return Refused(signature, merchant);
        }
        if (TryRead(body) is not { } request)
        {
            merchant.Remember(signature, id, null, StatusCodes.Status400BadRequest, null);
            return Problems.BadRequest("wrong_quote_request", "A quote request is {\"quoteRequestId\",\"subscriber\",\"keyword\",\"item\",\"amount\"}; the first three are needed, amount is in minor units.");
        }

        var terms = merchant.Current;
        var quote = merchant.MakeQuote(request, terms);
        var (status, answer) = terms.Mode switch
        {
            QuoteMode.Silent => (0, null),
            QuoteMode.Nonsense => (StatusCodes.Status200OK, null),
            QuoteMode.Refuse => (StatusCodes.Status409Conflict, null),
            QuoteMode.Error => (StatusCodes.Status500InternalServerError, null),
            _ => (StatusCodes.Status200OK, quote),
        };
        // Noted before the wait: it was asked, whether the asker stays for the answer or not.
        merchant.Remember(signature, id, request, status, answer);
        if (!await PauseAsync(time, terms.Mode == QuoteMode.Silent ? Timeout.InfiniteTimeSpan : terms.QuoteDelay, gone.Token)) return HangUp(http);
        return terms.Mode switch
        {
            QuoteMode.Nonsense => TypedResults.Text("<html><body>It works!</body></html>", "text/html"),
            QuoteMode.Refuse => Problems.Make(status, "not_for_sale", $"{merchant.Keyword} does not sell {request.Item ?? "this"} now."),
            QuoteMode.Error => Problems.Make(status, "broken", $"{merchant.Keyword} was told to fail."),
            _ => TypedResults.Ok(answer),
        };
    }

    private static async Task<IResult> TakeNotice(string keyword, HttpRequest http, Merchants merchants, IHostApplicationLifetime lifetime, TimeProvider time)
    {
        if (!merchants.TryGet(keyword, out var merchant)) return Unknown(keyword);
        using var gone = CancellationTokenSource.CreateLinkedTokenSource(http.HttpContext.RequestAborted, lifetime.ApplicationStopping);
        var body = await ReadAsync(http, gone.Token);
        var (id, signature) = Verify(merchant, http, body);
        var terms = merchant.Current;
        var status = signature != WebhookVerification.Verified ? StatusCodes.Status401Unauthorized : terms.NoticeMode switch
        {
            NoticeMode.Error => StatusCodes.Status500InternalServerError,
            NoticeMode.Gone => StatusCodes.Status410Gone,
            NoticeMode.Refuse => StatusCodes.Status400BadRequest,
            NoticeMode.Redirect => StatusCodes.Status302Found,
            NoticeMode.Silent => 0,
            _ => StatusCodes.Status204NoContent,
        };
        merchant.Remember(signature, id, status, Encoding.UTF8.GetString(body));
        if (status == StatusCodes.Status401Unauthorized) return Refused(signature, merchant);
        if (!await PauseAsync(time, status == 0 ? Timeout.InfiniteTimeSpan : terms.Delay, gone.Token)) return HangUp(http);
        if (status == StatusCodes.Status302Found) return TypedResults.Redirect($"/masp/{merchant.Keyword}/quotes");
        return status == StatusCodes.Status204NoContent ? TypedResults.NoContent() : Problems.Make(status, "broken", $"{merchant.Keyword} was told to answer notices so.");
    }

    /// <summary>False if the asker has gone meanwhile, or the simulator stops.</summary>
    private static async Task<bool> PauseAsync(TimeProvider time, TimeSpan pause, CancellationToken gone)
    {
        try
        {
            await Task.Delay(pause, time, gone);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    // No answer is no answer: not even an empty one.
    private static EmptyHttpResult HangUp(HttpRequest http)
    {
        http.HttpContext.Abort();
        return TypedResults.Empty;
    }

    private static async Task<byte[]> ReadAsync(HttpRequest http, CancellationToken cancellationToken)
    {
        using var body = new MemoryStream();
        await http.Body.CopyToAsync(body, cancellationToken);
        return body.ToArray();
    }

    private static (string? Id, WebhookVerification Signature) Verify(Merchant merchant, HttpRequest http, byte[] body)
    {
        string? id = http.Headers[WebhookHeaders.Id];
        return (id, merchant.Verify(id, http.Headers[WebhookHeaders.Timestamp], http.Headers[WebhookHeaders.Signature], body));
    }

    // Tolerant: fields that a later engine adds do not matter to a merchant.
    private static readonly JsonSerializerOptions Tolerant = new(JsonSerializerDefaults.Web);

    private static QuoteRequest? TryRead(byte[] body)
    {
        try
        {
            var request = JsonSerializer.Deserialize<QuoteRequest>(body, Tolerant);
            return request is { QuoteRequestId.Length: > 0, Subscriber.Length: > 0, Keyword.Length: > 0, Amount: null or > 0 } ? request : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static ProblemHttpResult Refused(WebhookVerification signature, Merchant merchant) => Problems.Make(StatusCodes.Status401Unauthorized, "signature_refused",
        merchant.View.HasSecret ? $"The signature of the request was refused: {signature}." : $"{merchant.Keyword} has no secret yet: PUT /api/masps/{merchant.Keyword} {{\"secret\":\"whsec_...\"}}.");

    private static ProblemHttpResult Unknown(string keyword) =>
        Problems.NotFound("unknown_masp", $"There is no merchant \"{keyword}\" here. PUT /api/masps/{{keyword}} adds one.");
}
