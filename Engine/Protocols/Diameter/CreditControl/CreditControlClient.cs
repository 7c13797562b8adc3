using System.ComponentModel.DataAnnotations;
using CarrierPay.Engine.Protocols.Diameter.Peers;

namespace CarrierPay.Engine.Protocols.Diameter.CreditControl;

/// <summary>One charging system as it was agreed with its operator.</summary>
public sealed class CreditControlOptions
{
    /// <summary>Destination-Realm of its requests.</summary>
    [Required]
    public string Realm { get; set; } = "";

    /// <summary>Destination-Host, where requests have to be pinned to one node; usually empty.</summary>
    public string Host { get; set; } = "";

    /// <summary>Service-Context-Id.</summary>
    [Required]
    public string ServiceContextId { get; set; } = "carrierpay@carrierpay.example";

    /// <summary>Service-Identifier where a request does not say its own.</summary>
    public uint ServiceIdentifier { get; set; } = 1;

    /// <summary>Service-Parameter-Type that carries our reference; null sends none.</summary>
    public uint? ReferenceParameter { get; set; }

    /// <summary>Origin-Hosts of the systems that keep the money. Empty: any node of the realm is believed when it answers without the E flag.</summary>
    public IList<string> Servers { get; } = [];

    /// <summary>Results that mean something else here than in the standard, Experimental-Results above all.</summary>
    public IList<ResultRule> Results { get; } = [];

    /// <summary>A request without a useful answer goes at once, with the T flag, to another peer if one is open. Default yes: charging systems of one realm share what they know of repeats. Switch it off where they do not.</summary>
    public bool ResendElsewhere { get; set; } = true;
}

/// <summary>Charges, refunds and enquiries at one charging system: single events, no sessions.</summary>
/// <remarks>
/// First <see cref="Orders"/> makes a request; its octets are stored; then <see cref="SendAsync"/> sends what was stored, as often as it takes. The client keeps nothing.
/// </remarks>
public sealed class CreditControlClient
{
    private readonly DiameterClient _diameter;
    private readonly CreditControlOptions _options;
    private readonly AnswerJudge _judge;

    public CreditControlClient(DiameterClient diameter, DiameterOptions node, CreditControlOptions options)
    {
        _diameter = diameter;
        _options = options;
        _judge = new(new ResultTable(options.Results), options.Servers);
        Orders = new(diameter.Ids, node, options);
    }

    /// <summary>Makes the requests.</summary>
    public CreditControlOrders Orders { get; }

    /// <summary>Sends a stored request and says what is known afterwards.</summary>
    /// <param name="stored">The octets of <see cref="CreditControlRequest.Encode"/>, as they were stored before the first sending.</param>
    /// <param name="mayHaveBeenSent">Any earlier sending, also by a process that is gone: the T flag is set.</param>
    /// <param name="context">Whatever the caller wants to have back with a late answer (<see cref="DiameterClient.LateAnswers"/>).</param>
    public async ValueTask<CreditControlResult> SendAsync(ReadOnlyMemory<byte> stored, bool mayHaveBeenSent = false, object? context = null)
    {
        var request = CreditControlRequest.Decode(MessageView.Read(stored.Span));
        var outcome = await _diameter.RequestAsync(stored, mayHaveBeenSent, context: context).ConfigureAwait(false);
        var first = Read(request, outcome);
        if (first.Verdict != Verdict.Unknown || !_options.ResendElsewhere || first is { NoAnswer: NoAnswerReason.None, TryElsewhere: false })
            return first;
        var again = Read(request, await _diameter.RequestAsync(stored, mayHaveBeenSent: true, exceptPeer: outcome.PeerName, context).ConfigureAwait(false));
        // Not sent again says nothing about the first time.
        return again.Verdict == Verdict.NotSent ? first : again;
    }

    /// <summary>What an answer to a stored request proves: for late answers. A late refusal says nothing of what was sent after its request.</summary>
    public CreditControlResult Judge(ReadOnlyMemory<byte> stored, DiameterAnswer answer) => _judge.Judge(CreditControlRequest.Decode(MessageView.Read(stored.Span)), answer);

    private CreditControlResult Read(CreditControlRequest request, in RequestOutcome outcome) => outcome.Kind switch
    {
        RequestOutcomeKind.Answered => _judge.Judge(request, outcome.Answer!),
        RequestOutcomeKind.NotSent => new(Verdict.NotSent, NoAnswer: outcome.Reason),
        _ => new(Verdict.Unknown, Doubt: DoubtReason.NoAnswer, NoAnswer: outcome.Reason, PeerName: outcome.PeerName),
    };
}
