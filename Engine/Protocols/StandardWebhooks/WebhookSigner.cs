using System.Globalization;

namespace CarrierPay.Engine.Protocols.StandardWebhooks;

/// <summary>The names of the three headers.</summary>
/// <remarks>Standard Webhooks 1.0.0, "Webhook headers".</remarks>
public static class WebhookHeaders
{
    public const string Id = "webhook-id";
    public const string Timestamp = "webhook-timestamp";
    public const string Signature = "webhook-signature";
}

/// <summary>The values of the three headers of one attempt.</summary>
/// <param name="Id">The same on each attempt at the same message.</param>
/// <param name="Timestamp">Of this attempt, Unix seconds.</param>
/// <param name="Signature">One <c>v1,...</c> for each secret, separated by spaces.</param>
public readonly record struct SignedWebhook(string Id, string Timestamp, string Signature)
{
    /// <summary>Puts the three headers on a request.</summary>
    public void ApplyTo(HttpRequestMessage request)
    {
        ArgumentNullException.ThrowIfNull(request);
        request.Headers.Add(WebhookHeaders.Id, Id);
        request.Headers.Add(WebhookHeaders.Timestamp, Timestamp);
        request.Headers.Add(WebhookHeaders.Signature, Signature);
    }
}

/// <summary>Signs what we send: quote requests and notices.</summary>
/// <param name="secrets">One, or two while a secret is being replaced: the receiver accepts either.</param>
public sealed class WebhookSigner(params IReadOnlyList<WebhookSecret> secrets)
{
    private readonly IReadOnlyList<WebhookSecret> _secrets = secrets.Count > 0
        ? secrets
        : throw new ArgumentException("A signer needs at least one secret.", nameof(secrets));

    /// <summary>Signs one attempt. Repeat it with the same <paramref name="id"/> and the time of the new attempt.</summary>
    /// <exception cref="ArgumentException">The id is empty or contains something other than printable ASCII, or a dot, which would make the signed text ambiguous.</exception>
    public SignedWebhook Sign(string id, DateTimeOffset attemptedAt, ReadOnlySpan<byte> body)
    {
        ArgumentException.ThrowIfNullOrEmpty(id);
        if (id.AsSpan().ContainsAnyExceptInRange('!', '~') || id.Contains('.', StringComparison.Ordinal))
            throw new ArgumentException("A webhook id is printable ASCII without spaces and dots.", nameof(id));

        var timestamp = attemptedAt.ToUnixTimeSeconds();
        var signatures = new string[_secrets.Count];
        for (var i = 0; i < signatures.Length; i++)
            signatures[i] = WebhookVerifier.Version1 + Convert.ToBase64String(_secrets[i].Sign(id, timestamp, body));
        return new SignedWebhook(id, timestamp.ToString(CultureInfo.InvariantCulture), string.Join(' ', signatures));
    }
}
