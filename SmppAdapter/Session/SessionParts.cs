using System.Threading.Channels;
using CarrierPay.SmppAdapter.Pdu;
using CarrierPay.SmppAdapter.Trace;
using Microsoft.Extensions.Logging;

namespace CarrierPay.SmppAdapter.Session;

/// <summary>What a session is given by its owner, a link or a server.</summary>
internal sealed record SessionParts(TimeProvider Time, ILogger Logger, ChannelWriter<InboundRequest> Inbound, ChannelWriter<LateResponse> LateResponses, LogLimit Logs)
{
    /// <summary>Judges a bind; only on the SMSC's side.</summary>
    public Func<SmppSession, BindRequest, CancellationToken, ValueTask<CommandStatus>>? JudgeBind { get; init; }

    /// <summary>True on the ESME's side of a connection that an SMSC opened.</summary>
    public bool TakesOutbind { get; init; }

    /// <summary>Told once the bind was accepted and answered.</summary>
    public Action<SmppSession>? Bound { get; init; }

    /// <summary>system_id in the answer to a bind.</summary>
    public string OwnSystemId { get; init; } = "";

    /// <summary>Paces submit_sm, submit_multi and data_sm; only on the ESME's side. The link's, for a new session has the same contract.</summary>
    public Pacer? Pacer { get; init; }

    /// <summary>Told of every PDU; null when nothing can be traced.</summary>
    public PduTrace? Trace { get; init; }

    /// <summary>Counts over all sessions of the link; null on a server.</summary>
    public LinkMeasures? Measures { get; init; }

    /// <summary>Where sequence numbers start; tests start near the wrap.</summary>
    public uint FirstSequenceNumber { get; init; } = 1;
}
