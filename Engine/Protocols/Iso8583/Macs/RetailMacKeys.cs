using Org.BouncyCastle.Crypto.Engines;
using Org.BouncyCastle.Crypto.Parameters;

namespace CarrierPay.Engine.Protocols.Iso8583.Macs;

/// <summary>Retail MAC with a key in memory: DES in chained mode, the last block under both halves of the key.</summary>
/// <remarks>ISO 9797-1 algorithm 3 with padding method 1 (zeros) = ANSI X9.19. DES ignores the lowest bit of each octet of the key. Never shown: no part of the key leaves this object.</remarks>
public sealed class RetailMacKeys : IMacKeys
{
    public const int KeyLength = 16;

    private const int BlockLength = 8;

    // Set up once: setting up a key costs as much as twelve blocks. An engine that is set up only reads its key, so threads share it;
    // BouncyCastle's ISO9797Alg3Mac would set up three of them for each message.
    private readonly DesEngine _first;
    private readonly DesEngine _second;

    /// <param name="key">16 octets.</param>
    /// <exception cref="ArgumentException">It has another length. The message never contains the key.</exception>
    public RetailMacKeys(ReadOnlySpan<byte> key)
    {
        if (key.Length != KeyLength) throw new ArgumentException($"The key of a retail MAC has {KeyLength} octets; this one has {key.Length}.", nameof(key));
        _first = Engine(forEncryption: true, key[..BlockLength]);
        _second = Engine(forEncryption: false, key[BlockLength..]);
    }

    public ValueTask<byte[]> ComputeAsync(ReadOnlyMemory<byte> octets, CancellationToken cancellationToken = default)
    {
        var code = new byte[BlockLength];
        var rest = octets.Span;
        do
        {
            var block = rest[..Math.Min(BlockLength, rest.Length)];
            for (var i = 0; i < block.Length; i++) code[i] ^= block[i];
            _first.ProcessBlock(code, code);
            rest = rest[block.Length..];
        }
        while (!rest.IsEmpty);
        _second.ProcessBlock(code, code);
        _first.ProcessBlock(code, code);
        return ValueTask.FromResult(code);
    }

    private static DesEngine Engine(bool forEncryption, ReadOnlySpan<byte> key)
    {
        var engine = new DesEngine();
        engine.Init(forEncryption, new KeyParameter(key));
        return engine;
    }
}
