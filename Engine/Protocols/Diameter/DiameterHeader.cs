using System.Buffers;
using System.Buffers.Binary;

namespace CarrierPay.Engine.Protocols.Diameter;

/// <summary>What came of looking for a message in a stream.</summary>
public enum FrameResult
{
    /// <summary>More octets are needed.</summary>
    Incomplete,
    Complete,

    /// <summary>The stream is no Diameter, or out of step for good: the connection has to be closed.</summary>
    BadFrame,
}

/// <summary>The 20 octets before the AVPs.</summary>
/// <remarks>
/// RFC 6733, section 3, big-endian:
/// <code>
/// version         1  1
/// length          3  of the whole message, a multiple of 4
/// flags           1  R P E T
/// command         3
/// application id  4
/// Hop-by-Hop      4  unique on a connection; agents put their own
/// End-to-End      4  of the node that made the request; never changed, kept on a resend
/// </code>
/// </remarks>
/// <param name="Length">Of the whole message; written by the writer.</param>
public readonly record struct DiameterHeader(int Length, CommandFlags Flags, uint Command, uint ApplicationId, uint HopByHop, uint EndToEnd)
{
    public const int Size = 20;
    public const byte Version = 1;
    public const int FlagsOffset = 4;
    public const int HopByHopOffset = 12;
    public const int EndToEndOffset = 16;

    public bool IsRequest => (Flags & CommandFlags.Request) != 0;

    public bool IsError => (Flags & CommandFlags.Error) != 0;

    /// <summary>Reads a header; the length has been checked with <see cref="TryReadFrame"/>, or is checked by <see cref="MessageView"/>.</summary>
    public static DiameterHeader Read(ReadOnlySpan<byte> octets) => new(
        (int)(BinaryPrimitives.ReadUInt32BigEndian(octets) & 0xffffff),
        (CommandFlags)octets[FlagsOffset],
        BinaryPrimitives.ReadUInt32BigEndian(octets[FlagsOffset..]) & 0xffffff,
        BinaryPrimitives.ReadUInt32BigEndian(octets[8..]),
        BinaryPrimitives.ReadUInt32BigEndian(octets[HopByHopOffset..]),
        BinaryPrimitives.ReadUInt32BigEndian(octets[EndToEndOffset..]));

    /// <summary>Takes one whole message from the beginning of <paramref name="buffer"/>. A length is believed only up to <paramref name="maxLength"/>, and never a reason to allocate.</summary>
    public static FrameResult TryReadFrame(ref ReadOnlySequence<byte> buffer, int maxLength, out ReadOnlySequence<byte> frame)
    {
        frame = default;
        if (buffer.Length < 4)
            return buffer.IsEmpty || buffer.FirstSpan[0] == Version ? FrameResult.Incomplete : FrameResult.BadFrame;
        Span<byte> start = stackalloc byte[4];
        buffer.Slice(0, 4).CopyTo(start);
        var length = (int)(BinaryPrimitives.ReadUInt32BigEndian(start) & 0xffffff);
        if (start[0] != Version || length < Size || length > maxLength || length % 4 != 0)
            return FrameResult.BadFrame;
        if (buffer.Length < length)
            return FrameResult.Incomplete;
        frame = buffer.Slice(0, length);
        buffer = buffer.Slice(length);
        return FrameResult.Complete;
    }
}
