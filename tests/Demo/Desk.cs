using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;

namespace CarrierPay.Demo;

/// <summary>A page of Admin was not as it has to be.</summary>
public sealed class DeskException(string message) : Exception(message);

/// <summary>A person at Admin's pages: looks at them, fills in forms and sends them, as a browser without scripts does.</summary>
public sealed class Desk(Uri admin, string name, string password) : IDisposable
{
    private readonly HttpClient _http = new() { BaseAddress = admin, Timeout = TimeSpan.FromSeconds(15) };

    public async Task SignInAsync()
    {
        var page = await SubmitAsync(await LookAsync("/sign-in"), new() { ["name"] = name, ["password"] = password });
        if (page.Has("password"))
            throw new DeskException($"{name} could not sign in: {page.Notice}");
    }

    public async Task<DeskPage> LookAsync(string path)
    {
        using var response = await _http.GetAsync(new Uri(path, UriKind.Relative));
        return await DeskPage.ReadAsync(response);
    }

    /// <summary>Sends the form of a page, its hidden fields with what was filled in.</summary>
    /// <returns>The page that comes back.</returns>
    public async Task<DeskPage> SubmitAsync(DeskPage page, Dictionary<string, string> filledIn)
    {
        var form = page.Form ?? throw new DeskException($"{page.Address} has no form: {page.Notice}");
        Dictionary<string, string> fields = new(filledIn);
        foreach (var hidden in form.QuerySelectorAll<IHtmlInputElement>("input[type=hidden]"))
            fields.TryAdd(hidden.Name ?? "", hidden.Value);
        var action = form.GetAttribute("action") is { Length: > 0 } path ? new Uri(page.Address, path) : page.Address;
        using var body = new FormUrlEncodedContent(fields);
        using var response = await _http.PostAsync(action, body);
        return await DeskPage.ReadAsync(response);
    }

    public void Dispose() => _http.Dispose();
}

/// <summary>A page as it came, and where from. What is looked for carries a <c>data-test</c> attribute.</summary>
public sealed record DeskPage(Uri Address, IHtmlDocument Document)
{
    private static readonly HtmlParser Parser = new();

    public IElement? Form => Document.QuerySelector("main form[method=post]");

    /// <summary>What the page says about what was done or refused; empty if it says nothing.</summary>
    public string Notice => Text("notice-text");

    public bool Has(string test) => Document.QuerySelector($"main [data-test={test}]") is not null;

    public string Text(string test) => Document.QuerySelector($"main [data-test={test}]")?.TextContent.Trim() ?? "";

    public string? Attribute(string test, string attribute) => Document.QuerySelector($"main [data-test={test}]")?.GetAttribute(attribute);

    public IReadOnlyList<IElement> All(string test) => [.. Document.QuerySelectorAll($"main [data-test={test}]")];

    public static async Task<DeskPage> ReadAsync(HttpResponseMessage response)
    {
        var address = response.RequestMessage!.RequestUri!; // where redirects have led to
        return response.IsSuccessStatusCode
            ? new(address, await Parser.ParseDocumentAsync(await response.Content.ReadAsStreamAsync()))
            : throw new DeskException($"{address.AbsolutePath} answered {(int)response.StatusCode}");
    }
}
