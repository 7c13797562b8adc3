using System.Net.Sockets;
using CarrierPay.Engine.Primitives;
using CarrierPay.Engine.Protocols.Iso8583.Messages;
using Microsoft.Extensions.Logging;

namespace CarrierPay.Engine.Protocols.Iso8583.Links;

/// <summary>Keeps one connection to a bank up: connects, signs on, listens for life, and comes back after every loss.</summary>
internal sealed partial class BankLink
{
    private const int EchoesUntilClosed = 2;

    private readonly string _name;
    private readonly BankLinkParts _parts;
    private readonly Action _changed;
    private readonly ReconnectPauses _pauses;
    private readonly ILogger _logger;
    private volatile BankConnection? _current;

    public BankLink(string name, BankLinkParts parts, Action changed)
    {
        (_name, _parts, _changed, _logger) = (name, parts, changed, parts.Logger);
        _pauses = new(parts.Settings.ReconnectMin, parts.Settings.ReconnectMax, Random.Shared.NextDouble);
    }

    /// <summary>The connection that is signed on, or null. One that has just been lost is none, even before its end is known to all.</summary>
    public BankConnection? Current => _current is { Closed.IsCancellationRequested: false } connection ? connection : null;

    /// <summary>Until the first token says stop; then it signs off first.</summary>
    /// <param name="closing">Nothing is waited for any more: the connection is closed as it is.</param>
    public async Task RunAsync(CancellationToken stopping, CancellationToken closing)
    {
        while (!stopping.IsCancellationRequested)
        {
            var startedAt = _parts.Time.GetTimestamp();
            var end = await GuardAsync(stopping, closing);
            if (stopping.IsCancellationRequested) return;
            var pause = _pauses.Next(_parts.Time.GetElapsedTime(startedAt));
            if (end is { } reason) LogDown(_name, reason, pause);
            try
            {
                await Task.Delay(pause, _parts.Time, stopping);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    /// <summary>The outer edge of the loop: a defect costs a pause, not the link.</summary>
    private async Task<ConnectionEnd?> GuardAsync(CancellationToken stopping, CancellationToken closing)
    {
        try
        {
            return await ConnectAndServeAsync(stopping, closing);
        }
#pragma warning disable CA1031 // Outer edge.
        catch (Exception e)
#pragma warning restore CA1031
        {
            LogDefect(e, _name);
            return ConnectionEnd.Defect;
        }
        finally
        {
            SetCurrent(null);
        }
    }

    /// <summary>One life: connect, sign on, serve, end. Null if there was no connection.</summary>
    private async Task<ConnectionEnd?> ConnectAndServeAsync(CancellationToken stopping, CancellationToken closing)
    {
        if (await ConnectAsync(stopping) is not { } stream) return null;
        var signedOff = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var connection = new BankConnection(_name, stream, _parts) { SignedOffByBank = () => signedOff.TrySetResult() };
        await using var _ = closing.Register(() => connection.Close(ConnectionEnd.Stopped));
        var running = connection.RunAsync();
        try
        {
            await ServeAsync(connection, signedOff.Task, stopping);
        }
        finally
        {
            connection.Close(ConnectionEnd.Stopped);
            await running;
        }
        return await running;
    }

    /// <summary>Signs on, and returns when the connection is over or is to be closed.</summary>
    private async Task ServeAsync(BankConnection connection, Task signedOff, CancellationToken stopping)
    {
        var signOn = await AskAsync(connection, NetworkAction.SignOn, stopping);
        if (signOn.Answer is not { } answer)
        {
            connection.Close(ConnectionEnd.Silent);
            return;
        }
        if (!NetworkMessages.IsAccepted(answer))
        {
            LogSignOnRefused(_name, answer[39] ?? "none");
            connection.Close(ConnectionEnd.SignOnRefused);
            return;
        }
        SetCurrent(connection);
        _parts.Counters.CountSignOn();
        LogSignedOn(_name);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(connection.Closed, stopping);
        var watching = WatchAsync(connection, over.Token);
        await Task.WhenAny(watching, signedOff);
        SetCurrent(null);
        if (!connection.Closed.IsCancellationRequested)
        {
            // Answers may still come: closing now would make them unknown.
            await connection.FinishAsync(_parts.Settings.NetworkTimeout);
            if (!signedOff.IsCompleted) await AskAsync(connection, NetworkAction.SignOff, connection.Closed);
        }
        connection.Close(signedOff.IsCompleted ? ConnectionEnd.SignedOff : ConnectionEnd.Stopped);
        await watching;
    }

    /// <summary>An echo after silence. Returns when the connection is over, however that came.</summary>
    private async Task WatchAsync(BankConnection connection, CancellationToken over)
    {
        var unanswered = 0;
        while (!over.IsCancellationRequested)
        {
            var rest = _parts.Settings.EchoInterval - connection.Silence;
            if (rest > TimeSpan.Zero)
            {
                unanswered = 0;
                await Task.Delay(rest, _parts.Time, over).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                continue;
            }
            var echo = await AskAsync(connection, NetworkAction.Echo, over);
            // A bank that refuses an echo does not think that we are signed on.
            if (echo.Answer is { } answer && !NetworkMessages.IsAccepted(answer)) connection.Close(ConnectionEnd.SignedOff);
            else if (echo.Kind != BankOutcomeKind.Answered && ++unanswered >= EchoesUntilClosed) connection.Close(ConnectionEnd.Silent);
        }
    }

    private async Task<BankOutcome> AskAsync(BankConnection connection, NetworkAction action, CancellationToken cancelled)
    {
        var request = NetworkMessages.Request(_parts.Dialect, action, _parts.NextNetworkStan(), _parts.Time.GetUtcNow());
        using var deadline = new CancellationTokenSource(_parts.Settings.NetworkTimeout, _parts.Time);
        return await connection.ExchangeAsync(request, await _parts.FrameAsync(request, null, cancelled), context: null, deadline.Token, cancelled);
    }

    private async Task<Stream?> ConnectAsync(CancellationToken stopping)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        using var timeout = new CancellationTokenSource(_parts.Settings.ConnectTimeout, _parts.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, stopping);
        try
        {
            await socket.ConnectAsync(_parts.Settings.Host, _parts.Settings.Port, either.Token);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            socket.Dispose();
            LogConnectFailed(_name, e.Message);
            return null;
        }
    }

    private void SetCurrent(BankConnection? connection)
    {
        if (_current == connection) return;
        _current = connection;
        _changed();
    }

    [LoggerMessage(EventIds.BankSignedOn, LogLevel.Information, "Bank connection {Connection} was signed on")]
    private partial void LogSignedOn(string connection);

    [LoggerMessage(EventIds.BankConnectionDown, LogLevel.Warning, "Bank connection {Connection} went down: {Reason}; the next try comes in {Pause}")]
    private partial void LogDown(string connection, ConnectionEnd reason, TimeSpan pause);

    [LoggerMessage(EventIds.BankConnectFailed, LogLevel.Warning, "Bank connection {Connection} could not be made: {Problem}")]
    private partial void LogConnectFailed(string connection, string problem);

    [LoggerMessage(EventIds.BankSignOnRefused, LogLevel.Error, "ALARM: bank connection {Connection} was refused its sign-on with code {Code}")]
    private partial void LogSignOnRefused(string connection, string code);

    [LoggerMessage(EventIds.BankLinkDefect, LogLevel.Error, "Bank connection {Connection} met a defect")]
    private partial void LogDefect(Exception e, string connection);
}
