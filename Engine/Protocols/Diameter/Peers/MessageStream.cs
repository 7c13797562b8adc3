using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics;
using System.IO.Pipelines;
using System.Net.Sockets;

namespace CarrierPay.Engine.Protocols.Diameter.Peers;

/// <summary>Why a stream came to its end.</summary>
public enum StreamEnd
{
    /// <summary>The peer closed it in order.</summary>
    Closed,

    /// <summary>The network or the peer broke it.</summary>
    Lost,

    /// <summary>What came is no Diameter, or out of step.</summary>
    BadFrame,

    /// <summary>We ended it.</summary>
    Aborted,
}

/// <summary>Is given a whole message; the octets are valid until it returns.</summary>
public delegate void MessageReceived(ReadOnlySpan<byte> message);

/// <summary>Messages over one connection, plain or TLS: reads whole ones, gathers what is written and knows what of it may have left.</summary>
/// <remarks>
/// What was appended before a write began may have reached the peer; what was not, cannot have: <see cref="HasBegun"/> tells which.
/// Safe to append from many threads. The handler runs on the one reading loop and must not block.
/// </remarks>
public sealed class MessageStream : IDisposable
{
    /// <summary>With this much unsent the peer does not take our answers, and is not read until it does.</summary>
    private const int MaxUnsent = 1 << 20;

    // No threshold: appending never waits. Windows bound our requests, MaxUnsent our answers.
    private readonly Pipe _outbound = new(new PipeOptions(pauseWriterThreshold: 0, resumeWriterThreshold: 0, minimumSegmentSize: 16 * 1024, useSynchronizationContext: false));
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _ending = new();
    private readonly Stream _stream;
    private readonly int _maxLength;
    private bool _isComplete;
    private readonly Queue<(long Position, Func<bool> MayGo)> _asked = new();
    private long _appended;
    private long _begun;
    private long _sent;
    private TaskCompletionSource? _room;
    private Task? _aborting;

    /// <param name="stream">Owned from now on.</param>
    /// <param name="maxLength">Of a message that comes, in octets; a longer one ends the stream.</param>
    public MessageStream(Stream stream, int maxLength = MessageView.MaxLength)
    {
        _stream = stream;
        _maxLength = maxLength;
    }

    /// <summary>Appends a message and sees to it that it goes out.</summary>
    /// <param name="hopByHop">Put in place of the one in the message.</param>
    /// <param name="added">Flags that are set besides those in the message.</param>
    /// <param name="mayGo">Asked right before its first octet leaves, because it may wait here while the peer takes nothing. A no ends the stream.</param>
    /// <returns>Where it stands, for <see cref="HasBegun"/>; -1 if the stream takes nothing more.</returns>
    public long Append(ReadOnlySpan<byte> message, uint hopByHop, CommandFlags added = CommandFlags.None, Func<bool>? mayGo = null)
    {
        lock (_gate)
        {
            if (_isComplete)
                return -1;
            var target = _outbound.Writer.GetSpan(message.Length)[..message.Length];
            message.CopyTo(target);
            target[DiameterHeader.FlagsOffset] |= (byte)added;
            BinaryPrimitives.WriteUInt32BigEndian(target[DiameterHeader.HopByHopOffset..], hopByHop);
            _outbound.Writer.Advance(message.Length);
            var position = _appended;
            _appended += message.Length;
            if (mayGo is not null)
                _asked.Enqueue((position, mayGo));
            MustBeDone(_outbound.Writer.FlushAsync(CancellationToken.None));
            return position;
        }
    }

    /// <summary>Appends a message as it is.</summary>
    public void Append(ReadOnlySpan<byte> message) => Append(message, DiameterHeader.Read(message).HopByHop);

    /// <summary>Whether the message at this place may have left, as a whole or in part.</summary>
    public bool HasBegun(long position) => position >= 0 && position < Volatile.Read(ref _begun);

    /// <summary>Takes nothing more; sends what is there, then tells the peer that nothing follows. What the peer still sends is read.</summary>
    public void Complete()
    {
        lock (_gate)
        {
            if (_isComplete)
                return;
            _isComplete = true;
            _outbound.Writer.Complete();
        }
    }

    /// <summary>Ends reading and writing at once. May be repeated, and called from anywhere.</summary>
    public void Abort()
    {
        lock (_gate)
        {
            // Not Cancel: it would run the loops' last steps here, inside the caller's locks.
            _aborting ??= _ending.CancelAsync();
        }
    }

    /// <summary>The same as <see cref="Abort"/>; what it holds is released when <see cref="RunAsync"/> has ended.</summary>
    public void Dispose() => Abort();

    /// <summary>Reads and writes until one of the sides ends it. Once in the life of a stream.</summary>
    /// <param name="received">Is called for each message, one after the other.</param>
    public async Task<StreamEnd> RunAsync(MessageReceived received)
    {
        var writing = WriteAsync();
        try
        {
            return await ReadAsync(received).ConfigureAwait(false);
        }
        finally
        {
            Complete();
            Abort();
            await _aborting!.ConfigureAwait(false);
            await writing.ConfigureAwait(false);
            await _stream.DisposeAsync().ConfigureAwait(false);
            _ending.Dispose();
        }
    }

    private async Task<StreamEnd> ReadAsync(MessageReceived received)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        var input = PipeReader.Create(_stream, new StreamPipeReaderOptions(bufferSize: 16 * 1024, minimumReadSize: 1024, leaveOpen: true));
        try
        {
            while (true)
            {
                var result = await input.ReadAsync(_ending.Token).ConfigureAwait(false);
                var buffer = result.Buffer;
                if (!TakeAll(ref buffer, received))
                    return StreamEnd.BadFrame;
                input.AdvanceTo(buffer.Start, buffer.End);
                if (result.IsCompleted)
                    return buffer.IsEmpty ? StreamEnd.Closed : StreamEnd.Lost;
                await WhenRoomAsync().WaitAsync(_ending.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            return StreamEnd.Aborted;
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException)
        {
            return StreamEnd.Lost;
        }
        finally
        {
            await input.CompleteAsync().ConfigureAwait(false);
        }
    }

    private bool TakeAll(ref ReadOnlySequence<byte> buffer, MessageReceived received)
    {
        while (true)
        {
            var found = DiameterHeader.TryReadFrame(ref buffer, _maxLength, out var frame);
            if (found != FrameResult.Complete)
                return found == FrameResult.Incomplete;
            if (frame.IsSingleSegment)
            {
                received(frame.FirstSpan);
                continue;
            }
            // The frame is here as a whole: this is no allocation by a claimed length.
            var joined = ArrayPool<byte>.Shared.Rent((int)frame.Length);
            frame.CopyTo(joined);
            received(joined.AsSpan(0, (int)frame.Length));
            ArrayPool<byte>.Shared.Return(joined);
        }
    }

    private async Task WriteAsync()
    {
        try
        {
            while (true)
            {
                var result = await _outbound.Reader.ReadAsync(_ending.Token).ConfigureAwait(false);
                foreach (var segment in result.Buffer)
                {
                    if (!MayBegin(segment.Length))
                        throw new OperationCanceledException("What waits here may not go any more.");
                    Volatile.Write(ref _begun, _begun + segment.Length);
                    await _stream.WriteAsync(segment, _ending.Token).ConfigureAwait(false);
                    GiveRoom(segment.Length);
                }
                _outbound.Reader.AdvanceTo(result.Buffer.End);
                if (result.IsCompleted)
                    break;
            }
            if (_stream is NetworkStream { Socket: var socket })
                socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // The reading loop finds out by itself, or has ended already; a connection that can only be read is of no use.
            Abort();
        }
        await _outbound.Reader.CompleteAsync().ConfigureAwait(false);
    }

    /// <summary>Asks for each message whose first octet is among the next ones.</summary>
    private bool MayBegin(int octets)
    {
        lock (_gate)
        {
            while (_asked.TryPeek(out var next) && next.Position < _begun + octets)
            {
                if (!next.MayGo())
                    return false;
                _asked.Dequeue();
            }
            return true;
        }
    }

    private static void MustBeDone(ValueTask<FlushResult> flush)
    {
        if (!flush.IsCompleted)
            throw new UnreachableException("A pipe without a threshold does not wait.");
    }

    private Task WhenRoomAsync()
    {
        lock (_gate)
        {
            return _appended - _sent <= MaxUnsent ? Task.CompletedTask : (_room ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }

    private void GiveRoom(int sent)
    {
        lock (_gate)
        {
            _sent += sent;
            if (_appended - _sent <= MaxUnsent)
            {
                _room?.SetResult();
                _room = null;
            }
        }
    }
}
