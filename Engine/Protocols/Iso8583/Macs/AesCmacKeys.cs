using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Macs;
using Org.BouncyCastle.Crypto.Parameters;

namespace CarrierPay.Engine.Protocols.Iso8583.Macs;

/// <summary>AES-CMAC with a key in memory, its first eight octets.</summary>
/// <remarks>RFC 4493, NIST SP 800-38B; ISO 9797-1 algorithm 5. Never shown: no part of the key leaves this object.</remarks>
public sealed class AesCmacKeys : IMacKeys
{
    private readonly byte[] _key;

    /// <param name="key">16, 24 or 32 octets.</param>
    /// <exception cref="ArgumentException">It has another length. The message never contains the key.</exception>
    public AesCmacKeys(ReadOnlySpan<byte> key) => _key = key.Length is 16 or 24 or 32
        ? key.ToArray()
        : throw new ArgumentException($"The key of an AES-CMAC has 16, 24 or 32 octets; this one has {key.Length}.", nameof(key));

    public ValueTask<byte[]> ComputeAsync(ReadOnlyMemory<byte> octets, CancellationToken cancellationToken = default)
    {
        // The machine's own AES where it has it.
        var mac = new CMac(AesUtilities.CreateEngine(), MessageMac.Length * 8);
        mac.Init(new KeyParameter(_key));
        mac.BlockUpdate(octets.Span);
        var code = new byte[MessageMac.Length];
        mac.DoFinal(code);
        return ValueTask.FromResult(code);
    }
}
