using System.Collections.Frozen;
using System.Text.Json;

namespace CarrierPay.Engine.Accounts;

/// <summary>Reads JSON strictly and goes on after an error, so that a file's author learns of many at once. Each error names its place, as <c>subscribers[3].msisdn</c>.</summary>
internal abstract class StrictJsonReader
{
    private const int MostErrors = 20;

    private readonly List<string> _errors = [];

    /// <summary>The first ones.</summary>
    protected IReadOnlyList<string> Errors => _errors;

    protected List<T>? Items<T>(JsonElement parent, string prefix, string key, Func<JsonElement, string, T?> read, bool? isNeeded = null)
        where T : class
    {
        var place = prefix + key;
        if (parent.ValueKind != JsonValueKind.Object || !parent.TryGetProperty(key, out var list))
        {
            // On top all lists may be left out; below, sources may not.
            if (isNeeded ?? prefix.Length > 0)
                Wrong(place, "is missing");
            return [];
        }
        if (list.ValueKind != JsonValueKind.Array)
        {
            Wrong(place, "must be a list");
            return null;
        }
        var items = new List<T>(list.GetArrayLength());
        var index = 0;
        foreach (var element in list.EnumerateArray())
        {
            if (read(element, $"{place}[{index++}]") is { } item)
                items.Add(item);
        }
        return items;
    }

    protected void Unique<T, TKey>(List<T>? items, string place, string key, Func<T, TKey> keyOf)
        where TKey : notnull
    {
        // Places are only known while nothing was left out.
        if (items is null || Errors.Count > 0)
            return;
        var first = new Dictionary<TKey, int>();
        for (var i = 0; i < items.Count; i++)
        {
            if (!first.TryAdd(keyOf(items[i]), i))
                Wrong($"{place}[{i}].{key}", $"{keyOf(items[i])} stands already at {place}[{first[keyOf(items[i])]}]");
        }
    }

    protected bool Keys(JsonElement element, string place, params ReadOnlySpan<string> known)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            Wrong(place, "must be an object");
            return false;
        }
        foreach (var property in element.EnumerateObject())
        {
            if (!known.Contains(property.Name))
                Wrong(place, $"has a key that is not known; known are {string.Join(", ", known.ToArray())}");
        }
        return true;
    }

    protected string? Text(JsonElement element, string place, string key, bool isNeeded = false)
    {
        if (!element.TryGetProperty(key, out var value))
        {
            if (isNeeded)
                Wrong($"{place}.{key}", "is missing");
            return null;
        }
        if (value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 and <= 2000 } text && !text.Any(char.IsControl))
            return text;
        Wrong($"{place}.{key}", "must be a text, not empty");
        return null;
    }

    protected T? Choice<T>(JsonElement element, string place, string key, FrozenDictionary<string, T> choices)
        where T : struct
    {
        if (Text(element, place, key) is not { } text)
            return null;
        if (choices.TryGetValue(text, out var choice))
            return choice;
        Wrong($"{place}.{key}", $"must be one of {string.Join(", ", choices.Keys.Order(StringComparer.Ordinal))}");
        return null;
    }

    protected long? Minor(JsonElement element, string place, string key, long smallest)
    {
        if (!element.TryGetProperty(key, out var value))
            return null;
        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var minor) && minor >= smallest)
            return minor;
        Wrong($"{place}.{key}", $"must be a whole number of minor units, at least {smallest}");
        return null;
    }

    protected void Wrong(string place, string what)
    {
        if (_errors.Count < MostErrors)
            _errors.Add($"{place} {what}.");
    }
}
