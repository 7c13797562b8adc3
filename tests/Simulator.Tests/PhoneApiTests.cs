using System.Net;
using System.Net.ServerSentEvents;
using System.Text;
using System.Text.Json;

namespace CarrierPay.Simulator.Tests;

[TestFixture]
public sealed class PhoneApiTests
{
    private const string Ann = "447700900123";

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
    public async Task A_text_is_sent_and_its_answer_read()
    {
        await using var esme = await ScriptedEsme.BindAsync(_simulator, (_, _) => new(SmppAdapter.Pdu.CommandStatus.ROK, "Pay EUR 12.50? Reply Y 4821"));

        var (status, accepted) = await SendAsync(HttpMethod.Post, $"/api/phones/{Ann}/sms", """{"to":"500","text":"PAY COFFEE"}""");
        Assert.That(status, Is.EqualTo(HttpStatusCode.Accepted));
        Assert.That(accepted.ToString(), Is.EqualTo("""{"id":1,"state":"accepted"}"""));
        await Eventually.True(async () => (await MessagesAsync(after: 1)).Length == 1, "the answer arrives");

        var answer = (await MessagesAsync(after: 1))[0];
        Assert.That(answer.GetProperty("seq").GetInt32(), Is.EqualTo(2));
        Assert.That(answer.GetProperty("direction").GetString(), Is.EqualTo("in"));
        Assert.That(answer.GetProperty("peer").GetString(), Is.EqualTo("500"));
        Assert.That(answer.GetProperty("text").GetString(), Is.EqualTo("Pay EUR 12.50? Reply Y 4821"));
        Assert.That(answer.GetProperty("parts").GetInt32(), Is.EqualTo(1));
        Assert.That(answer.GetProperty("encoding").GetString(), Is.EqualTo("gsm7"));
        Assert.That(answer.GetProperty("state").GetString(), Is.EqualTo("delivered"));
        Assert.That(answer.GetProperty("read").GetBoolean(), Is.False);
    }

    [Test]
    public async Task A_phone_is_added_renamed_and_removed()
    {
        Assert.That((await SendAsync(HttpMethod.Put, "/api/phones/+447700900789", """{"name":"Kim","language":"zh"}""")).Status, Is.EqualTo(HttpStatusCode.Created));
        Assert.That((await SendAsync(HttpMethod.Put, "/api/phones/447700900789", """{"name":"Kimberley"}""")).Status, Is.EqualTo(HttpStatusCode.OK));

        var phones = (await SendAsync(HttpMethod.Get, "/api/phones")).Body.GetProperty("phones").EnumerateArray();
        Assert.That(phones.Last().ToString(), Is.EqualTo("""{"msisdn":"447700900789","name":"Kimberley","language":"zh"}"""));
        Assert.That((await SendAsync(HttpMethod.Delete, "/api/phones/447700900789")).Status, Is.EqualTo(HttpStatusCode.NoContent));
        Assert.That((await SendAsync(HttpMethod.Delete, "/api/phones/447700900789")).Status, Is.EqualTo(HttpStatusCode.NotFound));
    }

    [Test]
    public async Task Events_begin_with_what_is_there_and_go_on_with_each_change()
    {
        await using var esme = await ScriptedEsme.BindAsync(_simulator);
        await esme.SubmitAsync(Ann, "one");
        using var deadline = new CancellationTokenSource(Eventually.Deadline);
        await using var stream = await _http.GetStreamAsync($"/api/phones/{Ann}/events", deadline.Token);
        await using var events = SseParser.Create(stream).EnumerateAsync(deadline.Token).GetAsyncEnumerator(deadline.Token);

        Assert.That(await NextAsync(events), Is.EqualTo(("message", 1, "one", false)));
        await esme.SubmitAsync(Ann, "two");
        Assert.That(await NextAsync(events), Is.EqualTo(("message", 2, "two", false)));
        await SendAsync(HttpMethod.Post, $"/api/phones/{Ann}/messages/2/read");
        Assert.That(await NextAsync(events), Is.EqualTo(("message", 2, "two", true)));
    }

    [TestCase("POST", "/api/phones/447700900000/sms", """{"to":"500","text":"x"}""", 404, "unknown_phone", "447700900000")]
    [TestCase("GET", "/api/phones/447700900000/messages", null, 404, "unknown_phone", "447700900000")]
    [TestCase("GET", "/api/phones/447700900000/events", null, 404, "unknown_phone", "447700900000")]
    [TestCase("POST", "/api/phones/447700900123/sms", """{"to":"500","text":"  "}""", 400, "empty_text", "empty")]
    [TestCase("POST", "/api/phones/447700900123/sms", """{"to":"501","text":"x"}""", 400, "unknown_destination", "501")]
    [TestCase("POST", "/api/phones/447700900123/sms", """{"to":"500"}""", 400, "bad_request", "\"text\" is missing")]
    [TestCase("POST", "/api/phones/447700900123/sms", """{"to":"500","text":null}""", 400, "bad_request", "$.text")]
    [TestCase("POST", "/api/phones/447700900123/sms", """{"to":"500","text":"x","form":"y"}""", 400, "bad_request", "unknown field \"form\"")]
    [TestCase("POST", "/api/phones/447700900123/sms", "PAY COFFEE", 400, "bad_request", "not valid JSON")]
    [TestCase("PUT", "/api/phones/bob", """{"name":"Bob"}""", 400, "not_a_number", "bob")]
    [TestCase("PUT", "/api/phones/1234567890123456", """{}""", 400, "not_a_number", "5 to 15 digits")]
    [TestCase("PUT", "/api/phones/447700900001", """{"language":"tlh"}""", 400, "bad_request", "$.language")]
    [TestCase("POST", "/api/phones/447700900123/messages/9/read", null, 404, "unknown_message", "9")]
    [TestCase("POST", "/api/faults", """{"deliver":"sing"}""", 400, "wrong_fault", "duplicate, mute, delay")]
    [TestCase("POST", "/api/receipts", """{"copies":11}""", 400, "wrong_receipt", "Copies")]
    [TestCase("POST", "/api/receipts", """{"form":"carrier pigeon"}""", 400, "bad_request", "$.form")]
    [TestCase("POST", "/api/load", """{"phones":0,"seconds":1}""", 400, "wrong_load", "phones is 1 to 10000000")]
    [TestCase("POST", "/api/load", """{"phones":1,"seconds":1,"open":1,"steps":[null]}""", 400, "wrong_load", "steps[0]")]
    [TestCase("POST", "/api/load", """{"phones":1}""", 400, "bad_request", "\"seconds\" is missing")]
    [TestCase("GET", "/api/load", null, 404, "no_load", "POST /api/load")]
    [TestCase("DELETE", "/api/load", null, 404, "no_load", "POST /api/load")]
    [TestCase("GET", "/api/masps/NOBODY", null, 404, "unknown_masp", "NOBODY")]
    public async Task Bad_input_is_a_problem_with_a_code_and_a_clear_text(string method, string path, string? body, int status, string code, string named)
    {
        var (answered, problem) = await SendAsync(new HttpMethod(method), path, body);

        Assert.That((int)answered, Is.EqualTo(status));
        Assert.That(problem.GetProperty("code").GetString(), Is.EqualTo(code));
        Assert.That(problem.GetProperty("detail").GetString(), Does.Contain(named));
    }

    [Test]
    public async Task A_load_is_started_watched_and_stopped()
    {
        const string order = """{"phones":100,"seconds":600,"rate":10,"text":"BAL"}""";
        Assert.That((await SendAsync(HttpMethod.Post, "/api/load", order)).Status, Is.EqualTo(HttpStatusCode.Accepted));
        var (again, problem) = await SendAsync(HttpMethod.Post, "/api/load", order);
        Assert.That((again, problem.GetProperty("code").GetString()), Is.EqualTo((HttpStatusCode.Conflict, "load_running")));
        Assert.That((await SendAsync(HttpMethod.Get, "/api/load")).Body.GetProperty("state").GetString(), Is.EqualTo("running"));

        var (_, report) = await SendAsync(HttpMethod.Delete, "/api/load");

        Assert.That(report.GetProperty("state").GetString(), Is.EqualTo("stopped"));
        Assert.That(report.GetProperty("deliverLatency").GetProperty("p999").GetDouble(), Is.Zero);
    }

    [TestCase('a', 1530, true)]
    [TestCase('a', 1531, false)]
    [TestCase('€', 760, true)]
    [TestCase('€', 766, false)]
    [TestCase('支', 670, true)]
    [TestCase('支', 671, false)]
    public async Task Ten_parts_are_sent_and_more_are_refused(char letter, int length, bool fits)
    {
        var (status, body) = await SendAsync(HttpMethod.Post, $"/api/phones/{Ann}/sms", JsonSerializer.Serialize(new { to = "500", text = new string(letter, length) }));

        Assert.That(status, Is.EqualTo(fits ? HttpStatusCode.Accepted : HttpStatusCode.BadRequest));
        if (!fits) Assert.That(body.GetProperty("code").GetString(), Is.EqualTo("text_too_long"));
    }

    [Test]
    public async Task The_page_and_its_parts_come_from_the_simulator_itself()
    {
        foreach (var file in new[] { "/", "/app.js", "/handset.js", "/keypad.js", "/words.js", "/ussd.js", "/drawing.js", "/panel.js", "/api.js", "/style.css", "/icon.svg" })
        {
            using var response = await _http.GetAsync(file);
            Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.OK), file);
            Assert.That(response.Headers.GetValues("Content-Security-Policy").Single(), Does.StartWith("default-src 'self'"));
        }
    }

    private static async Task<(string Type, int Seq, string? Text, bool Read)> NextAsync(IAsyncEnumerator<SseItem<string>> events)
    {
        Assert.That(await events.MoveNextAsync(), Is.True);
        var message = JsonDocument.Parse(events.Current.Data).RootElement;
        return (events.Current.EventType, message.GetProperty("seq").GetInt32(), message.GetProperty("text").GetString(), message.GetProperty("read").GetBoolean());
    }

    private async Task<JsonElement[]> MessagesAsync(int after) =>
        [.. (await SendAsync(HttpMethod.Get, $"/api/phones/{Ann}/messages?after={after}")).Body.GetProperty("messages").EnumerateArray()];

    private async Task<(HttpStatusCode Status, JsonElement Body)> SendAsync(HttpMethod method, string path, string? body = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json") };
        using var response = await _http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return (response.StatusCode, text.Length > 0 ? JsonDocument.Parse(text).RootElement : default);
    }
}
