using System.Globalization;
using System.Text.Json;
using CarrierPay.Engine.Primitives;
using CarrierPay.Engine.Storage;

namespace CarrierPay.Admin.Web;

/// <summary>Turns an entry of the audit log into words; what it does not know is shown as it is stored.</summary>
internal static class AuditWords
{
    /// <summary>With a capital, as it stands in the word list.</summary>
    public static string Action(string action) => Capital(action);

    public static string Kind(string kind) => Capital(kind.Replace('_', ' '));

    public static string? Link(AuditEntry entry) => entry.ObjectKind switch
    {
        "settlement_batch" => $"/settlement/{entry.ObjectId}",
        "doubt" => $"/payments/doubts/{entry.ObjectId}",
        _ => null,
    };

    /// <summary>Each detail with its name; amounts in minor units are written with their currency if the entry names one.</summary>
    public static IEnumerable<(string Name, string Value)> Details(AuditEntry entry, Words words)
    {
        using var details = JsonDocument.Parse(entry.Details);
        var currency = CurrencyOf(details.RootElement);
        List<(string, string)> shown = [];
        foreach (var detail in details.RootElement.EnumerateObject())
        {
            if (detail.Value.ValueKind == JsonValueKind.Null || detail.Name is "operation_id" or "currency")
                continue;
            var isAmount = detail.Name.EndsWith("_minor", StringComparison.Ordinal) && detail.Value.ValueKind == JsonValueKind.Number;
            var value = detail.Value.ValueKind switch
            {
                JsonValueKind.Number when isAmount && currency is { } known => Formats.Amount(detail.Value.GetInt64(), known),
                JsonValueKind.True => words["yes"],
                JsonValueKind.False => words["no"],
                _ => detail.Value.ToString(),
            };
            var name = isAmount && currency is not null ? detail.Name[..^"_minor".Length] : detail.Name;
            shown.Add((words[Capital(name.Replace('_', ' '))], value == AuditTrail.Schedule ? Who.Name(value, words) : value));
        }
        return shown;
    }

    private static Currency? CurrencyOf(JsonElement details)
    {
        if (!details.TryGetProperty("currency", out var currency))
            return null;
        try
        {
            return currency.ValueKind == JsonValueKind.Number ? Currency.Of(currency.GetInt16()) : Currency.Of(currency.GetString() ?? "");
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private static string Capital(string text) => text.Length == 0 ? text : char.ToUpper(text[0], CultureInfo.InvariantCulture) + text[1..];
}
