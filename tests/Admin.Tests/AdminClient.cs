using System.Net;
using System.Text.RegularExpressions;

namespace CarrierPay.Admin.Tests;

/// <summary>A page as it was answered.</summary>
internal sealed record AdminPage(HttpStatusCode Status, Uri Address, string Html)
{
    /// <summary>What the page says on top; empty if nothing.</summary>
    public string Notice => Text("notice-text");

    public string? NoticeKind => Match("data-test=\"notice\" data-kind=\"([a-z]+)\"");

    public string Path => Address.AbsolutePath;

    public bool Has(string test) => Html.Contains($"data-test=\"{test}\"", StringComparison.Ordinal);

    /// <summary>The text of the first element with this data-test attribute, without tags.</summary>
    public string Text(string test) =>
        WebUtility.HtmlDecode(Regex.Replace(Match($"data-test=\"{test}\"[^>]*>(.*?)</(?:span|dd|p|h1|div|td|b)>") ?? "", "<[^>]+>", "")).Trim();

    /// <summary>All texts between tags, on one line.</summary>
    public string Words => Regex.Replace(WebUtility.HtmlDecode(Regex.Replace(Html, "<[^>]+>", " ")), @"\s+", " ");

    /// <summary>The hidden fields of the form that holds this text.</summary>
    public Dictionary<string, string> Hidden(string inForm)
    {
        var form = Regex.Matches(Html, "<form.*?</form>", RegexOptions.Singleline).Select(m => m.Value).FirstOrDefault(f => f.Contains(inForm, StringComparison.Ordinal))
            ?? throw new InvalidOperationException($"{Address} ({(int)Status}) has no form with {inForm}:\n{Words}");
        return Regex.Matches(form, "<input[^>]*type=\"hidden\"[^>]*>").Select(m => m.Value)
            .Select(i => (Name: Regex.Match(i, " name=\"([^\"]*)\"").Groups[1].Value, Value: WebUtility.HtmlDecode(Regex.Match(i, " value=\"([^\"]*)\"").Groups[1].Value)))
            .Where(i => i.Name.Length > 0).ToDictionary(i => i.Name, i => i.Value);
    }

    private string? Match(string pattern) => Regex.Match(Html, pattern, RegexOptions.Singleline) is { Success: true } match ? match.Groups[1].Value : null;
}

/// <summary>Somebody at a browser without scripts: keeps cookies, follows redirects, sends forms with their hidden fields.</summary>
internal sealed class AdminClient(Uri address) : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { CookieContainer = new(), AllowAutoRedirect = true }) { BaseAddress = address };

    public HttpClient Http => _http;

    public async Task<AdminPage> GetAsync(string path) => await ReadAsync(await _http.GetAsync(new Uri(path, UriKind.Relative)));

    public async Task<AdminPage> SendAsync(string path, IReadOnlyDictionary<string, string> hidden, params (string Name, string Value)[] fields)
    {
        using var content = new FormUrlEncodedContent(hidden.Concat(fields.Select(f => KeyValuePair.Create(f.Name, f.Value))));
        return await ReadAsync(await _http.PostAsync(new Uri(path, UriKind.Relative), content));
    }

    /// <summary>Opens a page and sends its form.</summary>
    public async Task<AdminPage> FillAsync(string path, string inForm, params (string Name, string Value)[] fields) =>
        await SendAsync(path, (await GetAsync(path)).Hidden(inForm), fields);

    public Task<AdminPage> SignInAsync(string name, string password) =>
        FillAsync("/sign-in", "name=\"password\"", ("name", name), ("password", password));

    public void Dispose() => _http.Dispose();

    private static async Task<AdminPage> ReadAsync(HttpResponseMessage response)
    {
        using (response)
            return new(response.StatusCode, response.RequestMessage!.RequestUri!, await response.Content.ReadAsStringAsync());
    }
}
