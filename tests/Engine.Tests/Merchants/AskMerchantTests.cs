using System.Net;
using System.Threading.Channels;
using CarrierPay.Engine.Lanes;
using CarrierPay.Engine.Merchants;
using CarrierPay.Engine.Primitives;
using CarrierPay.Engine.Protocols.StandardWebhooks;
using CarrierPay.Engine.Subscribers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace CarrierPay.Engine.Tests.Merchants;

/// <summary>A merchant on a real loopback socket, in every mood.</summary>
[TestFixture]
public sealed class AskMerchantTests
{
    private const string Secret = "whsec_Y2FycmllcnBheSBkZW1vLCBub3QgYSByZWFsIHNlY3JldCE=";
    private const string Good = """{"price":1250,"currency":"EUR","validUntil":"2030-01-01T00:00:00+02:00","quoteId":"q1","text":"Latte"}""";
    private static readonly MerchantId Coffee = new(7);

    private WebApplication _merchant = null!;
    private RequestDelegate _answer = null!;
    private string _url = null!;

    [SetUp]
    public async Task StartMerchant()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _merchant = builder.Build();
        _merchant.Run(http => _answer(http));
        await _merchant.StartAsync();
        _url = _merchant.Urls.First();
    }

    [TearDown]
    public async Task StopMerchant()
    {
        using var atOnce = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));
        await _merchant.StopAsync(atOnce.Token);
        await _merchant.DisposeAsync();
    }

    [Test]
    public async Task A_price_comes_back_as_an_event_and_the_question_was_signed()
    {
        var verified = WebhookVerification.Verified;
        _answer = async http =>
        {
            using var body = new MemoryStream();
            await http.Request.Body.CopyToAsync(body);
            verified = new WebhookVerifier(TimeProvider.System, WebhookSecret.Parse(Secret)).Verify(
                http.Request.Headers["webhook-id"], http.Request.Headers["webhook-timestamp"], http.Request.Headers["webhook-signature"], body.ToArray());
            Assert.That(http.Request.Headers["webhook-id"].ToString(), Is.EqualTo("qr-1"));
            await http.Response.WriteAsync(Good);
        };

        var result = await AskAsync();

        Assert.That(verified, Is.EqualTo(WebhookVerification.Verified));
        Assert.That(result, Is.EqualTo(new QuoteResult(QuoteKind.Priced, 1250, "EUR", new DateTimeOffset(2029, 12, 31, 22, 0, 0, TimeSpan.Zero), "q1", "Latte")));
        Assert.That(result!.ValidUntil!.Value.Offset, Is.EqualTo(TimeSpan.Zero));
    }

    [TestCase(200, "<html>It works!</html>", QuoteKind.Invalid)]
    [TestCase(200, """{"price":12.5,"currency":"EUR"}""", QuoteKind.Invalid)]
    [TestCase(200, """{"price":"1250","currency":"EUR"}""", QuoteKind.Invalid)]
    [TestCase(200, """{"price":1250}""", QuoteKind.Invalid)]
    [TestCase(200, """{"price":1250,"currency":"EUR","validUntil":"2030-01-01T00:00:00"}""", QuoteKind.Invalid)]
    [TestCase(200, """{"price":1250,"price":1,"currency":"EUR"}""", QuoteKind.Invalid)]
    [TestCase(200, """{"price":1250,"currency":"EUR","text":5}""", QuoteKind.Invalid)]
    [TestCase(200, """{"price":1250,"currency":"EUR","text":"\ud800"}""", QuoteKind.Invalid)]
    [TestCase(200, "[]", QuoteKind.Invalid)]
    [TestCase(200, "", QuoteKind.Invalid)]
    [TestCase(302, "", QuoteKind.Invalid)]
    [TestCase(409, "", QuoteKind.Refused)]
    [TestCase(500, "", QuoteKind.NoAnswer)]
    [TestCase(200, """{"price":1250,"currency":"EUR","mood":"good"}""", QuoteKind.Priced)]
    public async Task An_answer_is_understood_strictly(int status, string body, QuoteKind expected)
    {
        _answer = async http =>
        {
            http.Response.StatusCode = status;
            if (status == 302)
                http.Response.Headers.Location = "/elsewhere";
            else
                await http.Response.WriteAsync(body);
        };

        Assert.That((await AskAsync())?.Kind, Is.EqualTo(expected));
    }

    [Test]
    public async Task A_merchant_without_an_address_gave_no_answer_and_its_room_is_given_back() =>
        Assert.That((await AskAsync(keyword: "GONE"))?.Kind, Is.EqualTo(QuoteKind.NoAnswer));

    [Test]
    public async Task A_merchant_that_is_late_gave_no_answer()
    {
        _answer = http => Task.Delay(Timeout.InfiniteTimeSpan, http.RequestAborted);

        Assert.That((await AskAsync(within: TimeSpan.FromMilliseconds(300)))?.Kind, Is.EqualTo(QuoteKind.NoAnswer));
    }

    [Test]
    public async Task A_body_that_trickles_is_late_too()
    {
        _answer = async http =>
        {
            await http.Response.WriteAsync("{");
            await http.Response.Body.FlushAsync();
            await Task.Delay(Timeout.InfiniteTimeSpan, http.RequestAborted);
        };

        Assert.That((await AskAsync(within: TimeSpan.FromMilliseconds(300)))?.Kind, Is.EqualTo(QuoteKind.NoAnswer));
    }

    [Test]
    public async Task An_answer_of_more_than_16_KiB_is_no_quote()
    {
        _answer = http => http.Response.WriteAsync(Good + new string(' ', QuoteClient.MostOctets));

        Assert.That((await AskAsync())?.Kind, Is.EqualTo(QuoteKind.Invalid));
    }

    [Test]
    public async Task Nobody_there_is_no_answer()
    {
        _url = "http://127.0.0.1:1";

        Assert.That((await AskAsync())?.Kind, Is.EqualTo(QuoteKind.NoAnswer));
    }

    [Test]
    public async Task An_engine_that_may_have_lost_its_lease_asks_nobody_and_says_nothing()
    {
        var asked = 0;
        _answer = _ =>
        {
            Interlocked.Increment(ref asked);
            return Task.CompletedTask;
        };

        Assert.That(await AskAsync(holdsLease: false), Is.Null);
        Assert.That(asked, Is.Zero);
    }

    [Test]
    public async Task Plain_http_is_refused_unless_it_is_allowed()
    {
        var asked = 0;
        _answer = _ =>
        {
            Interlocked.Increment(ref asked);
            return Task.CompletedTask;
        };

        Assert.That((await AskAsync(allowPrivate: false))?.Kind, Is.EqualTo(QuoteKind.NoAnswer));
        Assert.That(asked, Is.Zero);
    }

    [Test]
    public async Task A_private_address_is_refused_when_it_is_connected_to()
    {
        _url = _url.Replace("http://127.0.0.1", "https://localhost", StringComparison.Ordinal);
        using var client = new QuoteClient(Options.Create(new MerchantsOptions()), TimeProvider.System);

        var (result, failure) = await client.AskAsync(
            new(Coffee, new Uri(_url), WebhookSecret.Parse(Secret)), new("qr-1", "token", "COFFEE", null, null), TimeSpan.FromSeconds(3), CancellationToken.None);

        Assert.That(result.Kind, Is.EqualTo(QuoteKind.NoAnswer));
        Assert.That(failure, Does.Contain("could not be reached"));
    }

    [TestCase("8.8.8.8", true)]
    [TestCase("2606:4700::1111", true)]
    [TestCase("127.0.0.1", false)]
    [TestCase("10.1.2.3", false)]
    [TestCase("172.31.0.1", false)]
    [TestCase("192.168.1.1", false)]
    [TestCase("169.254.169.254", false)]
    [TestCase("100.64.0.1", false)]
    [TestCase("0.0.0.0", false)]
    [TestCase("224.0.0.1", false)]
    [TestCase("255.255.255.255", false)]
    [TestCase("::1", false)]
    [TestCase("::ffff:10.0.0.1", false)]
    [TestCase("fd00::1", false)]
    [TestCase("fe80::1", false)]
    [TestCase("64:ff9b::a00:1", false)]
    [TestCase("2002:a00:1::", false)]
    public void Public_addresses_are_told_from_others(string address, bool isPublic) =>
        Assert.That(PublicAddress.Is(IPAddress.Parse(address)), Is.EqualTo(isPublic));

    [Test]
    public async Task An_answer_that_was_not_decided_is_brought_again()
    {
        _answer = http => http.Response.WriteAsync(Good);

        Assert.That((await AskAsync(refusals: 2))?.Kind, Is.EqualTo(QuoteKind.Priced));
    }

    /// <summary>Runs the connector over one call; null if nothing was brought. The permit is always back.</summary>
    private async Task<QuoteResult?> AskAsync(TimeSpan? within = null, bool holdsLease = true, bool allowPrivate = true, int refusals = 0, string keyword = "COFFEE")
    {
        var calls = Channel.CreateUnbounded<ConnectorCall>();
        var endpoints = new MerchantEndpoints();
        endpoints.Replace(new Dictionary<string, MerchantEndpoint> { ["COFFEE"] = new(Coffee, new Uri(_url), WebhookSecret.Parse(Secret)) });
        var permits = new Permits(1);
        Assert.That(permits.TryTake(Coffee), Is.True);
        QuoteResult? brought = null;
        using var client = new QuoteClient(Options.Create(new MerchantsOptions { AllowPrivateAddresses = allowPrivate }), TimeProvider.System);
        using var connector = new AskMerchant(
            calls.Reader, _ => holdsLease,
            (route, answered) =>
            {
                Assert.That(route, Is.EqualTo(new Route(new(5), 3)));
                if (refusals-- > 0)
                    return Task.FromResult(EventFate.NotDecided);
                brought = ((QuoteAnswered)answered).Result;
                return Task.FromResult(EventFate.Decided);
            },
            endpoints, client, permits, Options.Create(new PaymentsOptions { QuoteWithin = within ?? TimeSpan.FromSeconds(10) }), new(TimeProvider.System), TimeProvider.System,
            NullLogger<AskMerchant>.Instance);
        await calls.Writer.WriteAsync(new(
            1, new(5), 3, new(9), Coffee, ConnectorKind.Quote, new QuoteRequest("qr-1", "token", keyword, "LATTE", null).ToJson(), TimeProvider.System.GetUtcNow()));
        calls.Writer.Complete();

        await connector.StartAsync(CancellationToken.None);
        await connector.ExecuteTask!.WaitAsync(TimeSpan.FromSeconds(20));

        Assert.That(permits.TryTake(Coffee), Is.True, "the permit is back");
        return brought;
    }
}
