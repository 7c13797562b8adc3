using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json;
using CarrierPay.Engine.Merchants;
using CarrierPay.Engine.Messaging.Texts;
using CarrierPay.Engine.Primitives;
using CarrierPay.Engine.Protocols.StandardWebhooks;
using CarrierPay.Engine.Staff;
using CarrierPay.Engine.Subscribers;

namespace CarrierPay.Engine.Accounts;

/// <summary>Reads subscribers, merchants and admin users of the file, and says of each what is wrong with it.</summary>
internal sealed class ProvisionReader(FrozenDictionary<KycTier, TierLimits> tiers) : StrictJsonReader
{
    private static readonly FrozenDictionary<string, Language> Languages = new Dictionary<string, Language>
    {
        ["en"] = Language.English,
        ["zh"] = Language.SimplifiedChinese,
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<string, KycTier> Tiers = new Dictionary<string, KycTier>
    {
        ["anonymous"] = KycTier.Anonymous,
        ["named"] = KycTier.Named,
        ["verified"] = KycTier.Verified,
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<string, FundingKind> Kinds = new Dictionary<string, FundingKind>
    {
        ["prepaid"] = FundingKind.Prepaid,
        ["phone_bill"] = FundingKind.PhoneBill,
        ["airtime"] = FundingKind.Airtime,
        ["bank"] = FundingKind.Bank,
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<string, SubscriberStatus> Statuses = new Dictionary<string, SubscriberStatus>
    {
        ["active"] = SubscriberStatus.Active,
        ["blocked"] = SubscriberStatus.Blocked,
        ["closed"] = SubscriberStatus.Closed,
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<string, MerchantStatus> MerchantStatuses = new Dictionary<string, MerchantStatus>
    {
        ["active"] = MerchantStatus.Active,
        ["suspended"] = MerchantStatus.Suspended,
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<string, StaffRole> Roles = new Dictionary<string, StaffRole>
    {
        ["reviewer"] = StaffRole.Reviewer,
        ["approver"] = StaffRole.Approver,
        ["operations"] = StaffRole.Operations,
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<string, bool> StaffStatuses = new Dictionary<string, bool>
    {
        ["active"] = true,
        ["closed"] = false,
    }.ToFrozenDictionary();

    public ProvisionFile Read(JsonElement root)
    {
        Keys(root, "the file", "subscribers", "merchants", "admin_users");
        var subscribers = Items(root, "", "subscribers", Subscriber);
        Unique(subscribers, "subscribers", "msisdn", entry => entry.Msisdn);
        var merchants = Items(root, "", "merchants", Merchant);
        Unique(merchants, "merchants", "keyword", entry => entry.Keyword);
        var staff = Items(root, "", "admin_users", Staff);
        Unique(staff, "admin_users", "name", entry => entry.Name);
        return Errors.Count == 0 ? new(subscribers!, merchants!, staff!) : throw new ProvisionFileException(Errors);
    }

    private SubscriberEntry? Subscriber(JsonElement element, string place)
    {
        var errors = Errors.Count;
        if (!Keys(element, place, "msisdn", "imsi", "name", "language", "kyc", "status", "sources"))
            return null;
        var number = Text(element, place, "msisdn", isNeeded: true);
        Msisdn msisdn = default;
        if (number is not null && !Msisdn.TryParse(number, out msisdn))
            Wrong($"{place}.msisdn", "must be 7 to 15 digits with the country code and without a leading zero");
        var imsi = Text(element, place, "imsi");
        if (imsi is not null && (imsi.Length is not (14 or 15) || !imsi.All(char.IsAsciiDigit)))
            Wrong($"{place}.imsi", "must be 14 or 15 digits");
        _ = Text(element, place, "name");
        var language = Choice(element, place, "language", Languages) ?? Language.English;
        var tier = Choice(element, place, "kyc", Tiers) ?? KycTier.Named;
        var status = Choice(element, place, "status", Statuses);

        var sources = Items(element, $"{place}.", "sources", (source, at) => Source(source, at, tier));
        if (sources is { Count: 0 } && Errors.Count == errors)
            Wrong($"{place}.sources", "must name at least one source; the first is the default");
        if (Errors.Count > errors || sources is null)
            return null;
        if (sources.Select(s => s.Kind).Distinct().Count() != sources.Count)
        {
            Wrong($"{place}.sources", "names a kind twice");
            return null;
        }
        var bits = sources.Aggregate(0, (all, source) => all | (1 << (int)source.Kind));
        return new(msisdn, status, language, tier, (short)bits, sources[0].Kind, sources.Sum(s => s.BalanceMinor), sources.Find(s => s.LimitMinor is not null)?.LimitMinor,
            sources.Find(s => s.BankAccount is not null)?.BankAccount, imsi is null ? null : new(imsi));
    }

    private const int LongestAccount = 28; // ISO 8583, field 102

    private sealed record SourceEntry(FundingKind Kind, long BalanceMinor, long? LimitMinor, BankAccountEntry? BankAccount);

    private SourceEntry? Source(JsonElement element, string place, KycTier tier)
    {
        if (!Keys(element, place, "kind", "balance", "limit", "bank", "account"))
            return null;
        if (Text(element, place, "kind", isNeeded: true) is null || Choice(element, place, "kind", Kinds) is not { } kind)
            return null;
        Only("balance", FundingKind.Prepaid);
        Only("limit", FundingKind.PhoneBill);
        Only("bank", FundingKind.Bank);
        Only("account", FundingKind.Bank);
        var balance = Minor(element, place, "balance", smallest: 0) ?? 0;
        if (tiers.TryGetValue(tier, out var limits) && balance > limits.BalanceCapMinor)
            Wrong($"{place}.balance", $"is above the cap of {limits.BalanceCapMinor} for {Name(tier)}");
        var limit = Minor(element, place, "limit", smallest: 0);
        if (kind == FundingKind.PhoneBill && !element.TryGetProperty("limit", out _))
            Wrong($"{place}.limit", "is missing: it is the most that may go on the bill in a month");
        var bank = Text(element, place, "bank", isNeeded: kind == FundingKind.Bank);
        var account = Text(element, place, "account", isNeeded: kind == FundingKind.Bank);
        if (account is { Length: > LongestAccount })
            Wrong($"{place}.account", $"has more than {LongestAccount} characters");
        else if (account is not null && !account.All(character => character is > ' ' and <= '~'))
            Wrong($"{place}.account", "must be letters, digits and signs of ASCII without blanks: no bank's message has others");
        return new(kind, balance, limit, bank is not null && account is not null ? new(bank, account) : null);

        void Only(string key, FundingKind owner)
        {
            if (kind != owner && element.TryGetProperty(key, out _))
                Wrong($"{place}.{key}", "does not belong to this kind of source");
        }
    }

    private MerchantRegistration? Merchant(JsonElement element, string place)
    {
        var errors = Errors.Count;
        if (!Keys(element, place, "keyword", "name", "status", "products", "quote_url", "notice_url", "secret", "contract", "ceiling"))
            return null;
        var keyword = Text(element, place, "keyword", isNeeded: true)?.ToUpperInvariant();
        if (keyword is not null && (keyword.Length > 32 || !keyword.All(char.IsLetterOrDigit)))
            Wrong($"{place}.keyword", "must be 1 to 32 letters and digits");
        var name = Text(element, place, "name", isNeeded: true);
        var status = Choice(element, place, "status", MerchantStatuses) ?? MerchantStatus.Active;
        var products = Items(element, $"{place}.", "products", Product, isNeeded: false);
        Unique(products, $"{place}.products", "code", product => product.Code.ToUpperInvariant());
        var quoteUrl = Url(element, place, "quote_url");
        var noticeUrl = Url(element, place, "notice_url");
        var secret = Secret(element, place);
        if ((quoteUrl ?? noticeUrl) is not null && !element.TryGetProperty("secret", out _))
            Wrong($"{place}.secret", "is missing: questions for prices and notices are signed with it");
        var ceiling = Minor(element, place, "ceiling", smallest: 1);
        var contract = Contract(element, place);
        if (quoteUrl is null && products?.FirstOrDefault(p => p.PriceMinor is null) is { } unpriced)
            Wrong($"{place}.products", $"needs a price for {unpriced.Code}, because the merchant has no quote_url");
        return Errors.Count > errors ? null : new(keyword!, name!, status, quoteUrl, noticeUrl, secret, ceiling, products!, contract);
    }

    private Product? Product(JsonElement element, string place)
    {
        var errors = Errors.Count;
        if (!Keys(element, place, "code", "name", "price", "ceiling"))
            return null;
        var code = Text(element, place, "code", isNeeded: true);
        if (code is not null && (code.Length > 32 || code.Any(char.IsWhiteSpace)))
            Wrong($"{place}.code", "must be 1 to 32 characters without spaces");
        var name = Text(element, place, "name") ?? code;
        var price = Minor(element, place, "price", smallest: 1);
        var ceiling = Minor(element, place, "ceiling", smallest: 1);
        return Errors.Count > errors ? null : new(code!, name!, price, ceiling);
    }

    private StaffEntry? Staff(JsonElement element, string place)
    {
        var errors = Errors.Count;
        if (!Keys(element, place, "name", "role", "password", "status"))
            return null;
        var name = Text(element, place, "name", isNeeded: true);
        if (name is not null && !StaffMember.IsName(name = StaffMember.Normalize(name)))
            Wrong($"{place}.name", $"must be 2 to {StaffMember.LongestName} of a-z, 0-9, dot, dash and underscore, beginning with a letter");
        var role = Text(element, place, "role", isNeeded: true) is null ? null : Choice(element, place, "role", Roles);
        var password = Text(element, place, "password");
        if (password is not null && (password.Length is < Passwords.Shortest or > Passwords.Longest || password.Contains(name ?? password, StringComparison.OrdinalIgnoreCase)))
            Wrong($"{place}.password", $"must be {Passwords.Shortest} to {Passwords.Longest} characters and not hold the name; leave it out, and a one-time password is made");
        var isActive = Choice(element, place, "status", StaffStatuses) ?? true;
        return Errors.Count > errors ? null : new(name!, role!.Value, password, isActive);
    }

    private string? Secret(JsonElement element, string place)
    {
        if (Text(element, place, "secret") is not { } secret)
            return null;
        try
        {
            _ = WebhookSecret.Parse(secret);
            return secret;
        }
        catch (ArgumentException)
        {
            Wrong($"{place}.secret", "must be whsec_ and base64 of 24 to 64 octets");
            return null;
        }
    }

    private Uri? Url(JsonElement element, string place, string key)
    {
        if (Text(element, place, key) is not { } text)
            return null;
        if (Uri.TryCreate(text, UriKind.Absolute, out var url) && (url.Scheme == Uri.UriSchemeHttps || url.Scheme == Uri.UriSchemeHttp) && url.UserInfo.Length == 0)
            return url;
        Wrong($"{place}.{key}", "must be an absolute http or https URL without a user name");
        return null;
    }

    private ContractTerms? Contract(JsonElement element, string place)
    {
        if (!element.TryGetProperty("contract", out var contract) || !Keys(contract, $"{place}.contract", "share_percent", "valid_from", "valid_until"))
            return null;
        var from = Day(contract, $"{place}.contract", "valid_from");
        var until = Day(contract, $"{place}.contract", "valid_until");
        // An end without a beginning would depend on the day on which the file is loaded.
        if (until is not null && (from is null || until <= from))
            Wrong($"{place}.contract.valid_until", "needs a valid_from before it");
        return Share(contract, place) is { } share ? new(share, from, until) : null;
    }

    private DateOnly? Day(JsonElement element, string place, string key)
    {
        if (Text(element, place, key) is not { } text)
            return null;
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
            return day;
        Wrong($"{place}.{key}", "must be a day, as \"2026-11-23\"");
        return null;
    }

    private int? Share(JsonElement contract, string place)
    {
        var text = Text(contract, $"{place}.contract", "share_percent", isNeeded: true);
        if (text is null)
            return null;
        // A share has two decimals at most, so this is exact.
        if (decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var percent)
            && percent is >= 0 and <= 100 && decimal.Truncate(percent * 100) == percent * 100)
            return (int)(percent * 100);
        Wrong($"{place}.contract.share_percent", "must be a text of 0 to 100 with at most two decimals, as \"70\"");
        return null;
    }

    private static string Name(KycTier tier) => Tiers.First(t => t.Value == tier).Key;
}
