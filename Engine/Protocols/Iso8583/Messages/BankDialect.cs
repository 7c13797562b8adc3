using CarrierPay.Engine.Protocols.Iso8583.Wire;

namespace CarrierPay.Engine.Protocols.Iso8583.Messages;

/// <summary>What one bank has agreed on beyond how octets are written. Names are those of the settings.</summary>
public sealed class DialectSettings
{
    public ProfileSettings Profile { get; set; } = new();

    /// <summary>The fields that an answer has in common with its request and with no other: by default STAN, transmission time, terminal.</summary>
    public IReadOnlyList<int> MatchFields { get; set; } = [11, 7, 41];

    /// <summary>The fields in which an answer must not differ from its request; one that the answer leaves out does not differ.</summary>
    public IReadOnlyList<int> EchoedFields { get; set; } = [3, 4, 11, 37, 49, 102];

    /// <summary>Our institution, field 32: up to 11 digits, or empty for none.</summary>
    public string Acquirer { get; set; } = "";

    /// <summary>What amounts count in: null for the currency's own minor units, 2 for hundredths whatever the currency.</summary>
    public int? AmountDecimals { get; set; }

    /// <summary>Field 3 of a debit: 00, from account (10 savings), to account.</summary>
    public string DebitCode { get; set; } = "001000";

    /// <summary>Field 3 of a refund.</summary>
    public string RefundCode { get; set; } = "200010";

    /// <summary>Field 3 of a balance inquiry.</summary>
    public string BalanceCode { get; set; } = "311000";

    /// <summary>Field 22 and 25, as the bank wants them; empty to leave them out.</summary>
    public string EntryMode { get; set; } = "";

    /// <inheritdoc cref="EntryMode"/>
    public string Condition { get; set; } = "";

    /// <summary>The field for the mandate of a linked account: 48 or 63; 0 for none.</summary>
    public int MandateField { get; set; }

    /// <summary>Response codes that mean another thing here, or nothing in the standard: <c>91</c> to <c>retry</c>, <c>N7</c> to <c>declined:suspected</c>.</summary>
    public Dictionary<string, string> ResponseCodes { get; set; } = [];

    /// <summary>Answers to a reversal that end it: it is undone.</summary>
    public IReadOnlyList<string> ReversedCodes { get; set; } = ["00", "000", "400"];

    /// <summary>Answers to a reversal that end it: there was nothing to undo.</summary>
    public IReadOnlyList<string> NeverThereCodes { get; set; } = ["25", "914"];
}

/// <summary>Checked <see cref="DialectSettings"/>, with what is derived from them. Immutable.</summary>
public sealed class BankDialect
{
    private readonly DialectSettings _settings;

    private BankDialect(DialectSettings settings)
    {
        _settings = settings;
        Profile = Iso8583Profile.From(settings.Profile);
        ResponseCodes = ResponseCodes.For(Profile.Version, settings.ResponseCodes);
        if (settings.AmountDecimals is < 0 or > 4) throw new ArgumentException("AmountDecimals is 0 to 4, or left out.", nameof(settings));
        if (settings.MatchFields.Count == 0) throw new ArgumentException("MatchFields: answers need at least one field to be known by.", nameof(settings));
        foreach (var field in settings.MatchFields.Concat(settings.EchoedFields)) Known(field, "MatchFields, EchoedFields");
        if (settings.MandateField != 0) Known(settings.MandateField, "MandateField");
        Check(3, settings.DebitCode, "DebitCode");
        Check(3, settings.RefundCode, "RefundCode");
        Check(3, settings.BalanceCode, "BalanceCode");
        Check(32, settings.Acquirer, "Acquirer");
        Check(22, settings.EntryMode, "EntryMode");
        Check(25, settings.Condition, "Condition");
    }

    public Iso8583Profile Profile { get; }

    public ResponseCodes ResponseCodes { get; }

    public Iso8583Version Version => Profile.Version;

    public IReadOnlyList<int> MatchFields => _settings.MatchFields;

    public IReadOnlyList<int> EchoedFields => _settings.EchoedFields;

    /// <summary>Null if there is none.</summary>
    public string? Acquirer => Given(_settings.Acquirer);

    public int? AmountDecimals => _settings.AmountDecimals;

    public string DebitCode => _settings.DebitCode;

    public string RefundCode => _settings.RefundCode;

    public string BalanceCode => _settings.BalanceCode;

    public string? EntryMode => Given(_settings.EntryMode);

    public string? Condition => Given(_settings.Condition);

    public int MandateField => _settings.MandateField;

    internal bool IsReversed(string? code) => code is not null && _settings.ReversedCodes.Contains(code);

    internal bool IsNeverThere(string? code) => code is not null && _settings.NeverThereCodes.Contains(code);

    /// <exception cref="ArgumentException">A setting is wrong; the message names it.</exception>
    public static BankDialect From(DialectSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return new(settings);
    }

    /// <summary>The dialect of a known profile with nothing changed.</summary>
    public static BankDialect Of(string profileName) => From(new() { Profile = KnownProfiles.Settings(profileName) });

    private static string? Given(string text) => text.Length == 0 ? null : text;

    private void Known(int field, string setting)
    {
        if (Profile[field] is null) throw new ArgumentException($"{setting}: profile {Profile.Name} has no field {field}.");
    }

    private void Check(int field, string value, string setting)
    {
        if (value.Length == 0) return;
        try
        {
            Profile.Canonical(field, value);
        }
        catch (Iso8583Exception wrong)
        {
            throw new ArgumentException($"{setting}: {wrong.Message}.", wrong);
        }
    }
}
