using System.ComponentModel.DataAnnotations;
using CarrierPay.Engine.Primitives;
using CarrierPay.Engine.Protocols.Iso8583.Links;
using CarrierPay.Engine.Protocols.Iso8583.Macs;
using CarrierPay.Engine.Protocols.Iso8583.Messages;
using CarrierPay.Engine.Protocols.Iso8583.Wire;
using Microsoft.Extensions.Configuration;

namespace CarrierPay.Engine.Funding.Bank;

/// <summary>Section <c>CarrierPay:Iso8583</c>. Without a bank there is no bank account to pay from.</summary>
public sealed class BanksOptions : IValidatableObject
{
    public const string Section = "CarrierPay:Iso8583";

    public IList<BankOptions> Banks { get; } = [];

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var (index, bank) in Banks.Index())
        {
            var problems = new List<ValidationResult>();
            Validator.TryValidateObject(bank, new ValidationContext(bank), problems, validateAllProperties: true);
            foreach (var problem in problems)
                yield return new($"{Section}:Banks:{index}: {problem.ErrorMessage}", [nameof(Banks)]);
            if (bank.Problem() is { } wrong)
                yield return new($"{Section}:Banks:{index}: {wrong}", [nameof(Banks)]);
        }
        if (Banks.Select(bank => bank.Code).Distinct(StringComparer.Ordinal).Count() != Banks.Count)
            yield return new($"{Section}:Banks: two have the same Code.", [nameof(Banks)]);
    }
}

/// <summary>How messages to a bank are sealed.</summary>
public enum MacAlgorithm
{
    None,

    /// <summary>ISO 9797-1 algorithm 3, a key of 16 octets.</summary>
    Retail,

    /// <summary>RFC 4493, a key of 16, 24 or 32 octets.</summary>
    AesCmac,
}

/// <summary>One bank.</summary>
public sealed class BankOptions
{
    /// <summary>The name by which linked accounts belong to it.</summary>
    [Required]
    [RegularExpression("^[0-9A-Za-z_-]{1,20}$", ErrorMessage = "Code is 1 to 20 letters and digits.")]
    public string Code { get; set; } = "";

    /// <summary>One of <see cref="KnownProfiles"/>: what <c>Dialect</c> begins with.</summary>
    public string Profile { get; set; } = KnownProfiles.A1987;

    /// <summary>Field 41, up to 8 characters. Numbers (STAN) are unique a day within it.</summary>
    [RegularExpression("^[0-9A-Za-z]{1,8}$", ErrorMessage = "Terminal is 1 to 8 letters and digits.")]
    public string Terminal { get; set; } = "CPAY0001";

    /// <summary>Debits under way at a time; one more payment is declined at once. Default 100, the window of <see cref="BankSettings"/>.</summary>
    [Range(1, 10_000, ErrorMessage = "Room is 1 to 10,000.")]
    public int Room { get; set; } = 100;

    public MacAlgorithm Mac { get; set; } = MacAlgorithm.None;

    /// <summary>Hexadecimal digits, from the environment; an HSM's key stands behind <see cref="IMacKeys"/>.</summary>
    public string MacKey { get; set; } = "";

    /// <summary>How long after the making of a reversal the bank's "never had it" is not believed, because an engine that was frozen may still send the debit. Default 2 min.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00", ErrorMessage = "LateAnswers is 00:00:00 to 1.00:00:00.")]
    public TimeSpan LateAnswers { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>Between one attempt of a reversal and the next; the last one goes on. Empty: 15 s, 1 min, 5 min, 15 min, 1 h.</summary>
    public IList<TimeSpan> ReversalPauses { get; } = [];

    /// <summary>After it a person decides about a reversal. Default 3 days.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "30.00:00:00", ErrorMessage = "ReversalsGiveUpAfter is 00:00:01 to 30.00:00:00.")]
    public TimeSpan ReversalsGiveUpAfter { get; set; } = new ReversalSettings().GiveUpAfter;

    /// <summary>As long as the bank certainly knows the repeat of a credit, and does not make it twice. After it a person decides. Default 12 h.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "30.00:00:00", ErrorMessage = "CreditsResendFor is 00:00:01 to 30.00:00:00.")]
    public TimeSpan CreditsResendFor { get; set; } = TimeSpan.FromHours(12);

    internal BankSettings Link { get; set; } = new();

    internal ReversalSettings Reversals => new()
    {
        Pauses = ReversalPauses.Count > 0 ? [.. ReversalPauses] : new ReversalSettings().Pauses,
        GiveUpAfter = ReversalsGiveUpAfter,
    };

    /// <summary>The connection's settings stand beside these, those of the messages in <c>Dialect</c>: what is set there changes the known profile.</summary>
    internal void ReadLink(IConfigurationSection section)
    {
        Link = new() { Dialect = { Profile = KnownProfiles.Names.Contains(Profile) ? KnownProfiles.Settings(Profile) : new() } };
        section.Bind(Link);
        // A list that is set replaces the default; the binder would add to it.
        if (section.GetSection("Dialect:MatchFields").Get<int[]>() is { } match)
            Link.Dialect.MatchFields = match;
        if (section.GetSection("Dialect:EchoedFields").Get<int[]>() is { } echoed)
            Link.Dialect.EchoedFields = echoed;
        if (section.GetSection("Dialect:ReversedCodes").Get<string[]>() is { } reversed)
            Link.Dialect.ReversedCodes = reversed;
        if (section.GetSection("Dialect:NeverThereCodes").Get<string[]>() is { } never)
            Link.Dialect.NeverThereCodes = never;
    }

    internal IMacKeys? Keys() => Mac switch
    {
        MacAlgorithm.None => null,
        MacAlgorithm.Retail => new RetailMacKeys(Convert.FromHexString(MacKey)),
        _ => new AesCmacKeys(Convert.FromHexString(MacKey)),
    };

    /// <summary>Each message of ours, in small: a profile without one of its fields would have every payment declined.</summary>
    private void TryMessages(BankDialect dialect)
    {
        var at = DateTimeOffset.UnixEpoch;
        var order = new BankOrder(new(100, Currency.Of("EUR")), Trace.Of(1, at), at, "1", Terminal, "M1");
        var debit = BankMessages.Debit(dialect, order);
        foreach (var message in new[] { debit, BankMessages.Refund(dialect, order), BankMessages.Balance(dialect, order), BankMessages.Reversal(dialect, debit, order.Trace, at) })
            _ = MessageWriter.Encode(message, dialect.Profile);
    }

    /// <summary>What is wrong beyond single values; null = nothing.</summary>
    internal string? Problem()
    {
        if (!KnownProfiles.Names.Contains(Profile))
            return $"Profile \"{Profile}\" is none of {string.Join(", ", KnownProfiles.Names)}.";
        if (ReversalPauses.Any(pause => pause < TimeSpan.FromMilliseconds(100) || pause > TimeSpan.FromDays(1)))
            return "ReversalPauses are 00:00:00.1 to 1.00:00:00 each.";
        try
        {
            TryMessages(BankDialect.From(Link.Dialect));
            _ = Keys();
            return Link.Port is > 0 and <= 65535 ? null : "Port is 1 to 65535.";
        }
        catch (Iso8583Exception e)
        {
            return $"Dialect: our messages cannot be written: {e.Message}.";
        }
        catch (Exception e) when (e is ArgumentException or FormatException)
        {
            return e is FormatException ? "MacKey is not hexadecimal digits." : e.Message;
        }
    }
}
