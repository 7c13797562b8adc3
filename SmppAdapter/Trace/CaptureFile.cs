using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace CarrierPay.SmppAdapter.Trace;

/// <summary>The pcapng files of one trace: one after the other, of bounded size, the oldest deleted. Each link is an interface, so Wireshark shows its name.</summary>
/// <remarks>
/// IETF draft-ietf-opsawg-pcapng. Blocks: type 4, length 4, body padded to 4, length 4; here in little-endian. Packets are IP without a link layer
/// (LINKTYPE_RAW), times are microseconds. Files are named by the time of their first octet, so names sort by age, and only the owner may read them.
/// </remarks>
internal sealed class CaptureFile : IDisposable
{
    private const string Pattern = "smpp-*.pcapng";
    private const uint SectionHeader = 0x0A0D0D0A;
    private const uint InterfaceDescription = 1;
    private const uint EnhancedPacket = 6;
    private const ushort LinkTypeRaw = 101;
    private const ushort OptionName = 2;
    private const ushort OptionFlags = 2;
    private const ushort OptionDropCount = 4;

    private readonly TimeProvider _time;
    private readonly Dictionary<string, uint> _interfaces = [];
    private readonly byte[] _block = new byte[TcpFrames.MaxLength + 128];
    private FileStream _stream;
    private long _dropped;
    private long _written;
    private int _length;

    public CaptureFile(PduTraceOptions options, TimeProvider time)
    {
        Options = options;
        _time = time;
        System.IO.Directory.CreateDirectory(options.Directory);
        _stream = Begin();
    }

    public PduTraceOptions Options { get; }

    /// <summary>Appends one PDU, as one or more TCP segments. <paramref name="dropped"/>: how many PDUs were left out since the trace began.</summary>
    public void Write(TracedConnection connection, DateTimeOffset at, ReadOnlySpan<byte> pdu, bool isSent, long dropped)
    {
        if (_written >= Options.MaxFileOctets)
        {
            _stream.Dispose();
            _stream = Begin();
        }
        var link = InterfaceOf(connection.Link);
        while (!pdu.IsEmpty)
        {
            var part = pdu[..Math.Min(pdu.Length, TcpFrames.MaxPayload)];
            pdu = pdu[part.Length..];
            WritePacket(connection, link, at, part, isSent, dropped - _dropped);
            _dropped = dropped;
        }
    }

    public void Flush() => _stream.Flush();

    public void Dispose() => _stream.Dispose();

    private FileStream Begin()
    {
        _interfaces.Clear();
        _written = 0;
        for (var attempt = 0; ; attempt++)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"smpp-{_time.GetUtcNow():yyyyMMdd'T'HHmmss.ffffff'Z'}-{attempt:d3}.pcapng");
            var path = Path.Combine(Options.Directory, name);
            if (!File.Exists(path))
            {
                DeleteOldest();
                var stream = new FileStream(path, OwnersOnly());
                WriteSectionHeader(stream);
                return stream;
            }
        }
    }

    private static FileStreamOptions OwnersOnly()
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            Share = FileShare.ReadWrite | FileShare.Delete,
            BufferSize = 64 * 1024,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }
        return options;
    }

    private void DeleteOldest()
    {
        var files = System.IO.Directory.GetFiles(Options.Directory, Pattern);
        Array.Sort(files, StringComparer.Ordinal);
        foreach (var old in files.Take(files.Length - Options.MaxFiles + 1))
        {
            File.Delete(old);
        }
    }

    private void WriteSectionHeader(FileStream stream)
    {
        const uint ByteOrder = 0x1A2B3C4D;
        const ushort Version = 1;
        Start(SectionHeader);
        UInt32(ByteOrder);
        UInt16(Version);
        UInt16(0);
        // The length of the section is not known.
        UInt32(uint.MaxValue);
        UInt32(uint.MaxValue);
        End(stream);
    }

    private uint InterfaceOf(string link)
    {
        if (!_interfaces.TryGetValue(link, out var number))
        {
            number = (uint)_interfaces.Count;
            _interfaces[link] = number;
            Start(InterfaceDescription);
            UInt16(LinkTypeRaw);
            UInt16(0);
            UInt32(0);
            var name = Encoding.UTF8.GetBytes(link);
            Option(OptionName, name.AsSpan(0, Math.Min(name.Length, 255)));
            UInt32(0);
            End(_stream);
        }
        return number;
    }

    private void WritePacket(TracedConnection connection, uint link, DateTimeOffset at, ReadOnlySpan<byte> payload, bool isSent, long dropped)
    {
        var microseconds = (ulong)((at - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond);
        Start(EnhancedPacket);
        UInt32(link);
        UInt32((uint)(microseconds >> 32));
        UInt32((uint)(microseconds & uint.MaxValue));
        var lengths = _length;
        _length += 8;
        var frame = TcpFrames.Write(_block.AsSpan(_length), connection, payload, isSent);
        BinaryPrimitives.WriteInt32LittleEndian(_block.AsSpan(lengths), frame);
        BinaryPrimitives.WriteInt32LittleEndian(_block.AsSpan(lengths + 4), frame);
        _length += frame;
        Pad();
        Span<byte> value = stackalloc byte[8];
        const int Inbound = 1, Outbound = 2;
        BinaryPrimitives.WriteInt32LittleEndian(value, isSent ? Outbound : Inbound);
        Option(OptionFlags, value[..4]);
        if (dropped > 0)
        {
            BinaryPrimitives.WriteInt64LittleEndian(value, dropped);
            Option(OptionDropCount, value);
        }
        UInt32(0);
        End(_stream);
    }

    private void Start(uint type)
    {
        _length = 0;
        UInt32(type);
        UInt32(0);
    }

    private void End(FileStream stream)
    {
        var length = (uint)(_length + 4);
        UInt32(length);
        BinaryPrimitives.WriteUInt32LittleEndian(_block.AsSpan(4), length);
        stream.Write(_block, 0, _length);
        _written += _length;
    }

    private void UInt16(ushort value)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(_block.AsSpan(_length), value);
        _length += 2;
    }

    private void UInt32(uint value)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(_block.AsSpan(_length), value);
        _length += 4;
    }

    private void Option(ushort code, ReadOnlySpan<byte> value)
    {
        UInt16(code);
        UInt16((ushort)value.Length);
        value.CopyTo(_block.AsSpan(_length));
        _length += value.Length;
        Pad();
    }

    private void Pad()
    {
        while (_length % 4 != 0)
        {
            _block[_length++] = 0;
        }
    }
}
