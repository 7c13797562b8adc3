using System.Globalization;
using System.Security.Cryptography;

namespace CarrierPay.Engine.Protocols.StandardWebhooks;

/// <summary>Every answer of <see cref="WebhookVerifier"/>. When several apply, the one listed first is given.</summary>
public enum WebhookVerification
{
    /// <summary>One of the three headers is missing or empty.</summary>
    HeaderMissing,
    /// <summary>The timestamp is not a whole number of Unix seconds.</summary>
    TimestampMalformed,
    /// <summary>Older than the tolerance: a stored request, played again.</summary>
    TimestampTooOld,
    /// <summary>Further ahead than the tolerance: one of the two clocks is wrong.</summary>
    TimestampTooNew,
    /// <summary>No <c>v1</c> signature fits any of the secrets.</summary>
    SignatureWrong,
    Verified,
}

/// <summary>Verifies what was signed by any Standard Webhooks library.</summary>
/// <param name="time">Only this clock is asked.</param>
/// <param name="secrets">One, or two while a secret is being replaced.</param>
public sealed class WebhookVerifier(TimeProvider time, params IReadOnlyList<WebhookSecret> secrets)
{
    /// <summary>How far the sender's clock may be from ours, either way; exactly this much is still accepted.</summary>
    public static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    internal const string Version1 = "v1,";

    private readonly IReadOnlyList<WebhookSecret> _secrets = secrets.Count > 0
        ? secrets
        : throw new ArgumentException("A verifier needs at least one secret.", nameof(secrets));

    /// <summary>Safe to repeat; whether this id was seen before is the caller's question. <paramref name="body"/> is the body as received, byte for byte.</summary>
    public WebhookVerification Verify(string? id, string? timestamp, string? signature, ReadOnlySpan<byte> body)
    {
        if (string.IsNullOrEmpty(id) || string.IsNullOrEmpty(timestamp) || string.IsNullOrEmpty(signature))
            return WebhookVerification.HeaderMissing;
        if (!long.TryParse(timestamp, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
            return WebhookVerification.TimestampMalformed;

        var now = time.GetUtcNow().ToUnixTimeSeconds();
        var tolerance = (long)Tolerance.TotalSeconds;
        if (seconds < now - tolerance)
            return WebhookVerification.TimestampTooOld;
        if (seconds > now + tolerance)
            return WebhookVerification.TimestampTooNew;

        return MatchesAny(id, seconds, signature, body) ? WebhookVerification.Verified : WebhookVerification.SignatureWrong;
    }

    // Each candidate is compared with each secret to the end: how long it takes tells nothing about which of them was nearly right.
    private bool MatchesAny(string id, long timestamp, string signature, ReadOnlySpan<byte> body)
    {
        var matches = false;
        Span<byte> candidate = stackalloc byte[HMACSHA256.HashSizeInBytes];
        foreach (var secret in _secrets)
        {
            var expected = secret.Sign(id, timestamp, body);
            foreach (var range in signature.AsSpan().Split(' '))
            {
                var part = signature.AsSpan(range);
                if (part.StartsWith(Version1, StringComparison.Ordinal)
                    && Convert.TryFromBase64Chars(part[Version1.Length..], candidate, out var length)
                    && length == candidate.Length)
                    matches |= CryptographicOperations.FixedTimeEquals(candidate, expected);
            }
        }
        return matches;
    }
}
