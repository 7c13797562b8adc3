using System.Buffers.Binary;

namespace CarrierPay.Engine.Subscribers;

/// <summary>One of the last payments of a subscriber that are final.</summary>
public readonly record struct RecentPayment(int Number, int RequestFingerprint, int Merchant, DateTimeOffset EndedAt, long AmountMinor, FundingKind Source, PaymentOutcome Outcome);

/// <summary>The last eight final payments, in one column of the subscriber's row: repeats are recognised by them, and HIST is answered from them.</summary>
/// <remarks>
/// A ring: the payment with number n stands in slot n modulo 8, so that a change touches one slot. A slot, big-endian:
/// <code>
/// number 4 | request fingerprint 4 | merchant 4 | ended, Unix seconds 4 | amount in minor units 8 | source - 1 in 2 bits, outcome in 6
/// </code>
/// After the ring, for who has ever given one, the last three wrong answers, newest first: fingerprint 4 | Unix seconds 4.
/// </remarks>
public sealed class RecentPayments(byte[] octets)
{
    public const int Capacity = 8;
    private const int Slot = 25;
    private const int Payments = Capacity * Slot;
    private const int WrongAnswers = 3;
    private const int WrongAnswer = 8;
    private const int OutcomeBits = 6;
    private byte[] _octets = octets;

    /// <summary>The column.</summary>
    public byte[] Octets => _octets;

    public void Add(RecentPayment payment)
    {
        // A new array: the old one may be held by a batch that is written again.
        var octets = new byte[Math.Max(Payments, _octets.Length)];
        _octets.CopyTo(octets, 0);
        var slot = octets.AsSpan(payment.Number % Capacity * Slot, Slot);
        BinaryPrimitives.WriteInt32BigEndian(slot, payment.Number);
        BinaryPrimitives.WriteInt32BigEndian(slot[4..], payment.RequestFingerprint);
        BinaryPrimitives.WriteInt32BigEndian(slot[8..], payment.Merchant);
        BinaryPrimitives.WriteUInt32BigEndian(slot[12..], (uint)payment.EndedAt.ToUnixTimeSeconds());
        BinaryPrimitives.WriteInt64BigEndian(slot[16..], payment.AmountMinor);
        slot[24] = checked((byte)((((int)payment.Source - 1) << OutcomeBits) | (int)payment.Outcome));
        _octets = octets;
    }

    /// <summary>The latest payment whose request had this fingerprint, since a time.</summary>
    public RecentPayment? ByFingerprint(int fingerprint, DateTimeOffset since)
    {
        RecentPayment? found = null;
        for (var i = 0; i < Count; i++)
        {
            if (BinaryPrimitives.ReadInt32BigEndian(_octets.AsSpan((i * Slot) + 4)) != fingerprint)
                continue;
            if (At(i) is { Number: > 0 } payment && payment.EndedAt >= since && payment.Number > (found?.Number ?? 0))
                found = payment;
        }
        return found;
    }

    /// <summary>Newest first.</summary>
    public IReadOnlyList<RecentPayment> NewestFirst() =>
        [.. Enumerable.Range(0, Count).Select(At).Where(p => p.Number > 0).OrderByDescending(p => p.Number)];

    /// <summary>Whether a text with this fingerprint was a wrong answer since a time: then the SMSC brings it again, or nothing new was guessed.</summary>
    public bool IsWrongAnswer(int fingerprint, DateTimeOffset since)
    {
        for (var at = Payments; at < _octets.Length; at += WrongAnswer)
        {
            if (BinaryPrimitives.ReadInt32BigEndian(_octets.AsSpan(at)) == fingerprint
                && BinaryPrimitives.ReadUInt32BigEndian(_octets.AsSpan(at + 4)) >= since.ToUnixTimeSeconds())
                return true;
        }
        return false;
    }

    /// <summary>Keeps a wrong answer in mind, and the two before it.</summary>
    public void AddWrongAnswer(int fingerprint, DateTimeOffset now)
    {
        var octets = new byte[Payments + (WrongAnswers * WrongAnswer)];
        _octets.AsSpan(0, Math.Min(_octets.Length, Payments)).CopyTo(octets);
        if (_octets.Length > Payments)
            _octets.AsSpan(Payments, (WrongAnswers - 1) * WrongAnswer).CopyTo(octets.AsSpan(Payments + WrongAnswer));
        BinaryPrimitives.WriteInt32BigEndian(octets.AsSpan(Payments), fingerprint);
        BinaryPrimitives.WriteUInt32BigEndian(octets.AsSpan(Payments + 4), (uint)now.ToUnixTimeSeconds());
        _octets = octets;
    }

    private int Count => Math.Min(_octets.Length, Payments) / Slot;

    private RecentPayment At(int index)
    {
        var slot = _octets.AsSpan(index * Slot, Slot);
        return new(
            BinaryPrimitives.ReadInt32BigEndian(slot), BinaryPrimitives.ReadInt32BigEndian(slot[4..]), BinaryPrimitives.ReadInt32BigEndian(slot[8..]),
            DateTimeOffset.FromUnixTimeSeconds(BinaryPrimitives.ReadUInt32BigEndian(slot[12..])), BinaryPrimitives.ReadInt64BigEndian(slot[16..]),
            (FundingKind)((slot[24] >> OutcomeBits) + 1), (PaymentOutcome)(slot[24] & ((1 << OutcomeBits) - 1)));
    }
}
