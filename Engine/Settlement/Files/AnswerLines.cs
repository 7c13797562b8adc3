using System.Buffers;
using System.IO.Pipelines;
using System.Security.Cryptography;
using System.Text;

namespace CarrierPay.Engine.Settlement.Files;

/// <summary>What billing wrote is not an answer; the message says why, for a person.</summary>
internal sealed class AnswerFileException(string problem) : Exception(problem);

/// <summary>The lines of an answer, one after the other, with the hash of its octets. No line is longer than <see cref="LongestLine"/>, so memory is bounded whatever comes.</summary>
internal sealed class AnswerLines(Stream stream) : IAsyncDisposable
{
    public const int LongestLine = 200;

    private readonly PipeReader _reader = PipeReader.Create(stream);
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>Of the line that was read last; the first is 1.</summary>
    public int Number { get; private set; }

    /// <summary>Octets after the last LF: somebody is still writing, or the end is lost.</summary>
    public bool HasUnfinishedLine { get; private set; }

    /// <summary>The next whole line without its LF, or CR LF; null after the last.</summary>
    /// <exception cref="AnswerFileException">The line is too long.</exception>
    public async ValueTask<string?> ReadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await _reader.ReadAsync(cancellationToken);
            if (read.Buffer.PositionOf((byte)'\n') is { } end)
            {
                Number++;
                var line = read.Buffer.Slice(0, end);
                var text = line.Length <= LongestLine ? Encoding.UTF8.GetString(line).TrimEnd('\r') : null;
                Consume(read.Buffer.Slice(0, read.Buffer.GetPosition(1, end)));
                return text ?? throw TooLong();
            }
            if (read.Buffer.Length > LongestLine)
            {
                Number++;
                Consume(read.Buffer);
                throw TooLong();
            }
            if (read.IsCompleted)
            {
                HasUnfinishedLine = !read.Buffer.IsEmpty;
                Consume(read.Buffer);
                return null;
            }
            _reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    /// <summary>The hash of all octets; what was not read as lines is read for it.</summary>
    public async Task<byte[]> HashAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await _reader.ReadAsync(cancellationToken);
            Consume(read.Buffer);
            if (read.IsCompleted)
                return _hash.GetHashAndReset();
        }
    }

    public async ValueTask DisposeAsync()
    {
        _hash.Dispose();
        await _reader.CompleteAsync();
    }

    private AnswerFileException TooLong() => new($"line {Number} is longer than {LongestLine} octets");

    private void Consume(ReadOnlySequence<byte> octets)
    {
        foreach (var part in octets)
            _hash.AppendData(part.Span);
        _reader.AdvanceTo(octets.End);
    }
}
