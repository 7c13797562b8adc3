using CarrierPay.SmppAdapter.Pdu;
using CarrierPay.SmppAdapter.Receipts;
using CarrierPay.SmppAdapter.Session;
using CarrierPay.SmppAdapter.Text;
using CarrierPay.SmppAdapter.Trace;
using CarrierPay.SmppAdapter.Ussd;
using Microsoft.Extensions.Logging;

namespace CarrierPay.SmppAdapter.Gateway;

/// <summary>One link with the short codes that it serves and its places for requests in flight.</summary>
internal sealed class GatewayLink : IAsyncDisposable
{
    private readonly SmppClientLink _link;
    private readonly Places _places;
    private readonly string[] _shortCodes;

    public GatewayLink(SmppGatewayLink options, TimeProvider time, ILoggerFactory loggers, PduTrace trace, SmppMetrics metrics)
    {
        Options = options;
        Split = options.ToSplitOptions();
        MessageIds = options.ToMessageIdPolicy();
        Ussd = options.Profile(out _) is { } profile ? new(profile) : null;
        _link = new(options, time, loggers.CreateLogger<SmppClientLink>(), trace, metrics);
        _places = new(options.WindowSize);
        _shortCodes = options.ShortCodeList();
    }

    public SmppGatewayLink Options { get; }

    /// <summary>How texts are written for its SMSC.</summary>
    public SplitOptions Split { get; }

    /// <summary>How ids of its SMSC compare.</summary>
    public MessageIdPolicy MessageIds { get; }

    /// <summary>Reads and writes what is USSD over this link; null if there is no USSD gateway behind it.</summary>
    public UssdCodec? Ussd { get; }

    public SmppClientLink Link => _link;

    public string Name => _link.Name;

    public bool IsBound => _link.State == LinkState.Bound;

    public bool CanSend => IsBound && (Options.BindPair || Options.BindType != BindType.Receiver);

    /// <summary>Places that are free: the more, the less the link has to do.</summary>
    public int Free => _places.Free;

    /// <summary>The code to answer from when a message does not say what it was sent to.</summary>
    public string FirstShortCode => _shortCodes is [var first, ..] ? first : "";

    public IReadOnlyList<string> ShortCodes => _shortCodes;

    public bool Serves(string shortCode) => Array.IndexOf(_shortCodes, shortCode) >= 0;

    /// <summary>Waits for a place in the window, asks whether the request may still go, and sends it at once.</summary>
    /// <remarks>The question comes after the wait: a lease that was held when the wait began may be lost by its end.</remarks>
    /// <param name="cancellationToken">Ends the wait: the request is then NotSent. What was sent is waited for.</param>
    public async Task<RequestOutcome> RequestAsync(SmppPdu request, RequestPriority priority, Func<bool> maySend, CancellationToken cancellationToken)
    {
        if (!await _places.TakeAsync(priority, cancellationToken).ConfigureAwait(false))
            return NotSent;
        try
        {
            return maySend() ? await _link.RequestAsync(request, priority, cancellationToken).ConfigureAwait(false) : NotSent;
        }
        finally
        {
            _places.Release();
        }
    }

    private static RequestOutcome NotSent => new(RequestOutcomeKind.NotSent, default, null, 0, NoAnswerReason.Cancelled);

    public ValueTask DisposeAsync() => _link.DisposeAsync();
}
