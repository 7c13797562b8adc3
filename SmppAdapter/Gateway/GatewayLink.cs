using CarrierPay.SmppAdapter.Pdu;
using CarrierPay.SmppAdapter.Session;
using CarrierPay.SmppAdapter.Trace;
using CarrierPay.SmppAdapter.Ussd;
using Microsoft.Extensions.Logging;

namespace CarrierPay.SmppAdapter.Gateway;

/// <summary>One link with the short codes that it serves and its places for requests in flight.</summary>
internal sealed class GatewayLink : IAsyncDisposable
{
    private readonly SmppClientLink _link;
    private readonly SemaphoreSlim _places;
    private readonly string[] _shortCodes;

    public GatewayLink(SmppGatewayLink options, TimeProvider time, ILoggerFactory loggers, PduTrace trace, SmppMetrics metrics)
    {
        Options = options;
        _link = new(options, time, loggers.CreateLogger<SmppClientLink>(), trace, metrics);
        _places = new(options.WindowSize);
        Ussd = options.Profile(out _) is { } profile ? new(profile) : null;
        _shortCodes = options.ShortCodes.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
    }

    public SmppGatewayLink Options { get; }

    /// <summary>Reads and writes what is USSD over this link; null if there is no USSD gateway behind it.</summary>
    public UssdCodec? Ussd { get; }

    public SmppClientLink Link => _link;

    public string Name => _link.Name;

    public bool IsBound => _link.State == LinkState.Bound;

    public bool CanSend => IsBound && Options.BindType != BindType.Receiver;

    /// <summary>Places that are free: the more, the less the link has to do.</summary>
    public int Free => _places.CurrentCount;

    /// <summary>The code to answer from when a message does not say what it was sent to.</summary>
    public string FirstShortCode => _shortCodes is [var first, ..] ? first : "";

    public bool Serves(string shortCode) => Array.IndexOf(_shortCodes, shortCode) >= 0;

    /// <summary>Waits for a place in the window, asks whether the request may still go, and sends it at once.</summary>
    /// <remarks>The question comes after the wait: a lease that was held when the wait began may be lost by its end.</remarks>
    public async Task<RequestOutcome> RequestAsync(SmppPdu request, Func<bool> maySend)
    {
        await _places.WaitAsync().ConfigureAwait(false);
        try
        {
            return maySend() ? await _link.RequestAsync(request).ConfigureAwait(false) : NotSent;
        }
        finally
        {
            _places.Release();
        }
    }

    /// <summary>Sends what somebody looks at a screen for: before all that waits, and without a place of those.</summary>
    public async Task<RequestOutcome> RequestUrgentlyAsync(SmppPdu request, Func<bool> maySend) =>
        maySend() ? await _link.RequestAsync(request, RequestPriority.Urgent).ConfigureAwait(false) : NotSent;

    private static RequestOutcome NotSent => new(RequestOutcomeKind.NotSent, default, null, 0, NoAnswerReason.Cancelled);

    public async ValueTask DisposeAsync()
    {
        await _link.DisposeAsync().ConfigureAwait(false);
        _places.Dispose();
    }
}
