using CarrierPay.Engine.Primitives;
using Microsoft.Extensions.Logging;

namespace CarrierPay.Engine.Protocols.Diameter.Peers;

/// <summary>One connection of a peer as people see it.</summary>
/// <param name="OriginHost">What the peer calls itself; "" before it said so.</param>
public sealed record ConnectionView(int Number, WatchdogState State, bool IsOpen, string OriginHost, int Load);

/// <summary>One configured peer: keeps its connections open, and opens them again whenever they are lost, until stopped.</summary>
public sealed partial class DiameterPeer : IAsyncDisposable
{
    private const int MostDoublings = 16;

    private readonly DiameterPeerOptions _peer;
    private readonly DiameterOptions _options;
    private readonly PeerContext _context;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stopping = new();
    private readonly PeerConnection?[] _connections;
    private Task _running = Task.CompletedTask;

    internal DiameterPeer(DiameterPeerOptions peer, DiameterOptions options, NodeIds ids, uint originStateId, TimeProvider time, ILogger logger, Func<object?, bool> mayGo, Action<LateAnswer> late, Action changed)
    {
        _peer = peer;
        _options = options;
        _time = time;
        _logger = logger;
        _connections = new PeerConnection?[peer.Connections];
        _context = new(options, peer, ids, originStateId, time, logger, Counters, mayGo, late, Note, changed);
    }

    public string Name => _peer.Label;

    public PeerCounters Counters { get; } = new();

    /// <summary>Its connections, those included that are down.</summary>
    public IReadOnlyList<ConnectionView> Connections => [.. Enumerable.Range(0, _connections.Length).Select(i => Volatile.Read(ref _connections[i]) is { } c
        ? new ConnectionView(i + 1, c.State, c.IsOpen, c.Capabilities?.Node.OriginHost ?? "", c.Load)
        : new ConnectionView(i + 1, WatchdogState.Down, false, "", 0))];

    internal int Priority => _peer.Priority;

    internal bool Serves(string realm) => _peer.Serves(realm);

    /// <summary>The open connection with the least load that leads to a host; null if there is none.</summary>
    /// <param name="host">Destination-Host; "" for any.</param>
    internal PeerConnection? Choose(string host)
    {
        PeerConnection? best = null;
        var least = int.MaxValue;
        for (var i = 0; i < _connections.Length; i++)
        {
            if (Volatile.Read(ref _connections[i]) is not { IsOpen: true } connection)
                continue;
            var said = connection.Capabilities!;
            if (host.Length > 0 && !said.IsRelay && !string.Equals(said.Node.OriginHost, host, StringComparison.OrdinalIgnoreCase))
                continue;
            var load = connection.Load;
            if (load < least)
                (best, least) = (connection, load);
        }
        return best;
    }

    internal void Start() => _running = Task.WhenAll(Enumerable.Range(1, _connections.Length).Select(RunAsync));

    /// <summary>Lets requests in flight finish, disconnects in order, and stops for good.</summary>
    /// <param name="hurry">Cancelled: what is still connected ends at once.</param>
    internal async Task StopAsync(CancellationToken hurry)
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        ForEach(connection => connection.Stop());
        using var _ = hurry.Register(() => ForEach(connection => connection.Abort(ConnectionEnd.Stopped)));
        await _running.ConfigureAwait(false);
    }

    /// <summary>The same as stopping in order; the client that made it does so.</summary>
    public async ValueTask DisposeAsync() => await StopAsync(CancellationToken.None).ConfigureAwait(false);

    private void ForEach(Action<PeerConnection> act)
    {
        for (var i = 0; i < _connections.Length; i++)
        {
            if (Volatile.Read(ref _connections[i]) is { } connection)
                act(connection);
        }
    }

    private void Note(NodeIdentity seen) => ForEach(connection => connection.Note(seen));

    private async Task RunAsync(int number)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        var failures = 0;
        var wasUp = false;
        while (!_stopping.IsCancellationRequested)
        {
            var startedAt = _time.GetTimestamp();
            var (end, wasOpen) = await GuardAsync(number, wasUp).ConfigureAwait(false);
            wasUp |= wasOpen;
            // One that lived longer than the longest pause starts again with the shortest.
            failures = wasOpen && _time.GetElapsedTime(startedAt) > _options.ReconnectMax ? 0 : failures + 1;
            var pause = end == ConnectionEnd.Refused ? _options.RefusedPause : Pause(failures);
            if (_stopping.IsCancellationRequested)
                return;
            LogDown(_logger, _peer.Label, number, end, pause);
            try
            {
                await Task.Delay(pause, _time, _stopping.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    /// <summary>The outer edge of the loop: a defect costs a pause, not the peer.</summary>
    private async Task<(ConnectionEnd End, bool WasOpen)> GuardAsync(int number, bool wasUp)
    {
        try
        {
            return await ConnectAndRunAsync(number, wasUp).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // Outer edge.
        catch (Exception e)
#pragma warning restore CA1031
        {
            LogDefect(_logger, e, _peer.Label);
            return (ConnectionEnd.Lost, false);
        }
        finally
        {
            Volatile.Write(ref _connections[number - 1], null);
            _context.Changed();
        }
    }

    private async Task<(ConnectionEnd End, bool WasOpen)> ConnectAndRunAsync(int number, bool wasUp)
    {
        var (stream, local, problem) = await PeerConnector.ConnectAsync(_peer, _options.ConnectTimeout, _time, _stopping.Token).ConfigureAwait(false);
        if (stream is null)
        {
            LogNotConnected(_logger, _peer.Label, problem);
            return (ConnectionEnd.NotConnected, false);
        }
        var connection = new PeerConnection(_context, stream, number, wasUp);
        Volatile.Write(ref _connections[number - 1], connection);
        // Stopped meanwhile: DisposeAsync may have looked before it was there.
        if (_stopping.IsCancellationRequested)
            connection.Stop();
        var end = await connection.RunAsync(local).ConfigureAwait(false);
        return (end, connection.Capabilities is not null);
    }

    /// <summary>Between half of it and the whole, so that many nodes do not come back at once.</summary>
    private TimeSpan Pause(int failures)
    {
        var pause = _options.ReconnectMin * Math.Pow(2, Math.Min(failures - 1, MostDoublings));
        return (pause < _options.ReconnectMax ? pause : _options.ReconnectMax) * (0.5 + (Random.Shared.NextDouble() / 2));
    }

    [LoggerMessage(EventIds.DiameterDown, LogLevel.Warning, "Connection {Number} to {PeerName} went down: {End}; the next try comes in {Pause}")]
    private static partial void LogDown(ILogger logger, string peerName, int number, ConnectionEnd end, TimeSpan pause);

    [LoggerMessage(EventIds.DiameterNotConnected, LogLevel.Warning, "Peer {PeerName} could not be connected to: {Problem}")]
    private static partial void LogNotConnected(ILogger logger, string peerName, string problem);

    [LoggerMessage(EventIds.DiameterDefect, LogLevel.Error, "Peer {PeerName} met a defect")]
    private static partial void LogDefect(ILogger logger, Exception e, string peerName);
}
