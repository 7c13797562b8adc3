using System.Buffers;
using System.Net;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace CarrierPay.SmppAdapter.Trace;

/// <summary>Records PDUs into files that Wireshark opens, for chosen links or numbers, with texts, passwords and numbers masked. Switched on and off at any time.</summary>
/// <remarks>
/// Give one to links and servers; it serves all of them. A session copies a chosen PDU into a bounded queue and goes on; one loop masks and writes. When
/// the disk is slower than the link, PDUs are left out, counted, and their number stands in the file and in the log. No trouble here reaches a session.
/// </remarks>
public sealed partial class PduTrace : IAsyncDisposable
{
    /// <summary>What may wait to be written, in octets and in PDUs.</summary>
    private const long MaxQueuedOctets = 8 << 20;
    private const int MaxQueued = 20_000;

    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Channel<Recorded> _queue = Channel.CreateBounded<Recorded>(new BoundedChannelOptions(MaxQueued) { SingleReader = true });
    private readonly Task _writing;
    private volatile TraceSelection? _selection;
    private long _queuedOctets;
    private long _dropped;

    /// <summary>Off until <see cref="Apply"/>.</summary>
    public PduTrace(TimeProvider time, ILogger<PduTrace> logger)
    {
        _time = time;
        _logger = logger;
        _writing = Task.Run(WriteAsync);
    }

    /// <summary>A PDU on its way to the file of those who chose it. Without a connection: the trace was switched, and there may be another file from here on.</summary>
    private readonly record struct Recorded(TraceSelection? Selection, TracedConnection? Connection, DateTimeOffset At, byte[] Octets, int Length, bool IsSent);

    /// <summary>PDUs that were to be recorded and were left out because the queue was full.</summary>
    public long Dropped => Volatile.Read(ref _dropped);

    /// <summary>True while something is chosen to be recorded.</summary>
    public bool IsOn => _selection is not null;

    /// <summary>What is recorded now; null when the trace is off.</summary>
    internal TraceSelection? Selection => _selection;

    /// <summary>Switches: from now on exactly this is recorded. Options that name no link and no number switch it off and close the file.</summary>
    public void Apply(PduTraceOptions options)
    {
        var selection = new TraceSelection(options);
        _selection = selection.IsEmpty ? null : selection;
        // If the queue is full, the file stays open until the next PDU, which says the same.
        _queue.Writer.TryWrite(new(_selection, null, default, [], 0, false));
        if (selection.IsEmpty)
        {
            LogOff();
        }
        else
        {
            LogOn(options.Links.Count, options.Numbers.Count, options.Directory);
        }
    }

    /// <summary>Records nothing more, writes what is queued, and closes the file.</summary>
    public async ValueTask DisposeAsync()
    {
        _selection = null;
        _queue.Writer.TryComplete();
        await _writing.ConfigureAwait(false);
    }

    internal TracedConnection Open(string link, EndPoint? local, EndPoint? remote) => new(this, link, ToIPEndPoint(local), ToIPEndPoint(remote));

    internal void Record(TraceSelection selection, TracedConnection connection, ReadOnlySpan<byte> pdu, bool isSent)
    {
        if (Interlocked.Add(ref _queuedOctets, pdu.Length) <= MaxQueuedOctets)
        {
            var octets = ArrayPool<byte>.Shared.Rent(pdu.Length);
            pdu.CopyTo(octets);
            if (_queue.Writer.TryWrite(new(selection, connection, _time.GetUtcNow(), octets, pdu.Length, isSent)))
            {
                return;
            }
            ArrayPool<byte>.Shared.Return(octets);
        }
        Interlocked.Add(ref _queuedOctets, -pdu.Length);
        Interlocked.Increment(ref _dropped);
    }

    /// <summary>A socket of both families gives mapped addresses; a peer that is gone already has none.</summary>
    private static IPEndPoint ToIPEndPoint(EndPoint? endPoint) => endPoint is not IPEndPoint { Address: var address, Port: var port }
        ? new(IPAddress.Any, 0)
        : new(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address, port);

    private async Task WriteAsync()
    {
        CaptureFile? file = null;
        TraceSelection? failed = null;
        long reported = 0;
        await foreach (var pdu in _queue.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            try
            {
                if (pdu.Selection is not null && pdu.Selection == failed)
                {
                    continue;
                }
                file = Follow(file, pdu.Selection?.Options);
                if (pdu.Connection is not null && file is not null)
                {
                    PduMask.Apply(pdu.Octets.AsSpan(0, pdu.Length), file.Options);
                    file.Write(pdu.Connection, pdu.At, pdu.Octets.AsSpan(0, pdu.Length), pdu.IsSent, Dropped);
                }
                if (_queue.Reader.Count == 0)
                {
                    // Read while it grows, by tail or Wireshark.
                    file?.Flush();
                    reported = Report(reported);
                }
            }
#pragma warning disable CA1031 // Outer edge: whatever goes wrong here ends the trace and nothing else.
            catch (Exception e)
#pragma warning restore CA1031
            {
                // Off until it is switched on again: a full disk is no reason to try with every PDU.
                failed = pdu.Selection;
                Interlocked.CompareExchange(ref _selection, null, failed);
                LogFailed(e, failed?.Options.Directory ?? "");
                Close(file);
                file = null;
            }
            finally
            {
                Release(pdu);
            }
        }
        Close(file);
        Report(reported);
    }

    /// <summary>What it still holds may find no room on the disk; nothing else depends on it.</summary>
    private void Close(CaptureFile? file)
    {
        try
        {
            file?.Dispose();
        }
        catch (IOException e)
        {
            LogFailed(e, file!.Options.Directory);
        }
    }

    private CaptureFile? Follow(CaptureFile? file, PduTraceOptions? options)
    {
        if (file?.Options == options)
        {
            return file;
        }
        Close(file);
        return options is null ? null : new CaptureFile(options, _time);
    }

    private long Report(long reported)
    {
        var dropped = Dropped;
        if (dropped > reported)
        {
            LogDropped(dropped - reported);
        }
        return dropped;
    }

    private void Release(in Recorded pdu)
    {
        if (pdu.Connection is not null)
        {
            ArrayPool<byte>.Shared.Return(pdu.Octets);
            Interlocked.Add(ref _queuedOctets, -pdu.Length);
        }
    }

    [LoggerMessage(TraceEventIds.TraceOn, LogLevel.Warning, "The PDU trace was switched on for {Links} links and {Numbers} numbers; its files are in {Directory}. Switch it off when it has shown enough")]
    private partial void LogOn(int links, int numbers, string directory);

    [LoggerMessage(TraceEventIds.TraceOff, LogLevel.Information, "The PDU trace was switched off")]
    private partial void LogOff();

    [LoggerMessage(TraceEventIds.TraceFailed, LogLevel.Error, "The PDU trace could not write to {Directory} and stopped; links go on. Check the folder, its rights and the room on the disk, then switch the trace on again")]
    private partial void LogFailed(Exception e, string directory);

    [LoggerMessage(TraceEventIds.TraceDropped, LogLevel.Warning, "The PDU trace left out {Dropped} PDUs: the disk was slower than the links. Trace fewer links, or numbers only")]
    private partial void LogDropped(long dropped);
}
