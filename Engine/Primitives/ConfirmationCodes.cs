using System.Buffers.Binary;
using System.Numerics;

namespace CarrierPay.Engine.Primitives;

/// <summary>The four-digit codes by which payments are confirmed: a keyed permutation of 0000 to 9999 for each subscriber, walked one step a payment.</summary>
/// <remarks>
/// So a code does not repeat within 10,000 payments of a subscriber, two that wait never share one, and none is stored once its payment is final.
/// A four-round Feistel network over 100 x 100 with SipHash-2-4 as its round function (Aumasson and Bernstein, 2012). The key is kept outside the database.
/// </remarks>
public sealed class ConfirmationCodes
{
    private const int Half = 100;
    private readonly ulong _k0;
    private readonly ulong _k1;

    /// <param name="key">16 secret octets.</param>
    public ConfirmationCodes(ReadOnlySpan<byte> key)
    {
        if (key.Length != 16)
            throw new ArgumentException("The key of the codes has 16 octets.", nameof(key));
        _k0 = BinaryPrimitives.ReadUInt64LittleEndian(key);
        _k1 = BinaryPrimitives.ReadUInt64LittleEndian(key[8..]);
    }

    /// <summary>The code of the subscriber's payment with this number, four digits.</summary>
    public string Of(SubscriberId subscriber, int number)
    {
        var left = number / Half % Half;
        var right = number % Half;
        for (var round = 0; round < 4; round++)
        {
            var mixed = (int)(Hash((ulong)subscriber.Value, ((ulong)round << 32) | (uint)right) % Half);
            (left, right) = (right, (left + mixed) % Half);
        }
        return string.Create(4, (left * Half) + right, static (text, code) =>
        {
            for (var i = 3; i >= 0; i--, code /= 10)
                text[i] = (char)('0' + (code % 10));
        });
    }

    /// <summary>What a merchant may know a subscriber by: the same for each payment to it, another for another merchant, and no way back to a number.</summary>
    public string TokenOf(SubscriberId subscriber, MerchantId merchant) =>
        "sub_" + Hash((ulong)subscriber.Value, (1UL << 63) | (uint)merchant.Value).ToString("x16", System.Globalization.CultureInfo.InvariantCulture);

    private ulong Hash(ulong first, ulong second)
    {
        unchecked
        {
            var v0 = _k0 ^ 0x736f6d6570736575;
            var v1 = _k1 ^ 0x646f72616e646f6d;
            var v2 = _k0 ^ 0x6c7967656e657261;
            var v3 = _k1 ^ 0x7465646279746573;
            Absorb(first);
            Absorb(second);
            Absorb(16UL << 56); // the length octet that ends a message of 16 octets
            v2 ^= 0xff;
            for (var i = 0; i < 4; i++)
                Round();
            return v0 ^ v1 ^ v2 ^ v3;

            void Absorb(ulong word)
            {
                v3 ^= word;
                Round();
                Round();
                v0 ^= word;
            }

            void Round()
            {
                v0 += v1;
                v1 = BitOperations.RotateLeft(v1, 13) ^ v0;
                v0 = BitOperations.RotateLeft(v0, 32);
                v2 += v3;
                v3 = BitOperations.RotateLeft(v3, 16) ^ v2;
                v0 += v3;
                v3 = BitOperations.RotateLeft(v3, 21) ^ v0;
                v2 += v1;
                v1 = BitOperations.RotateLeft(v1, 17) ^ v2;
                v2 = BitOperations.RotateLeft(v2, 32);
            }
        }
    }
}
