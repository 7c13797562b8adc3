using System.Net;
using System.Text;
using System.Text.Json;
using CarrierPay.Engine.Protocols.StandardWebhooks;

namespace CarrierPay.Simulator.Tests;

[TestFixture]
public sealed class MaspTests
{
    private const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private const string Request = """{"quoteRequestId":"qr_1","subscriber":"sub_abc","keyword":"COFFEE","item":"LATTE","amount":null}""";

    private RunningSimulator _simulator = null!;
    private HttpClient _http = null!;

    [SetUp]
    public async Task StartAsync()
    {
        _simulator = await SimulatorApp.StartAsync(new SimulatorOptions
        {
            Smsc = { Port = 0 },
            Web = { Urls = "http://127.0.0.1:0" },
            Masps = [new() { Keyword = "coffee", Secret = Secret }],
        });
        _http = new HttpClient { BaseAddress = _simulator.WebAddress, Timeout = Eventually.Deadline };
    }

    [TearDown]
    public async Task StopAsync()
    {
        _http.Dispose();
        await _simulator.DisposeAsync();
    }

    [Test]
    public async Task A_signed_request_is_given_a_price()
    {
        var (status, quote) = await AskAsync(Request);

        Assert.That(status, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(quote.GetProperty("price").GetInt64(), Is.EqualTo(1250));
        Assert.That(quote.GetProperty("currency").GetString(), Is.EqualTo("EUR"));
        Assert.That(quote.GetProperty("text").GetString(), Is.EqualTo("Caffe Latte"));
        Assert.That(quote.GetProperty("quoteId").GetString(), Does.StartWith("q_"));
        Assert.That(quote.GetProperty("validUntil").GetDateTimeOffset(), Is.GreaterThan(TimeProvider.System.GetUtcNow()));
    }

    [Test]
    public async Task The_same_request_is_given_the_same_quote_id_and_another_one_another()
    {
        var first = (await AskAsync(Request)).Body.GetProperty("quoteId").GetString();
        var again = (await AskAsync(Request)).Body.GetProperty("quoteId").GetString();
        var other = (await AskAsync(Request.Replace("qr_1", "qr_2", StringComparison.Ordinal))).Body.GetProperty("quoteId").GetString();

        Assert.That(again, Is.EqualTo(first));
        Assert.That(other, Is.Not.EqualTo(first));
    }

    [Test]
    public async Task An_amount_that_the_subscriber_named_is_the_price()
    {
        var (_, quote) = await AskAsync(Request.Replace("\"amount\":null", "\"amount\":777", StringComparison.Ordinal));

        Assert.That(quote.GetProperty("price").GetInt64(), Is.EqualTo(777));
    }

    [Test]
    public async Task A_wrong_signature_is_refused_and_noted()
    {
        var (status, problem) = await AskAsync(Request, secret: "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=");

        Assert.That(status, Is.EqualTo(HttpStatusCode.Unauthorized));
        Assert.That(problem.GetProperty("code").GetString(), Is.EqualTo("signature_refused"));
        var asked = await GetAsync("/api/masps/COFFEE/quotes");
        Assert.That(asked.GetProperty("quotes")[0].GetProperty("signature").GetString(), Is.EqualTo("signatureWrong"));
    }

    [Test]
    public async Task An_old_request_is_refused()
    {
        var (status, problem) = await AskAsync(Request, age: TimeSpan.FromMinutes(6));

        Assert.That(status, Is.EqualTo(HttpStatusCode.Unauthorized));
        Assert.That(problem.GetProperty("detail").GetString(), Does.Contain("TimestampTooOld"));
    }

    [Test]
    public async Task A_merchant_without_a_secret_refuses_and_says_how_to_give_it_one()
    {
        await PutAsync("TEA", """{"price":300}""", HttpStatusCode.Created);

        var (status, problem) = await AskAsync(Request, keyword: "TEA");

        Assert.That(status, Is.EqualTo(HttpStatusCode.Unauthorized));
        Assert.That(problem.GetProperty("detail").GetString(), Does.Contain("has no secret yet"));
    }

    [TestCase("refuse", HttpStatusCode.Conflict, "not_for_sale")]
    [TestCase("error", HttpStatusCode.InternalServerError, "broken")]
    public async Task Told_to_refuse_or_to_fail_it_does(string mode, HttpStatusCode expected, string code)
    {
        await PutAsync("COFFEE", $$"""{"mode":"{{mode}}"}""");

        var (status, problem) = await AskAsync(Request);

        Assert.That((status, problem.GetProperty("code").GetString()), Is.EqualTo((expected, code)));
    }

    [Test]
    public async Task Told_to_answer_in_another_currency_it_does()
    {
        await PutAsync("COFFEE", """{"mode":"currency"}""");

        Assert.That((await AskAsync(Request)).Body.GetProperty("currency").GetString(), Is.EqualTo("USD"));
    }

    [Test]
    public async Task Told_to_give_an_expired_price_it_does()
    {
        await PutAsync("COFFEE", """{"mode":"expired"}""");

        Assert.That((await AskAsync(Request)).Body.GetProperty("validUntil").GetDateTimeOffset(), Is.LessThan(TimeProvider.System.GetUtcNow()));
    }

    [Test]
    public async Task Told_to_answer_nonsense_it_answers_200_with_a_page()
    {
        await PutAsync("COFFEE", """{"mode":"nonsense"}""");
        using var request = Sign("/masp/COFFEE/quotes", Request);
        using var response = await _http.SendAsync(request);

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(await response.Content.ReadAsStringAsync(), Does.StartWith("<html>"));
    }

    [Test]
    public async Task Told_to_be_late_it_answers_after_its_delay()
    {
        await PutAsync("COFFEE", """{"mode":"late","delayMs":20}""");

        Assert.That((await AskAsync(Request)).Status, Is.EqualTo(HttpStatusCode.OK));
    }

    [Test]
    public async Task Told_to_be_silent_it_notes_the_request_and_never_answers()
    {
        await PutAsync("COFFEE", """{"mode":"silent"}""");
        using var request = Sign("/masp/COFFEE/quotes", Request);
        using var gone = new CancellationTokenSource();
        var asking = _http.SendAsync(request, gone.Token);

        await Eventually.True(() => _simulator.Merchants.All[0].Quotes.Count == 1, "the request is noted");
        Assert.That(asking.IsCompleted, Is.False);
        await gone.CancelAsync();
        Assert.That(async () => await asking, Throws.InstanceOf<OperationCanceledException>());
    }

    [TestCase("""{"quoteRequestId":"qr_1"}""")]
    [TestCase("""{"quoteRequestId":"qr_1","subscriber":"s","keyword":"COFFEE","amount":-5}""")]
    [TestCase("not json")]
    [TestCase("null")]
    public async Task A_signed_request_that_is_none_is_refused(string body)
    {
        var (status, problem) = await AskAsync(body);

        Assert.That((status, problem.GetProperty("code").GetString()), Is.EqualTo((HttpStatusCode.BadRequest, "wrong_quote_request")));
    }

    [TestCase("""{"price":0}""", "wrong_masp", "price is in minor units")]
    [TestCase("""{"price":12.5}""", "bad_request", "wrong value at $.price")]
    [TestCase("""{"currency":"euro"}""", "wrong_masp", "three capital letters")]
    [TestCase("""{"secret":"hunter2"}""", "wrong_masp", "whsec_")]
    [TestCase("""{"mode":"grumpy"}""", "bad_request", "wrong value at $.mode")]
    [TestCase("""{"delay":5}""", "bad_request", "unknown field \"delay\"")]
    [TestCase("""{"price":""", "bad_request", "wrong value at $.price")]
    public async Task A_merchant_that_cannot_be_is_refused_with_the_reason(string order, string code, string reason)
    {
        var problem = await PutAsync("COFFEE", order, HttpStatusCode.BadRequest);

        Assert.That(problem.GetProperty("code").GetString(), Is.EqualTo(code));
        Assert.That(problem.GetProperty("detail").GetString(), Does.Contain(reason));
        Assert.That(_simulator.Merchants.All[0].View.Price, Is.EqualTo(1250));
    }

    [Test]
    public async Task The_secret_is_never_shown()
    {
        var all = await _http.GetStringAsync("/api/masps");

        Assert.That(all, Does.Contain("\"hasSecret\":true").And.Not.Contain(Secret[6..]));
    }

    [Test]
    public async Task A_signed_notice_is_kept_and_a_repeat_is_marked()
    {
        const string Notice = """{"type":"payment.charged","data":{"amount":1250}}""";
        foreach (var _ in Enumerable.Range(0, 2))
        {
            using var request = Sign("/masp/COFFEE/notices", Notice, id: "msg_1");
            using var response = await _http.SendAsync(request);
            Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.NoContent));
        }

        var notices = (await GetAsync("/api/masps/COFFEE/notices")).GetProperty("notices").EnumerateArray().ToArray();
        Assert.That(notices.Select(notice => (notice.GetProperty("body").GetString(), notice.GetProperty("repeat").GetBoolean())), Is.EqualTo(new[] { (Notice, false), (Notice, true) }));
    }

    [TestCase("error", HttpStatusCode.InternalServerError)]
    [TestCase("gone", HttpStatusCode.Gone)]
    public async Task A_notice_is_answered_as_ordered(string mode, HttpStatusCode expected)
    {
        await PutAsync("COFFEE", $$"""{"noticeMode":"{{mode}}"}""");
        using var request = Sign("/masp/COFFEE/notices", "{}");
        using var response = await _http.SendAsync(request);

        Assert.That(response.StatusCode, Is.EqualTo(expected));
    }

    [Test]
    public async Task An_unsigned_notice_is_refused()
    {
        using var response = await _http.PostAsync("/masp/COFFEE/notices", new StringContent("{}"));

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized));
    }

    [Test]
    public async Task A_body_that_is_too_large_is_refused()
    {
        using var request = Sign("/masp/COFFEE/notices", new string('x', 100_000));
        using var response = await _http.SendAsync(request);

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.RequestEntityTooLarge));
    }

    private async Task<(HttpStatusCode Status, JsonElement Body)> AskAsync(string body, string secret = Secret, string keyword = "COFFEE", TimeSpan age = default)
    {
        using var request = Sign($"/masp/{keyword}/quotes", body, secret, age: age);
        using var response = await _http.SendAsync(request);
        return (response.StatusCode, JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement);
    }

    private async Task<JsonElement> PutAsync(string keyword, string order, HttpStatusCode expected = HttpStatusCode.OK)
    {
        using var response = await _http.PutAsync($"/api/masps/{keyword}", new StringContent(order, Encoding.UTF8, "application/json"));
        var body = await response.Content.ReadAsStringAsync();
        Assert.That(response.StatusCode, Is.EqualTo(expected), body);
        return JsonDocument.Parse(body).RootElement;
    }

    private async Task<JsonElement> GetAsync(string path) => JsonDocument.Parse(await _http.GetStringAsync(path)).RootElement;

    private static HttpRequestMessage Sign(string path, string body, string secret = Secret, string id = "msg_1", TimeSpan age = default)
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new ByteArrayContent(bytes) };
        new WebhookSigner(WebhookSecret.Parse(secret)).Sign(id, TimeProvider.System.GetUtcNow() - age, bytes).ApplyTo(request);
        return request;
    }
}
