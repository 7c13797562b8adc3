using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace CarrierPay.Demo;

/// <summary>A message as the handset shows it: <c>in</c> has arrived on it, <c>out</c> was sent from it.</summary>
public sealed record HandsetMessage(int Seq, string Direction, string Peer, string Text, DateTimeOffset At, int Parts, string Encoding, string State)
{
    public bool HasArrived => Direction == "in";

    public bool IsQueued => State == "queued";
}

/// <summary>A USSD session as the handset shows it; <c>Text</c> is the last screen.</summary>
public sealed record UssdScreen(int Id, string State, string? Text, string? End)
{
    public bool IsWaiting => State == "waiting";

    public bool HasEnded => State == "ended";
}

/// <summary>How the demo's merchant is to behave.</summary>
/// <remarks><c>Price</c> is in minor units; what is null stays as it is.</remarks>
public sealed record MaspOrder(string? Secret, long? Price, string? Currency, string? Text, string? Mode);

/// <summary>A quote that the engine asked a merchant for, and whether its signature was right.</summary>
public sealed record QuoteAsked(int Seq, string Signature, int Status);

/// <summary>A notice that a merchant got, whether its signature was right, and its body as it came.</summary>
public sealed record NoticeGot(int Seq, string Signature, int Status, string Body);

/// <summary>The simulator answered with something that is not expected of it.</summary>
public sealed class SimulatorException(string message) : Exception(message);

/// <summary>The simulator's HTTP: handsets, merchants, and faults on the line.</summary>
public sealed class SimulatorClient(Uri address) : IDisposable
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull,
    };

    private readonly HttpClient _http = new() { BaseAddress = address, Timeout = TimeSpan.FromSeconds(15) };

    public Task PutPhoneAsync(string msisdn, string name, string language) =>
        SendAsync(HttpMethod.Put, $"/api/phones/{msisdn}", new { name, language });

    /// <summary>Types a text on a handset and sends it.</summary>
    public Task SendSmsAsync(string msisdn, string to, string text) =>
        SendAsync(HttpMethod.Post, $"/api/phones/{msisdn}/sms", new { to, text });

    public async Task<IReadOnlyList<HandsetMessage>> MessagesAfterAsync(string msisdn, int seq) =>
        (await GetAsync<Messages>($"/api/phones/{msisdn}/messages?after={seq}")).Items;

    /// <summary>Dials <c>*500#</c> or the like on a handset.</summary>
    public Task DialAsync(string msisdn, string dialled) => SendAsync(HttpMethod.Post, $"/api/phones/{msisdn}/ussd", new { dial = dialled });

    public Task AnswerUssdAsync(string msisdn, string text) => SendAsync(HttpMethod.Post, $"/api/phones/{msisdn}/ussd/answer", new { text });

    public Task<UssdScreen> ScreenAsync(string msisdn) => GetAsync<UssdScreen>($"/api/phones/{msisdn}/ussd");

    public Task PutMaspAsync(string keyword, MaspOrder order) => SendAsync(HttpMethod.Put, $"/api/masps/{keyword}", order);

    public async Task<IReadOnlyList<QuoteAsked>> QuotesAsync(string keyword) =>
        (await GetAsync<AskedQuotes>($"/api/masps/{keyword}/quotes")).Quotes;

    public async Task<IReadOnlyList<NoticeGot>> NoticesAsync(string keyword) =>
        (await GetAsync<GotNotices>($"/api/masps/{keyword}/notices")).Notices;

    /// <summary>The next message from a handset is delivered twice, as an SMSC does that has missed the answer.</summary>
    public Task RepeatNextMessageAsync() => SendAsync(HttpMethod.Post, "/api/faults", new { deliver = "duplicate", count = 1 });

    /// <summary>How many ordered faults have not happened yet.</summary>
    public async Task<int> FaultsLeftAsync() => (await GetAsync<OrderedFaults>("/api/faults")).Faults.Count;

    /// <summary>Sets what a number has of airtime, minor units.</summary>
    public Task PutAirtimeAsync(string msisdn, long balance) => SendAsync(HttpMethod.Put, $"/api/ocs/accounts/{msisdn}", new { balance });

    public async Task<long> AirtimeAsync(string msisdn) =>
        (await GetAsync<OcsAccounts>("/api/ocs/accounts")).Accounts.Single(account => account.Msisdn == msisdn).Balance;

    /// <summary>The charging system books the next request and never answers it.</summary>
    public Task MuteChargingSystemOnceAsync() => SendAsync(HttpMethod.Post, "/api/ocs/faults", new { fault = "mute" });

    public async Task<long> AtBankAsync(string account) =>
        (await GetAsync<BankAccounts>("/api/bank/accounts")).Accounts.Single(a => a.Number == account).Balance;

    /// <summary>The bank does the next debit and never answers it.</summary>
    public Task MuteBankOnceAsync() => SendAsync(HttpMethod.Post, "/api/bank/faults", new { fault = "mute", on = "debit" });

    public void Dispose() => _http.Dispose();

    private async Task SendAsync(HttpMethod method, string path, object body)
    {
        using var request = new HttpRequestMessage(method, path) { Content = JsonContent.Create(body, body.GetType(), options: Json) };
        using var response = await _http.SendAsync(request);
        await ThrowIfRefusedAsync(response, method, path);
    }

    private async Task<T> GetAsync<T>(string path)
    {
        using var response = await _http.GetAsync(new Uri(path, UriKind.Relative));
        await ThrowIfRefusedAsync(response, HttpMethod.Get, path);
        return await response.Content.ReadFromJsonAsync<T>(Json) ?? throw new SimulatorException($"GET {path} answered null");
    }

    private static async Task ThrowIfRefusedAsync(HttpResponseMessage response, HttpMethod method, string path)
    {
        if (response.IsSuccessStatusCode) return;
        var body = response.StatusCode == HttpStatusCode.NotFound ? "" : await response.Content.ReadAsStringAsync();
        throw new SimulatorException($"{method} {path} answered {(int)response.StatusCode} {body}".TrimEnd());
    }

    private sealed record Messages([property: System.Text.Json.Serialization.JsonPropertyName("messages")] IReadOnlyList<HandsetMessage> Items);

    private sealed record OrderedFaults(IReadOnlyList<JsonElement> Faults);

    private sealed record AskedQuotes(IReadOnlyList<QuoteAsked> Quotes);

    private sealed record OcsAccount(string Msisdn, long Balance);

    private sealed record OcsAccounts(IReadOnlyList<OcsAccount> Accounts);

    private sealed record BankAccount(string Number, long Balance);

    private sealed record BankAccounts(IReadOnlyList<BankAccount> Accounts);

    private sealed record GotNotices(IReadOnlyList<NoticeGot> Notices);
}
