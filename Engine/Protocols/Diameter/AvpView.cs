using System.Buffers.Binary;
using System.Net;
using System.Text;

namespace CarrierPay.Engine.Protocols.Diameter;

/// <summary>One AVP where it lies in a message: nothing is copied.</summary>
/// <remarks>
/// RFC 6733, section 4.1, big-endian:
/// <code>
/// code       4  U32
/// flags      1  V M P and five bits that nobody uses
/// length     3  of header and data, without the padding
/// vendor id  4  U32, only with V
/// data       n  then zeros up to a multiple of 4
/// </code>
/// The readers throw <see cref="DiameterException"/> where the data is not of the type.
/// </remarks>
public readonly ref struct AvpView
{
    /// <summary>Octets of a header without a vendor id.</summary>
    public const int ShortHeader = 8;

    /// <summary>Octets of a header with one.</summary>
    public const int LongHeader = 12;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private static readonly DateTimeOffset Epoch1900 = new(1900, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Epoch2036 = new(2036, 2, 7, 6, 28, 16, TimeSpan.Zero);

    private AvpView(ReadOnlySpan<byte> octets, uint code, AvpFlags flags, uint vendorId, int headerLength)
    {
        Octets = octets;
        Code = code;
        Flags = flags;
        VendorId = vendorId;
        Data = octets[headerLength..];
    }

    public uint Code { get; }

    /// <summary>As they came, bits without a meaning included.</summary>
    public AvpFlags Flags { get; }

    /// <summary>0 without the V flag.</summary>
    public uint VendorId { get; }

    public ReadOnlySpan<byte> Data { get; }

    /// <summary>Header and data, without the padding.</summary>
    public ReadOnlySpan<byte> Octets { get; }

    public bool IsMandatory => (Flags & AvpFlags.Mandatory) != 0;

    public bool Is(AvpDefinition definition) => Code == definition.Code && VendorId == definition.VendorId;

    public static int Padded(int length) => (length + 3) & ~3;

    public uint ToUInt32() => BinaryPrimitives.ReadUInt32BigEndian(OfLength(4));

    public int ToInt32() => BinaryPrimitives.ReadInt32BigEndian(OfLength(4));

    public ulong ToUInt64() => BinaryPrimitives.ReadUInt64BigEndian(OfLength(8));

    public long ToInt64() => BinaryPrimitives.ReadInt64BigEndian(OfLength(8));

    /// <summary>UTF-8, read strictly: a text that is not is refused, since two systems would read it differently.</summary>
    public string ToText()
    {
        try
        {
            return StrictUtf8.GetString(Data);
        }
        catch (DecoderFallbackException)
        {
            throw Wrong("is not UTF-8");
        }
    }

    /// <summary>A name of a node or realm: ASCII without spaces and control characters, not empty.</summary>
    public string ToIdentity() => !Data.IsEmpty && !Data.ContainsAnyExceptInRange((byte)'!', (byte)'~') ? Encoding.ASCII.GetString(Data) : throw Wrong("is no name of a node");

    /// <remarks>RFC 6733, section 4.3.1: a value without its highest bit is one after 7 February 2036, when 32 bits are used up.</remarks>
    public DateTimeOffset ToTime() => ToUInt32() is var seconds && seconds >= 0x80000000 ? Epoch1900.AddSeconds(seconds) : Epoch2036.AddSeconds(seconds);

    /// <exception cref="ArgumentOutOfRangeException">Before 1968 or after 2104.</exception>
    public static uint FromTime(DateTimeOffset time)
    {
        var seconds = (time - Epoch1900).Ticks / TimeSpan.TicksPerSecond;
        ArgumentOutOfRangeException.ThrowIfLessThan(seconds, 0x80000000, nameof(time));
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(seconds, 0x180000000, nameof(time));
        return (uint)(seconds & 0xffffffff);
    }

    /// <remarks>RFC 6733, section 4.3.1: family 1 is IPv4, 2 is IPv6.</remarks>
    public IPAddress ToAddress() => Data switch
    {
        [0, 1, .. { Length: 4 } v4] => new(v4),
        [0, 2, .. { Length: 16 } v6] => new(v6),
        _ => throw Wrong("is neither an IPv4 nor an IPv6 address"),
    };

    /// <summary>The AVPs inside this one.</summary>
    public AvpEnumerator GetEnumerator() => new(Data, isWhole: false);

    /// <summary>A copy that stays when the message is gone.</summary>
    public Avp ToAvp() => new(Code, VendorId, Flags, Data.ToArray());

    /// <summary>Header, data and padding, as they stand in Failed-AVP.</summary>
    internal byte[] ToPadded()
    {
        var padded = new byte[Padded(Octets.Length)];
        Octets.CopyTo(padded);
        return padded;
    }

    internal static void WriteHeader(Span<byte> target, uint code, AvpFlags flags, uint vendorId, int length)
    {
        BinaryPrimitives.WriteUInt32BigEndian(target, code);
        BinaryPrimitives.WriteUInt32BigEndian(target[4..], ((uint)flags << 24) | (uint)length);
        if ((flags & AvpFlags.Vendor) != 0)
            BinaryPrimitives.WriteUInt32BigEndian(target[ShortHeader..], vendorId);
    }

    /// <summary>The AVP at the beginning.</summary>
    /// <param name="isWhole">The octets are a message, so that the padding of the last AVP must be there. Inside a group some stacks leave it out.</param>
    internal static AvpView First(ReadOnlySpan<byte> octets, bool isWhole)
    {
        if (octets.Length < ShortHeader)
            throw new DiameterException(ResultCode.InvalidAvpLength, $"{octets.Length} octets are left, too few for an AVP");
        var code = BinaryPrimitives.ReadUInt32BigEndian(octets);
        var word = BinaryPrimitives.ReadUInt32BigEndian(octets[4..]);
        var flags = (AvpFlags)(word >> 24);
        var length = (int)(word & 0xffffff);
        var headerLength = (flags & AvpFlags.Vendor) != 0 ? LongHeader : ShortHeader;
        if (length < headerLength || length > octets.Length || (isWhole && Padded(length) > octets.Length))
            throw BadLength(code, flags, length, octets.Length);
        var vendorId = headerLength == LongHeader ? BinaryPrimitives.ReadUInt32BigEndian(octets[ShortHeader..]) : 0;
        return new(octets[..length], code, flags, vendorId, headerLength);
    }

    private static DiameterException BadLength(uint code, AvpFlags flags, int length, int left)
    {
        var failed = new byte[ShortHeader];
        WriteHeader(failed, code, flags & ~AvpFlags.Vendor, vendorId: 0, ShortHeader);
        return new(ResultCode.InvalidAvpLength, $"AVP {code} says that it has {length} octets where {left} are left", failed);
    }

    private ReadOnlySpan<byte> OfLength(int length) => Data.Length == length ? Data : throw new DiameterException(ResultCode.InvalidAvpLength,
        $"AVP {Code} has {Data.Length} octets of data instead of {length}", Avps.Find(VendorId, Code) is { } known ? DiameterException.WrongLength(known).FailedAvp?.ToArray() : null);

    private DiameterException Wrong(string problem) => new(ResultCode.InvalidAvpValue, $"AVP {Code} {problem}", ToPadded());
}

/// <summary>Walks over AVPs in place. Throws <see cref="DiameterException"/> where a length is wrong.</summary>
public ref struct AvpEnumerator
{
    private readonly bool _isWhole;
    private ReadOnlySpan<byte> _rest;
    private AvpView _current;

    internal AvpEnumerator(ReadOnlySpan<byte> octets, bool isWhole)
    {
        _rest = octets;
        _isWhole = isWhole;
    }

    public readonly AvpView Current => _current;

    public readonly AvpEnumerator GetEnumerator() => this;

    public bool MoveNext()
    {
        if (_rest.IsEmpty)
            return false;
        _current = AvpView.First(_rest, _isWhole);
        _rest = _rest[Math.Min(AvpView.Padded(_current.Octets.Length), _rest.Length)..];
        return true;
    }
}
