using System.Buffers;
using System.IO.Pipelines;
using System.Threading.Channels;
using CarrierPay.Engine.Primitives;
using CarrierPay.Engine.Protocols.Iso8583.Macs;
using CarrierPay.Engine.Protocols.Iso8583.Messages;
using CarrierPay.Engine.Protocols.Iso8583.Wire;
using Microsoft.Extensions.Logging;

namespace CarrierPay.Engine.Protocols.Iso8583.Links;

/// <summary>Why a connection ended.</summary>
internal enum ConnectionEnd
{
    /// <summary>The bank closed it, or the network lost it.</summary>
    Lost,
    /// <summary>What came is no stream of messages of the profile.</summary>
    Malformed,
    /// <summary>Two echoes had no answer.</summary>
    Silent,
    SignOnRefused,
    /// <summary>The bank signed us off.</summary>
    SignedOff,
    Stopped,
    Defect,
}

/// <summary>One connection from its first octet to its last: one loop reads, one writes.</summary>
internal sealed partial class BankConnection : IDisposable
{
    private const int MostOctetsAtOnce = 64 * 1024;
    private const int RoomForNetwork = 64;

    private readonly string _name;
    private readonly Stream _stream;
    private readonly BankLinkParts _parts;
    private readonly ILogger _logger;
    private readonly Channel<Outgoing> _outgoing;
    private readonly CancellationTokenSource _closing = new();
    private int _end = -1;
    private long _lastReceived;
    private int _exchanging;
    private TaskCompletionSource? _idle;

    public BankConnection(string name, Stream stream, BankLinkParts parts)
    {
        (_name, _stream, _parts, _logger) = (name, stream, parts, parts.Logger);
        _lastReceived = parts.Time.GetTimestamp();
        _outgoing = Channel.CreateBounded<Outgoing>(new BoundedChannelOptions(parts.Settings.Window + RoomForNetwork) { SingleReader = true });
        Closed = _closing.Token;
    }

    /// <summary>A request of ours, or, without one, an answer to the bank.</summary>
    private readonly record struct Outgoing(PendingRequest? Request, byte[] Frame);

    /// <summary>The bank wants no more requests on this connection.</summary>
    public Action? SignedOffByBank { get; init; }

    /// <summary>Cancelled when the connection ends.</summary>
    public CancellationToken Closed { get; }

    /// <summary>How long nothing has come.</summary>
    public TimeSpan Silence => _parts.Time.GetElapsedTime(Volatile.Read(ref _lastReceived));

    /// <summary>Reads and writes until the connection ends; every request that is still waiting has its outcome then.</summary>
    public async Task<ConnectionEnd> RunAsync()
    {
        await Task.WhenAll(GuardAsync(ReadAsync), GuardAsync(WriteAsync));
        _outgoing.Writer.TryComplete();
        await _stream.DisposeAsync();
        foreach (var lost in _parts.InFlight.GiveUpAll(this))
            lost.Complete(lost.IsSent ? BankOutcome.Unknown(NoAnswerReason.ConnectionLost) : BankOutcome.NotSent(NoAnswerReason.ConnectionLost));
        return (ConnectionEnd)Volatile.Read(ref _end);
    }

    /// <summary>Sends and waits for the answer, until one of the tokens says that it is enough.</summary>
    /// <param name="context">Comes back with a late answer.</param>
    /// <param name="deadline">Time is up.</param>
    /// <param name="cancelled">The caller has lost interest.</param>
    public async Task<BankOutcome> ExchangeAsync(IsoMessage request, byte[] frame, object? context, CancellationToken deadline, CancellationToken cancelled)
    {
        Interlocked.Increment(ref _exchanging);
        try
        {
            return await SendAndWaitAsync(new(request, InFlightTable.KeyOf(_parts.Dialect, request), this, context), frame, deadline, cancelled);
        }
        finally
        {
            if (Interlocked.Decrement(ref _exchanging) == 0) Volatile.Read(ref _idle)?.TrySetResult();
        }
    }

    /// <summary>Waits until nothing is exchanged here any more, but no longer than that.</summary>
    public async Task FinishAsync(TimeSpan atMost)
    {
        var idle = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Interlocked.Exchange(ref _idle, idle);
        if (Volatile.Read(ref _exchanging) > 0) await Task.WhenAny(idle.Task, Task.Delay(atMost, _parts.Time, Closed));
    }

    private async Task<BankOutcome> SendAndWaitAsync(PendingRequest pending, byte[] frame, CancellationToken deadline, CancellationToken cancelled)
    {
        if (!_parts.InFlight.TryAdd(pending)) return BankOutcome.NotSent(NoAnswerReason.SameTraceInFlight);
        if (!_outgoing.Writer.TryWrite(new(pending, frame)) && _parts.InFlight.TryGiveUp(pending))
            return BankOutcome.NotSent(Closed.IsCancellationRequested ? NoAnswerReason.ConnectionLost : NoAnswerReason.NoRoom);
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(deadline, cancelled);
        try
        {
            return await pending.Outcome.WaitAsync(enough.Token);
        }
        catch (OperationCanceledException) when (enough.IsCancellationRequested)
        {
            if (!_parts.InFlight.TryGiveUp(pending)) return await pending.Outcome;
            var reason = cancelled.IsCancellationRequested ? NoAnswerReason.Cancelled : NoAnswerReason.TimedOut;
            return pending.IsSent ? BankOutcome.Unknown(reason) : BankOutcome.NotSent(reason);
        }
    }

    /// <summary>Ends the connection; the first reason counts.</summary>
    public void Close(ConnectionEnd reason)
    {
        if (Interlocked.CompareExchange(ref _end, (int)reason, -1) == -1) _closing.Cancel();
    }

    public void Dispose() => _closing.Dispose();

    /// <summary>The outer edge of both loops: whatever happens in one ends this connection and no other.</summary>
    private async Task GuardAsync(Func<Task> loop)
    {
        try
        {
            await loop();
            Close(ConnectionEnd.Lost);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            Close(ConnectionEnd.Lost);
        }
        catch (Iso8583Exception e)
        {
            LogMalformed(_name, e.Message);
            Close(ConnectionEnd.Malformed);
        }
#pragma warning disable CA1031 // Outer edge.
        catch (Exception e)
#pragma warning restore CA1031
        {
            LogDefect(e, _name);
            Close(ConnectionEnd.Defect);
        }
    }

    private async Task WriteAsync()
    {
        var octets = new ArrayBufferWriter<byte>(4096);
        while (await _outgoing.Reader.WaitToReadAsync(Closed))
        {
            octets.ResetWrittenCount();
            while (octets.WrittenCount < MostOctetsAtOnce && _outgoing.Reader.TryRead(out var next))
                if (next.Request is null || (MayGo(next.Request) && _parts.InFlight.TryMarkSent(next.Request))) octets.Write(next.Frame);
            if (octets.WrittenCount > 0) await _stream.WriteAsync(octets.WrittenMemory, Closed);
        }
    }

    /// <summary>It may have waited for its place, and for the network: so it is asked only now. Signing on and echoes always go.</summary>
    private bool MayGo(PendingRequest request)
    {
        if (Mti.ClassOf(request.Request.Mti) == Mti.Network || _parts.MayGo(request.Context)) return true;
        if (_parts.InFlight.TryGiveUp(request)) request.Complete(BankOutcome.NotSent(NoAnswerReason.Withheld));
        return false;
    }

    private async Task ReadAsync()
    {
        var pipe = PipeReader.Create(_stream, new StreamPipeReaderOptions(leaveOpen: true));
        try
        {
            while (true)
            {
                var read = await pipe.ReadAsync(Closed);
                var buffer = read.Buffer;
                Volatile.Write(ref _lastReceived, _parts.Time.GetTimestamp());
                while (IsoFrame.TryRead(ref buffer, _parts.Dialect.Profile, out var frame)) await TakeAsync(frame);
                pipe.AdvanceTo(buffer.Start, buffer.End);
                if (read.IsCompleted) return;
            }
        }
        finally
        {
            await pipe.CompleteAsync();
        }
    }

    private async ValueTask TakeAsync(IsoFrame frame)
    {
        IsoMessage message;
        try
        {
            message = MessageReader.Decode(frame.Message.Span, _parts.Dialect.Profile);
        }
        catch (Iso8583Exception e) when (!e.StreamIsLost)
        {
            // Where the next message begins is known. Closing would make every other request in flight unknown.
            _parts.Counters.CountUnreadable();
            LogUnreadable(_name, e.Message);
            return;
        }
        if (Mti.IsAnswer(message.Mti)) await TakeAnswerAsync(message, frame.Message);
        else if (await IsAuthenticAsync(message, frame.Message)) await TakeRequestAsync(message, frame.Header);
    }

    private async ValueTask TakeAnswerAsync(IsoMessage answer, ReadOnlyMemory<byte> octets)
    {
        var isAuthentic = await IsAuthenticAsync(answer, octets);
        var arrived = new ArrivedAnswer(_parts.Dialect, answer, isAuthentic);
        if (_parts.InFlight.Take(arrived) is { } pending)
        {
            _parts.Counters.CountAnswered();
            pending.Complete(isAuthentic ? BankOutcome.Answered(answer) : BankOutcome.Unknown(NoAnswerReason.MacWrong));
        }
        else if (_parts.InFlight.TakeLate(arrived) is { } late)
        {
            _parts.Counters.CountLate();
            LogLate(_name, answer.ToString());
            _parts.LateAnswers.Writer.TryWrite(late);
        }
        else
        {
            _parts.Counters.CountUnmatched();
            LogUnmatched(_name, answer.ToString());
        }
    }

    private async ValueTask<bool> IsAuthenticAsync(IsoMessage message, ReadOnlyMemory<byte> octets)
    {
        if (!_parts.HasMac(message)) return true;
        var verdict = MacVerdict.Wrong;
        try
        {
            verdict = await MessageMac.VerifyAsync(message, octets, _parts.Dialect.Profile, _parts.Keys!, Closed);
        }
        catch (MacUnavailableException e)
        {
            LogMacUnavailable(_name, e.Message);
        }
        if (verdict == MacVerdict.Right) return true;
        _parts.Counters.CountMacWrong();
        LogMacWrong(_name, verdict, message.ToString());
        return false;
    }

    private async ValueTask TakeRequestAsync(IsoMessage request, ReadOnlyMemory<byte> header)
    {
        var action = Mti.ClassOf(request.Mti) == Mti.Network ? NetworkMessages.ActionOf(request, _parts.Dialect.Version) : null;
        if (action is null)
        {
            _parts.Counters.CountUnknownRequest();
            LogUnknownRequest(_name, request.ToString());
            return;
        }
        var answer = await _parts.FrameAsync(NetworkMessages.Answer(request, NetworkMessages.Accepted(_parts.Dialect.Version)), header, Closed);
        _outgoing.Writer.TryWrite(new(null, answer));
        if (action == NetworkAction.SignOff) SignedOffByBank?.Invoke();
    }

    [LoggerMessage(EventIds.BankConnectionDown, LogLevel.Error, "Bank connection {Connection} was closed, because what came is no message: {Problem}")]
    private partial void LogMalformed(string connection, string problem);

    [LoggerMessage(EventIds.BankMessageUnreadable, LogLevel.Error, "ALARM: bank connection {Connection} brought a message that could not be read: {Problem}")]
    private partial void LogUnreadable(string connection, string problem);

    [LoggerMessage(EventIds.BankAnswerLate, LogLevel.Warning, "Bank connection {Connection} brought a late answer: {Answer}")]
    private partial void LogLate(string connection, string answer);

    [LoggerMessage(EventIds.BankAnswerUnmatched, LogLevel.Error, "ALARM: bank connection {Connection} brought an answer that belongs to no request: {Answer}")]
    private partial void LogUnmatched(string connection, string answer);

    [LoggerMessage(EventIds.BankMacWrong, LogLevel.Error, "ALARM: bank connection {Connection} brought a message whose authentication code was {Verdict}: {Message}")]
    private partial void LogMacWrong(string connection, MacVerdict verdict, string message);

    [LoggerMessage(EventIds.BankMacUnavailable, LogLevel.Error, "ALARM: bank connection {Connection} could not check an authentication code: {Problem}")]
    private partial void LogMacUnavailable(string connection, string problem);

    [LoggerMessage(EventIds.BankRequestUnknown, LogLevel.Warning, "Bank connection {Connection} brought a request that is not served: {Request}")]
    private partial void LogUnknownRequest(string connection, string request);

    [LoggerMessage(EventIds.BankLinkDefect, LogLevel.Error, "Bank connection {Connection} met a defect")]
    private partial void LogDefect(Exception e, string connection);
}
