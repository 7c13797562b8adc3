using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace CarrierPay.Engine.Protocols.Diameter.Peers;

/// <summary>This node as a client: keeps connections to all peers, finds the way of a request by its Destination-Realm, and gives its outcome.</summary>
/// <remarks>
/// A request goes out at most once for each call: what may have reached somebody and was not answered is Unknown, and it is for the caller to send
/// the stored octets again with the T flag. What cannot have left takes another connection by itself.
/// </remarks>
public sealed class DiameterClient : IAsyncDisposable
{
    /// <summary>Late answers kept for a reader that is slow or absent.</summary>
    private const int LateAnswersKept = 10_000;

    private readonly DiameterOptions _options;
    private readonly TimeProvider _time;
    private readonly DiameterPeer[] _peers;
    private readonly Lock _changeGate = new();
    private readonly Channel<LateAnswer> _late = Channel.CreateBounded<LateAnswer>(new BoundedChannelOptions(LateAnswersKept) { FullMode = BoundedChannelFullMode.DropOldest });
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _isStarted;

    /// <param name="mayGo">Asked with a request's context right before its first octet, with nothing waiting in between; if it says no, the request is <see cref="NoAnswerReason.Withheld"/>. Must be quick. Null: all go.</param>
    public DiameterClient(DiameterOptions options, TimeProvider time, ILogger<DiameterClient> logger, Func<object?, bool>? mayGo = null)
    {
        _options = options;
        _time = time;
        Ids = new(options.OriginHost, time);
        // The seconds of the start: higher after every restart.
        var originStateId = (uint)(time.GetUtcNow().ToUnixTimeSeconds() & 0xffffffff);
        _peers = [.. options.Peers.Select(peer => new DiameterPeer(peer, options, Ids, originStateId, time, logger, mayGo ?? (_ => true), late => _late.Writer.TryWrite(late), SignalChange))];
    }

    /// <summary>Makes the ids of this node's requests.</summary>
    public NodeIds Ids { get; }

    public IReadOnlyList<DiameterPeer> Peers => _peers;

    /// <summary>Answers that came after their request was given up. The oldest are dropped if nobody reads; then the resend of the request brings the answer again.</summary>
    public ChannelReader<LateAnswer> LateAnswers => _late.Reader;

    /// <summary>Starts connecting. Once in the life of a client.</summary>
    public void Start()
    {
        if (_isStarted)
            throw new InvalidOperationException("A client is started once.");
        _isStarted = true;
        foreach (var peer in _peers)
            peer.Start();
    }

    /// <summary>Sends a request and gives its outcome, within <see cref="DiameterOptions.RequestTimeout"/>.</summary>
    /// <param name="request">A whole request with Session-Id and Destination-Realm. Its octets go out as they are, but for Hop-by-Hop and the T flag; they must not change before the outcome is there.</param>
    /// <param name="mayHaveBeenSent">These octets were given to be sent before, by this or an earlier process: the T flag is set.</param>
    /// <param name="exceptPeer">The name of a peer that is not to be used, because it was just tried.</param>
    /// <param name="context">Whatever the caller wants to have back with a late answer.</param>
    /// <exception cref="DiameterException">It is no request, or has no Destination-Realm: nothing was sent.</exception>
    public async ValueTask<RequestOutcome> RequestAsync(ReadOnlyMemory<byte> request, bool mayHaveBeenSent = false, string exceptPeer = "", object? context = null)
    {
        var (realm, host) = ReadDestination(request.Span);
        var deadline = _time.GetTimestamp() + (_options.RequestTimeout.Ticks * _time.TimestampFrequency / TimeSpan.TicksPerSecond);
        while (true)
        {
            var (connection, reason) = Choose(realm, host, exceptPeer);
            if (connection is null)
                return RequestOutcome.NotSent(reason);
            var outcome = await connection.RequestAsync(request, mayHaveBeenSent, deadline, context).ConfigureAwait(false);
            var wasLost = outcome is { Kind: RequestOutcomeKind.NotSent, Reason: not (NoAnswerReason.Busy or NoAnswerReason.Withheld) };
            if (!wasLost || _time.GetTimestamp() >= deadline)
                return outcome;
        }
    }

    /// <summary>Whether a peer of the realm can be used now.</summary>
    public bool IsOpen(string realm) => Choose(realm, host: "", exceptPeer: "").Connection is not null;

    /// <summary>Waits until a peer of the realm can be used.</summary>
    public async Task WaitUntilOpenAsync(string realm, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            Task changed;
            lock (_changeGate)
                changed = _changed.Task;
            if (IsOpen(realm))
                return;
            await changed.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Lets requests in flight finish, disconnects from all peers, and stops for good.</summary>
    /// <param name="hurry">When it is cancelled the connections are closed as they are, and what is in flight is Unknown. Without it, <see cref="DiameterOptions.DrainTimeout"/> bounds each step.</param>
    public async Task StopAsync(CancellationToken hurry = default)
    {
        await Task.WhenAll(_peers.Select(peer => peer.StopAsync(hurry))).ConfigureAwait(false);
        _late.Writer.TryComplete();
    }

    /// <summary>The same as <see cref="StopAsync"/>.</summary>
    public async ValueTask DisposeAsync() => await StopAsync().ConfigureAwait(false);

    private static (string Realm, string Host) ReadDestination(ReadOnlySpan<byte> octets)
    {
        var view = MessageView.Read(octets);
        if (!view.Header.IsRequest)
            throw new DiameterException(ResultCode.InvalidHeaderBits, "An answer is not sent as a request");
        var realm = view.TryFind(Avps.DestinationRealm, out var avp) ? avp.ToIdentity() : throw DiameterException.Missing(Avps.DestinationRealm);
        return (realm, view.TryFind(Avps.DestinationHost, out var host) ? host.ToIdentity() : "");
    }

    private (PeerConnection? Connection, NoAnswerReason Reason) Choose(string realm, string host, string exceptPeer)
    {
        PeerConnection? best = null;
        var priority = int.MaxValue;
        var least = int.MaxValue;
        var isServed = false;
        foreach (var peer in _peers)
        {
            if (!peer.Serves(realm))
                continue;
            isServed = true;
            if (peer.Priority > priority || peer.Name == exceptPeer || peer.Choose(host) is not { } connection)
                continue;
            var load = connection.Load;
            if (peer.Priority == priority && load >= least)
                continue;
            (best, priority, least) = (connection, peer.Priority, load);
        }
        return (best, best is not null ? NoAnswerReason.None : isServed ? NoAnswerReason.NoOpenPeer : NoAnswerReason.NoRoute);
    }

    private void SignalChange()
    {
        TaskCompletionSource changed;
        lock (_changeGate)
        {
            changed = _changed;
            _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
        changed.SetResult();
    }
}
