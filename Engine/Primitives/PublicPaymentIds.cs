using System.Buffers.Binary;
using System.Security.Cryptography;

namespace CarrierPay.Engine.Primitives;

/// <summary>The ids by which the outside knows payments, as <c>pay_4k7tq2…</c>: each carries its lane, subscriber and payment, and says nothing of them to who has no key.</summary>
/// <remarks>
/// One AES block (FIPS 197) under a key of the installation, in 26 letters and digits of Crockford's base 32, lower case. Before encryption, big-endian:
/// <code>
/// lane in 10 bits, subscriber in 54 | payment 8
/// </code>
/// Encrypted, so that two merchants cannot tell that they have the same customer, and nobody counts our payments.
/// </remarks>
public sealed class PublicPaymentIds : IDisposable
{
    public const string Prefix = "pay_";
    private const string Alphabet = "0123456789abcdefghjkmnpqrstvwxyz";
    private const int Letters = 26;
    private const int SubscriberBits = 54;
    private readonly Aes _aes;

    /// <param name="key">16 secret octets.</param>
    public PublicPaymentIds(byte[] key)
    {
        _aes = Aes.Create();
        _aes.Key = key;
    }

    public string Of(short lane, SubscriberId subscriber, PaymentId payment)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((ulong)subscriber.Value, (1UL << SubscriberBits) - 1);
        Span<byte> block = stackalloc byte[16];
        BinaryPrimitives.WriteUInt64BigEndian(block, ((ulong)lane << SubscriberBits) | (ulong)subscriber.Value);
        BinaryPrimitives.WriteInt64BigEndian(block[8..], payment.Value);
        Span<byte> sealedBlock = stackalloc byte[16];
        lock (_aes)
            _aes.EncryptEcb(block, sealedBlock, PaddingMode.None);
        var number = BinaryPrimitives.ReadUInt128BigEndian(sealedBlock);
        Span<char> text = stackalloc char[Letters];
        for (var i = Letters - 1; i >= 0; i--, number >>= 5)
            text[i] = Alphabet[(int)(number & 31)];
        return string.Concat(Prefix, text);
    }

    /// <summary>Reads what <see cref="Of"/> made.</summary>
    /// <param name="text">From outside.</param>
    /// <param name="lanes">How many lanes there are: one that is beyond them was not made here.</param>
    public (short Lane, SubscriberId Subscriber, PaymentId Payment)? Read(string text, int lanes)
    {
        if (text.Length != Prefix.Length + Letters || !text.StartsWith(Prefix, StringComparison.Ordinal))
            return null;
        UInt128 number = 0;
        foreach (var letter in text.AsSpan(Prefix.Length))
        {
            var digit = Alphabet.IndexOf(letter, StringComparison.Ordinal);
            if (digit < 0 || number > UInt128.MaxValue >> 5)
                return null;
            number = (number << 5) | (uint)digit;
        }
        Span<byte> sealedBlock = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(sealedBlock, number);
        Span<byte> block = stackalloc byte[16];
        lock (_aes)
            _aes.DecryptEcb(sealedBlock, block, PaddingMode.None);
        var first = BinaryPrimitives.ReadUInt64BigEndian(block);
        var (lane, subscriber) = ((short)(first >> SubscriberBits), (long)(first & ((1UL << SubscriberBits) - 1)));
        var payment = BinaryPrimitives.ReadInt64BigEndian(block[8..]);
        return lane < lanes && payment > 0 ? (lane, new(subscriber), new(payment)) : null;
    }

    public void Dispose() => _aes.Dispose();
}
