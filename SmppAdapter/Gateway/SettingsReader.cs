using System.Collections;
using System.ComponentModel;
using System.Globalization;
using System.Reflection;
using Microsoft.Extensions.Configuration;

namespace CarrierPay.SmppAdapter.Gateway;

/// <summary>Reads settings into an object and names everything that it cannot read, instead of stopping at the first.</summary>
/// <remarks>The binder of .NET throws at the first value that it cannot convert, and passes over a list's element that it cannot read and a name that it does not know.</remarks>
internal static class SettingsReader
{
    private const BindingFlags Settings = BindingFlags.Public | BindingFlags.Instance | BindingFlags.IgnoreCase;

    /// <param name="faults">Gets a sentence for each setting that is unknown or cannot be read; the object keeps its default there.</param>
    public static void Read(IConfigurationSection section, object target, ICollection<string> faults)
    {
        foreach (var setting in section.GetChildren())
        {
            if (target.GetType().GetProperty(setting.Key, Settings) is not { } property)
                faults.Add($"{setting.Path} is no setting: check its spelling.");
            else if (property.GetValue(target) is IList list)
                ReadList(setting, list, faults);
            else if (property.GetValue(target) is IDictionary entries)
                ReadEntries(setting, entries, faults);
            else if (property.CanWrite && ReadValue(setting, property.PropertyType, faults) is { } value)
                property.SetValue(target, value);
        }
    }

    private static void ReadList(IConfigurationSection section, IList list, ICollection<string> faults)
    {
        list.Clear();
        foreach (var element in section.GetChildren())
        {
            if (ReadValue(element, list.GetType().GetGenericArguments()[0], faults) is { } value)
                list.Add(value);
        }
    }

    private static void ReadEntries(IConfigurationSection section, IDictionary entries, ICollection<string> faults)
    {
        foreach (var entry in section.GetChildren())
        {
            if (ReadValue(entry, entries.GetType().GetGenericArguments()[1], faults) is { } value)
                entries[entry.Key] = value;
        }
    }

    /// <summary>Null if it cannot be read.</summary>
    private static object? ReadValue(IConfigurationSection setting, Type type, ICollection<string> faults)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (setting.Value is { } text)
            return Convert(setting.Path, text, type, faults);
        if (type == typeof(string) || type.IsValueType)
        {
            faults.Add($"{setting.Path} is one value and has no settings below it.");
            return null;
        }
        var group = Activator.CreateInstance(type)!;
        Read(setting, group, faults);
        return group;
    }

    private static object? Convert(string path, string text, Type type, ICollection<string> faults)
    {
        try
        {
            var value = TypeDescriptor.GetConverter(type).ConvertFromString(null, CultureInfo.InvariantCulture, text);
            if (!type.IsEnum || Enum.IsDefined(type, value!))
                return value;
        }
        catch (Exception e) when (e is ArgumentException or FormatException or NotSupportedException)
        {
            // Said below, in words of the setting.
        }
        faults.Add($"{path} is '{text}': it must be {Wanted(type)}.");
        return null;
    }

    private static string Wanted(Type type) =>
        type.IsEnum ? $"one of {string.Join(", ", Enum.GetNames(type))}"
        : type == typeof(TimeSpan) ? "a duration such as 00:00:05"
        : type == typeof(bool) ? "true or false"
        : "a whole number";
}
