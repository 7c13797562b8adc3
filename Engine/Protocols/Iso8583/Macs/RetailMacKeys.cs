using Org.BouncyCastle.Crypto.Engines;
using Org.BouncyCastle.Crypto.Macs;
using Org.BouncyCastle.Crypto.Parameters;

namespace CarrierPay.Engine.Protocols.Iso8583.Macs;

/// <summary>Retail MAC with a key in memory: DES in chained mode, the last block under both halves of the key.</summary>
/// <remarks>ISO 9797-1 algorithm 3 with padding method 1 (zeros) = ANSI X9.19. DES ignores the lowest bit of each octet of the key. Never shown: no part of the key leaves this object.</remarks>
public sealed class RetailMacKeys : IMacKeys
{
    public const int KeyLength = 16;

    private readonly byte[] _key;

    /// <param name="key">16 octets.</param>
    /// <exception cref="ArgumentException">It has another length. The message never contains the key.</exception>
    public RetailMacKeys(ReadOnlySpan<byte> key) => _key = key.Length == KeyLength
        ? key.ToArray()
        : throw new ArgumentException($"The key of a retail MAC has {KeyLength} octets; this one has {key.Length}.", nameof(key));

    public ValueTask<byte[]> ComputeAsync(ReadOnlyMemory<byte> octets, CancellationToken cancellationToken = default)
    {
        // One for each message: these objects carry state, and setting up a DES key costs less than a lock.
        var mac = new ISO9797Alg3Mac(new DesEngine(), MessageMac.Length * 8);
        mac.Init(new KeyParameter(_key));
        mac.BlockUpdate(octets.Span);
        var code = new byte[MessageMac.Length];
        mac.DoFinal(code);
        return ValueTask.FromResult(code);
    }
}
