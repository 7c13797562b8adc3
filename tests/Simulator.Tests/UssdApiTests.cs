using System.Net;
using System.Text;
using System.Text.Json;
using CarrierPay.SmppAdapter.Ussd;

namespace CarrierPay.Simulator.Tests;

[TestFixture]
public sealed class UssdApiTests
{
    private const string Ussd = "/api/phones/447700900123/ussd";

    private RunningSimulator _simulator = null!;
    private HttpClient _http = null!;

    [SetUp]
    public async Task StartAsync()
    {
        _simulator = await SimulatorApp.StartAsync();
        _http = new HttpClient { BaseAddress = _simulator.WebAddress, Timeout = Eventually.Deadline };
    }

    [TearDown]
    public async Task StopAsync()
    {
        _http.Dispose();
        await _simulator.DisposeAsync();
    }

    [Test]
    public async Task A_session_is_dialled_answered_and_ended()
    {
        await using var esme = await UssdEsme.BindAsync(_simulator, input => new(input.Kind == UssdInputKind.Begin ? "1 Balance" : $"You typed {input.Text}", UssdStep.Ask));

        Assert.That((await SendAsync("GET", Ussd)).Status, Is.EqualTo(HttpStatusCode.NotFound));
        var (status, begun) = await SendAsync("POST", Ussd, """{"dial":"*500#"}""");
        Assert.That((status, begun.GetProperty("id").GetInt32(), begun.GetProperty("state").GetString()), Is.EqualTo((HttpStatusCode.Accepted, 1, "waiting")));
        await Shows("asked", "1 Balance");
        Assert.That((await SendAsync("POST", Ussd + "/answer", """{"text":"1"}""")).Status, Is.EqualTo(HttpStatusCode.Accepted));
        await Shows("asked", "You typed 1");
        Assert.That((await SendAsync("DELETE", Ussd)).Status, Is.EqualTo(HttpStatusCode.NoContent));

        var ended = (await SendAsync("GET", Ussd)).Body;
        Assert.That((ended.GetProperty("state").GetString(), ended.GetProperty("end").GetString()), Is.EqualTo(("ended", "cancelled")));
        Assert.That(ended.GetProperty("lines").GetArrayLength(), Is.EqualTo(4));
    }

    [TestCase("POST", "", """{"dial":"500"}""", 400, "not_dialable", "*500#")]
    [TestCase("POST", "", """{"dial":"*501#"}""", 400, "unknown_code", "*500#")]
    [TestCase("POST", "", """{"text":"1"}""", 400, "bad_request", "text")]
    [TestCase("POST", "/answer", """{"text":"1"}""", 409, "no_session", "dial")]
    [TestCase("DELETE", "", null, 409, "no_session", "dial")]
    public async Task Bad_input_is_a_problem_with_a_code_and_a_clear_text(string method, string path, string? body, int status, string code, string named)
    {
        var (answered, problem) = await SendAsync(method, Ussd + path, body);

        Assert.That(((int)answered, problem.GetProperty("code").GetString()), Is.EqualTo((status, code)));
        Assert.That(problem.GetProperty("detail").GetString(), Does.Contain(named));
    }

    [Test]
    public async Task A_second_session_and_an_answer_to_nothing_are_conflicts()
    {
        await SendAsync("POST", Ussd, """{"dial":"*500#"}""");

        Assert.That((await SendAsync("POST", Ussd, """{"dial":"*500#"}""")).Body.GetProperty("code").GetString(), Is.EqualTo("busy"));
        Assert.That((await SendAsync("POST", Ussd + "/answer", """{"text":"1"}""")).Body.GetProperty("code").GetString(), Is.EqualTo("not_asked"));
    }

    [Test]
    public async Task A_handset_that_is_taken_away_ends_its_session()
    {
        await using var esme = await UssdEsme.BindAsync(_simulator, _ => new("1 Balance"));
        await SendAsync("POST", Ussd, """{"dial":"*500#"}""");
        await Shows("asked", "1 Balance");

        await SendAsync("DELETE", "/api/phones/447700900123");

        await Eventually.True(() => esme.Taken is [.., (UssdTakenKind.GivenUp, _)], "the application is told");
        Assert.That((await SendAsync("GET", Ussd)).Body.GetProperty("code").GetString(), Is.EqualTo("unknown_phone"));
    }

    [Test]
    public async Task Sessions_come_as_events_of_their_handset()
    {
        await SendAsync("POST", Ussd, """{"dial":"*500#"}""");
        using var deadline = new CancellationTokenSource(Eventually.Deadline);
        using var reader = new StreamReader(await _http.GetStreamAsync("/api/phones/447700900123/events", deadline.Token));

        Assert.That(await reader.ReadLineAsync(deadline.Token), Is.EqualTo("event: ussd"));
        Assert.That(await reader.ReadLineAsync(deadline.Token), Does.Contain("\"state\":\"waiting\""));
        await SendAsync("DELETE", Ussd);
        string? line;
        while ((line = await reader.ReadLineAsync(deadline.Token)) is not null && !line.Contains("\"end\":\"cancelled\"", StringComparison.Ordinal))
        {
        }
        Assert.That(line, Is.Not.Null);
    }

    private Task Shows(string state, string text) => Eventually.True(async () =>
        (await SendAsync("GET", Ussd)).Body is var view && view.GetProperty("state").GetString() == state && view.GetProperty("text").GetString() == text, $"{state}: {text}");

    private async Task<(HttpStatusCode Status, JsonElement Body)> SendAsync(string method, string path, string? body = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json") };
        using var response = await _http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return (response.StatusCode, text.Length > 0 ? JsonDocument.Parse(text).RootElement : default);
    }
}
