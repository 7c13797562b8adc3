using System.Collections.Frozen;
using System.Globalization;
using System.Reflection;
using System.Text;

namespace CarrierPay.Admin.Web;

/// <summary>The languages of the pages.</summary>
public enum PageLanguage { English, SimplifiedChinese }

/// <summary>The translations: one line a text, <c>English = translation</c>, embedded.</summary>
/// <remarks>.resx needs ICU's cultures at run time, and CarrierPay runs without them (InvariantGlobalization), so that no machine's culture changes an amount.</remarks>
public sealed class WordLists
{
    private readonly FrozenDictionary<string, string> _chinese = Read("Words.SimplifiedChinese.txt");

    /// <summary>All English texts that have a translation.</summary>
    public IReadOnlyCollection<string> Translated => _chinese.Keys;

    /// <summary>The text in the language; in English if there is no translation.</summary>
    public string Find(string english, PageLanguage language) =>
        language == PageLanguage.SimplifiedChinese && _chinese.TryGetValue(english, out var chinese) ? chinese : english;

    private static FrozenDictionary<string, string> Read(string resource)
    {
        using var reader = new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream(resource)!, Encoding.UTF8);
        var words = new Dictionary<string, string>(StringComparer.Ordinal);
        while (reader.ReadLine() is { } line)
        {
            if (line.Length == 0 || line[0] == '#')
                continue;
            var parts = line.Split(" = ", 2);
            if (parts.Length != 2 || !words.TryAdd(parts[0].Trim(), parts[1].Trim()))
                throw new InvalidDataException($"{resource}: '{line}' is no 'English = translation', or stands twice.");
        }
        return words.ToFrozenDictionary(StringComparer.Ordinal);
    }
}

/// <summary>The texts of one request, in the language that its reader chose, or that the browser asks for first.</summary>
public sealed class Words(WordLists lists, IHttpContextAccessor accessor)
{
    public const string Cookie = "carrierpay_language";

    public PageLanguage Language { get; } = Choose(accessor.HttpContext?.Request);

    /// <summary>The value of the page's lang attribute.</summary>
    public string Tag => Language == PageLanguage.SimplifiedChinese ? "zh-Hans" : "en";

    public string this[string english] => lists.Find(english, Language);

    /// <summary>A text with parameters, <c>{0}</c> and on.</summary>
    public string this[string english, params object?[] parameters] => string.Format(CultureInfo.InvariantCulture, this[english], parameters);

    private static PageLanguage Choose(HttpRequest? request)
    {
        if (request is null)
            return PageLanguage.English;
        if (request.Cookies.TryGetValue(Cookie, out var chosen))
            return chosen == "zh" ? PageLanguage.SimplifiedChinese : PageLanguage.English;
        return request.Headers.AcceptLanguage.ToString().TrimStart().StartsWith("zh", StringComparison.OrdinalIgnoreCase) ? PageLanguage.SimplifiedChinese : PageLanguage.English;
    }
}
