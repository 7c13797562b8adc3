using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace CarrierPay.Engine.Protocols.StandardWebhooks;

/// <summary>The key that both ends of a webhook share. Written as <c>whsec_</c> + base64 of 24 to 64 random bytes.</summary>
/// <remarks>Standard Webhooks 1.0.0, "Symmetric signatures". Never shown: <see cref="ToString"/> gives no part of it.</remarks>
public sealed class WebhookSecret
{
    public const string Prefix = "whsec_";
    public const int MinimumBytes = 24;
    public const int MaximumBytes = 64;

    private readonly byte[] _key;

    private WebhookSecret(byte[] key) => _key = key;

    /// <summary>Reads <c>whsec_...</c>.</summary>
    /// <exception cref="ArgumentException">The prefix is missing, the rest is not base64, or it is not 24 to 64 bytes long. The message never contains the secret.</exception>
    public static WebhookSecret Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (!text.StartsWith(Prefix, StringComparison.Ordinal))
            throw new ArgumentException($"A webhook secret starts with \"{Prefix}\".", nameof(text));

        var key = new byte[text.Length];
        if (!Convert.TryFromBase64Chars(text.AsSpan(Prefix.Length), key, out var length))
            throw new ArgumentException($"A webhook secret is base64 after \"{Prefix}\".", nameof(text));
        if (length is < MinimumBytes or > MaximumBytes)
            throw new ArgumentException($"A webhook secret has {MinimumBytes} to {MaximumBytes} bytes; this one has {length}.", nameof(text));
        return new WebhookSecret(key[..length]);
    }

    /// <summary>A new secret of 32 random bytes, as text to hand over once and to store encrypted.</summary>
    public static string Generate() => Prefix + Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    public override string ToString() => Prefix + "***";

    /// <summary>HMAC-SHA256 over <c>{id}.{timestamp}.{body}</c>; the body is taken byte for byte.</summary>
    internal byte[] Sign(string id, long timestamp, ReadOnlySpan<byte> body)
    {
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, _key);
        hmac.AppendData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{id}.{timestamp}.")));
        hmac.AppendData(body);
        return hmac.GetHashAndReset();
    }
}
