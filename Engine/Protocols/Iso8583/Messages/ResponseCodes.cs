using System.Collections.Frozen;
using CarrierPay.Engine.Protocols.Iso8583.Wire;

namespace CarrierPay.Engine.Protocols.Iso8583.Messages;

/// <summary>What a response code says about the money.</summary>
public enum ResponseKind
{
    /// <summary>It moved.</summary>
    Approved,
    /// <summary>It did not move, and will not.</summary>
    Declined,
    /// <summary>It did not move, and the bank has promised so in writing for this code: the request may be made anew.</summary>
    Retry,
    /// <summary>Nobody knows: reverse it.</summary>
    Unknown,
}

/// <summary>Why a bank refused, in the words that a subscriber or an operator is told.</summary>
public enum DeclineReason
{
    None,
    InsufficientFunds,
    /// <summary>An amount or a number of payments is above what the bank allows.</summary>
    LimitExceeded,
    /// <summary>Not there, closed, or not of this kind.</summary>
    NoSuchAccount,
    Expired,
    /// <summary>The holder or the merchant may not do this.</summary>
    NotPermitted,
    /// <summary>Security, fraud, law.</summary>
    Suspected,
    /// <summary>The bank gives no reason.</summary>
    DoNotHonour,
    /// <summary>The request itself is wrong: our bug or a wrong setting, and an alarm.</summary>
    InvalidRequest,
}

/// <summary>One line of the table.</summary>
public readonly record struct ResponseMeaning(ResponseKind Kind, DeclineReason Reason = DeclineReason.None)
{
    public static readonly ResponseMeaning Unknown = new(ResponseKind.Unknown);

    /// <summary>Reads <c>approved</c>, <c>unknown</c>, <c>retry</c>, <c>declined</c> or <c>declined:insufficient-funds</c>.</summary>
    /// <exception cref="ArgumentException">It is none of them.</exception>
    public static ResponseMeaning Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var reason = DeclineReason.None;
        var parts = text.Split(':');
        var isReason = parts.Length == 2 && Enum.TryParse(parts[1].Replace("-", "", StringComparison.Ordinal), ignoreCase: true, out reason) && !char.IsAsciiDigit(parts[1][0]);
        return (parts[0], parts.Length) switch
        {
            ("approved", 1) => new(ResponseKind.Approved),
            ("retry", 1) => new(ResponseKind.Retry),
            ("unknown", 1) => Unknown,
            ("declined", 1) => new(ResponseKind.Declined, DeclineReason.DoNotHonour),
            ("declined", 2) when isReason => new(ResponseKind.Declined, reason),
            _ => throw new ArgumentException($"\"{text}\" is no meaning: approved, retry, unknown, declined, or declined:REASON with one of {string.Join(", ", Enum.GetNames<DeclineReason>())}.", nameof(text)),
        };
    }
}

/// <summary>The table of one bank: code to meaning. What is not in it is <see cref="ResponseKind.Unknown"/>.</summary>
public sealed class ResponseCodes
{
    private readonly FrozenDictionary<string, ResponseMeaning> _meanings;

    private ResponseCodes(Dictionary<string, ResponseMeaning> meanings) => _meanings = meanings.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The standard's codes, with what a bank says otherwise.</summary>
    /// <exception cref="ArgumentException">A meaning cannot be read.</exception>
    public static ResponseCodes For(Iso8583Version version, IReadOnlyDictionary<string, string>? others = null)
    {
        var meanings = new Dictionary<string, ResponseMeaning>(StringComparer.Ordinal);
        foreach (var (codes, meaning) in version == Iso8583Version.V1987 ? V1987 : V1993)
            foreach (var code in codes.Split(' ')) meanings[code] = meaning;
        foreach (var (code, meaning) in others ?? new Dictionary<string, string>()) meanings[code] = ResponseMeaning.Parse(meaning);
        return new(meanings);
    }

    public ResponseMeaning this[string? code] => code is not null && _meanings.TryGetValue(code, out var meaning) ? meaning : ResponseMeaning.Unknown;

    // 06, 09, 22, 68, 90, 91, 92, 94 and 96 are left out on purpose. 91 and 96 usually mean "not done", yet reading them as unknown costs a reversal and nothing else.
    private static readonly (string, ResponseMeaning)[] V1987 =
    [
        ("00", new(ResponseKind.Approved)),
        ("51", new(ResponseKind.Declined, DeclineReason.InsufficientFunds)),
        ("61 65", new(ResponseKind.Declined, DeclineReason.LimitExceeded)),
        ("14 52 53 76 77 78", new(ResponseKind.Declined, DeclineReason.NoSuchAccount)),
        ("54", new(ResponseKind.Declined, DeclineReason.Expired)),
        ("57 58 62", new(ResponseKind.Declined, DeclineReason.NotPermitted)),
        ("63 93", new(ResponseKind.Declined, DeclineReason.Suspected)),
        ("05", new(ResponseKind.Declined, DeclineReason.DoNotHonour)),
        ("03 12 13 30", new(ResponseKind.Declined, DeclineReason.InvalidRequest)),
    ];

    private static readonly (string, ResponseMeaning)[] V1993 =
    [
        ("000", new(ResponseKind.Approved)),
        ("116", new(ResponseKind.Declined, DeclineReason.InsufficientFunds)),
        ("121 123", new(ResponseKind.Declined, DeclineReason.LimitExceeded)),
        ("111 114", new(ResponseKind.Declined, DeclineReason.NoSuchAccount)),
        ("101", new(ResponseKind.Declined, DeclineReason.Expired)),
        ("104 119 120", new(ResponseKind.Declined, DeclineReason.NotPermitted)),
        ("102 122 124", new(ResponseKind.Declined, DeclineReason.Suspected)),
        ("100", new(ResponseKind.Declined, DeclineReason.DoNotHonour)),
        ("109 110 115 904", new(ResponseKind.Declined, DeclineReason.InvalidRequest)),
    ];
}
