using System.Buffers.Binary;
using CarrierPay.SmppAdapter.Pdu;

namespace CarrierPay.Simulator.Smsc.Wire;

/// <summary>Reads a stream in runs of whole PDUs. When the stream is not SMPP (any more), in whatever octets come: the other side is to see them as they are. For one reader.</summary>
internal sealed class FrameReader(Stream stream)
{
    /// <summary>Longer than any PDU that the centre takes: what claims more is not cut into PDUs.</summary>
    private const int Longest = 128 * 1024;

    private byte[] _octets = new byte[32 * 1024];
    private int _start;
    private int _end;

    /// <summary>A length was impossible: from here on octets are only octets.</summary>
    public bool IsOutOfStep { get; private set; }

    /// <summary>The next run, until the next call; empty at the end of the stream.</summary>
    public async ValueTask<ReadOnlyMemory<byte>> ReadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var whole = WholeOctets();
            if (whole > 0) return Take(whole);
            MakeRoom();
            var count = await stream.ReadAsync(_octets.AsMemory(_end), cancellationToken);
            if (count == 0) return Take(_end - _start);
            _end += count;
        }
    }

    /// <summary>The first PDU of a run, which is shortened by it.</summary>
    public static ReadOnlyMemory<byte> Next(ref ReadOnlyMemory<byte> run)
    {
        var length = (int)BinaryPrimitives.ReadUInt32BigEndian(run.Span);
        var frame = run[..length];
        run = run[length..];
        return frame;
    }

    private ReadOnlyMemory<byte> Take(int count)
    {
        var run = _octets.AsMemory(_start, count);
        _start += count;
        return run;
    }

    private int WholeOctets()
    {
        var place = _start;
        while (!IsOutOfStep && _end - place >= sizeof(uint))
        {
            var length = BinaryPrimitives.ReadUInt32BigEndian(_octets.AsSpan(place));
            if (length is < PduHeader.Length or > Longest)
            {
                // What came before it is still PDUs, and goes first.
                if (place == _start) IsOutOfStep = true;
                break;
            }
            if (_end - place < length) break;
            place += (int)length;
        }
        return IsOutOfStep ? _end - _start : place - _start;
    }

    private void MakeRoom()
    {
        if (_start > 0)
        {
            _octets.AsSpan(_start, _end - _start).CopyTo(_octets);
            _end -= _start;
            _start = 0;
        }
        if (_end == _octets.Length) Array.Resize(ref _octets, _octets.Length * 2);
    }
}
