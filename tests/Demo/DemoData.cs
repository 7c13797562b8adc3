using System.Globalization;
using System.Text.Json;

namespace CarrierPay.Demo;

/// <summary>What was provisioned: the same file that scripts/provision was given.</summary>
public sealed class DemoData
{
    /// <summary>The installation's currency, two decimals.</summary>
    public const string Currency = "EUR";

    private readonly Dictionary<string, DemoSubscriber> _subscribers;
    private readonly Dictionary<string, DemoMerchant> _merchants;
    private readonly Dictionary<string, string> _passwords;

    private DemoData(JsonElement root)
    {
        _subscribers = root.GetProperty("subscribers").EnumerateArray().Select(subscriber => new DemoSubscriber(
            Text(subscriber, "name"), Text(subscriber, "msisdn"), Text(subscriber, "language"),
            Minor(subscriber, "balance"), Minor(subscriber, "limit"), Account(subscriber))).ToDictionary(subscriber => subscriber.Name);
        _merchants = root.GetProperty("merchants").EnumerateArray().Select(merchant => new DemoMerchant(
            Text(merchant, "keyword"), Text(merchant, "name"),
            merchant.TryGetProperty("secret", out var secret) ? secret.GetString() : null,
            decimal.Parse(Text(merchant.GetProperty("contract"), "share_percent"), CultureInfo.InvariantCulture))).ToDictionary(merchant => merchant.Keyword);
        _passwords = root.GetProperty("admin_users").EnumerateArray().ToDictionary(user => Text(user, "name"), user => Text(user, "password"));
    }

    public static DemoData Read(string file)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(file));
        return new DemoData(document.RootElement);
    }

    public DemoSubscriber Subscriber(string name) => _subscribers[name];

    public DemoMerchant Merchant(string keyword) => _merchants[keyword];

    /// <summary>Of an admin user.</summary>
    public string Password(string name) => _passwords[name];

    private static long Minor(JsonElement subscriber, string key) =>
        subscriber.GetProperty("sources").EnumerateArray().Sum(source => source.TryGetProperty(key, out var minor) ? minor.GetInt64() : 0);

    private static string Account(JsonElement subscriber) =>
        subscriber.GetProperty("sources").EnumerateArray().Select(source => source.TryGetProperty("account", out var account) ? account.GetString() : null).FirstOrDefault(a => a is not null) ?? "";

    private static string Text(JsonElement parent, string name) => parent.GetProperty(name).GetString() ?? "";
}

/// <summary>A subscriber; <c>Opening</c> is the balance of the wallet, <c>BillLimit</c> what may go on the phone bill in a month, in minor units; <c>BankAccount</c> is empty without one.</summary>
public sealed record DemoSubscriber(string Name, string Msisdn, string Language, long Opening, long BillLimit, string BankAccount);

/// <param name="SharePercent">The merchant's part of the gross.</param>
public sealed record DemoMerchant(string Keyword, string Name, string? Secret, decimal SharePercent);
