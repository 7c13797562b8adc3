using CarrierPay.Engine.Messaging;
using CarrierPay.SmppAdapter.Session;
using CarrierPay.SmppAdapter.Trace;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace CarrierPay.SmppAdapter.Gateway;

/// <summary>All links, and the choice among them.</summary>
internal sealed class GatewayLinks : IAsyncDisposable
{
    private readonly OutgoingMessages _outgoing;
    private readonly CancellationTokenSource _closing = new();
    private Task _watching = Task.CompletedTask;

    public GatewayLinks(IOptions<SmppOptions> options, OutgoingMessages outgoing, GatewayMetrics metrics, TimeProvider time, ILoggerFactory loggers, PduTrace trace, SmppMetrics linkMetrics)
    {
        _outgoing = outgoing;
        All = [.. options.Value.Links.Select(link => new GatewayLink(link, time, loggers, trace, linkMetrics))];
        metrics.Observe(() => All.Count(l => l.IsBound));
    }

    public IReadOnlyList<GatewayLink> All { get; }

    /// <summary>Requests that all links together may have in flight.</summary>
    public int Places => All.Sum(l => l.Options.WindowSize);

    public void Start()
    {
        _watching = Task.WhenAll(All.Select(WatchAsync));
        foreach (var link in All)
            link.Link.Start();
    }

    /// <summary>The link with the most room that serves the short code and is bound; else any that is bound; null if none is.</summary>
    public GatewayLink? Choose(string shortCode)
    {
        GatewayLink? best = null;
        var bestServes = false;
        foreach (var link in All)
        {
            if (!link.CanSend)
                continue;
            var serves = link.Serves(shortCode);
            if (best is null || (serves && !bestServes) || (serves == bestServes && link.Free > best.Free))
                (best, bestServes) = (link, serves);
        }
        return best;
    }

    /// <summary>From now on nothing is sent: lanes leave what they write to engines that can.</summary>
    public async Task CloseAsync()
    {
        await _closing.CancelAsync().ConfigureAwait(false);
        await _watching.ConfigureAwait(false);
        _outgoing.CanSend = false;
    }

    public Task UnbindAsync() => Task.WhenAll(All.Select(l => l.Link.StopAsync()));

    public async ValueTask DisposeAsync()
    {
        await CloseAsync().ConfigureAwait(false);
        foreach (var link in All)
            await link.DisposeAsync().ConfigureAwait(false);
        _closing.Dispose();
    }

    private async Task WatchAsync(GatewayLink link)
    {
        var state = LinkState.Closed;
        while (!_closing.IsCancellationRequested)
        {
            try
            {
                state = await link.Link.WaitForChangeAsync(state, _closing.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            _outgoing.CanSend = All.Any(l => l.CanSend);
        }
    }
}
