using CarrierPay.Engine.Primitives;
using CarrierPay.SmppAdapter.Session;
using CarrierPay.SmppAdapter.Text;

namespace CarrierPay.SmppAdapter.Gateway;

/// <summary>A text on its way to one subscriber, and how far it came. Used by one task at a time.</summary>
/// <param name="reference">The number that its parts refer to each other by; their low 8 or 16 bits are used.</param>
internal sealed class Submission(Msisdn to, string shortCode, string text, int reference, long startedAt)
{
    private readonly List<AcceptedPart> _accepted = [];
    private Segments? _segments;
    private SplitOptions? _splitFor;

    public string Destination { get; } = to.Digits();

    public string ShortCode => shortCode;

    public RequestPriority Priority { get; init; } = RequestPriority.Normal;

    /// <summary>It must not reach the subscriber later.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>Whether receipts are asked for where the link says so.</summary>
    public bool IsLogged { get; init; }

    /// <summary>SMSCs of its route that had their time and did not take it.</summary>
    public int Passed { get; private set; }

    /// <summary>When the SMSC that has its turn was first asked: a timestamp.</summary>
    public long TurnBeganAt { get; private set; } = startedAt;

    /// <summary>The SMSC that took the first part: the others must go there, too, for a handset cannot join parts of two.</summary>
    public Smsc? Smsc { get; private set; }

    /// <summary>Parts that were accepted, in order.</summary>
    public IReadOnlyList<AcceptedPart> Accepted => _accepted;

    /// <summary>How many parts it was cut into last; 0 before.</summary>
    public int Parts => _segments?.Parts.Count ?? 0;

    /// <summary>The parts for this link; from the first accepted part on they are not cut anew.</summary>
    /// <exception cref="ArgumentException">The text cannot be sent in parts at all.</exception>
    public Segments Split(GatewayLink link)
    {
        if (_segments is null || (_accepted.Count == 0 && _splitFor != link.Split))
            (_segments, _splitFor) = (ShortMessageText.Split(text, reference, link.Split), link.Split);
        return _segments;
    }

    public void Accept(Smsc smsc, AcceptedPart part)
    {
        Smsc = smsc;
        _accepted.Add(part);
    }

    /// <summary>It is the next SMSC's turn.</summary>
    public void PassOn(long now) => (Passed, TurnBeganAt) = (Passed + 1, now);
}

/// <summary>A part that an SMSC took.</summary>
/// <param name="Id">Its name, as receipts are compared; null if no receipt was asked for.</param>
internal readonly record struct AcceptedPart(string? Id, DateTimeOffset At);

/// <summary>What became of a text, or of the rest of it.</summary>
internal enum SubmitOutcome
{
    /// <summary>All parts were accepted.</summary>
    Accepted,

    /// <summary>Not accepted, and it may be tried again in a moment.</summary>
    PutOff,

    /// <summary>Not sent, or nobody knows: it is another engine's or a later moment's.</summary>
    Undone,

    /// <summary>It never will be.</summary>
    Refused,
}

/// <param name="Reason">Of a refusal.</param>
internal readonly record struct SubmitResult(SubmitOutcome Outcome, string Reason = "");
