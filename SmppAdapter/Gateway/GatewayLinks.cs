using CarrierPay.Engine.Messaging;
using CarrierPay.SmppAdapter.Session;
using CarrierPay.SmppAdapter.Trace;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace CarrierPay.SmppAdapter.Gateway;

/// <summary>All links, from their start to their end.</summary>
internal sealed class GatewayLinks : IAsyncDisposable
{
    private readonly OutgoingMessages _outgoing;
    private readonly CancellationTokenSource _closing = new();
    private Task _watching = Task.CompletedTask;

    public GatewayLinks(IOptions<SmppOptions> options, OutgoingMessages outgoing, GatewayMetrics metrics, TimeProvider time, ILoggerFactory loggers, PduTrace trace, SmppMetrics linkMetrics)
    {
        _outgoing = outgoing;
        All = [.. options.Value.Links.Select(link => new GatewayLink(link, time, loggers, trace, linkMetrics))];
        Smscs = new(All, options.Value.Routes);
        metrics.Observe(() => All.Count(l => l.IsBound));
    }

    public IReadOnlyList<GatewayLink> All { get; }

    /// <summary>The same links by SMSC, and the way to each of them.</summary>
    public Smscs Smscs { get; }

    /// <summary>Requests that all links together may have in flight.</summary>
    public int Places => All.Sum(l => l.Options.WindowSize);

    public void Start()
    {
        _watching = Task.WhenAll(All.Select(WatchAsync));
        foreach (var link in All)
            link.Link.Start();
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
