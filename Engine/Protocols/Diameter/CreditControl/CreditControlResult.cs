using CarrierPay.Engine.Primitives;
using CarrierPay.Engine.Protocols.Diameter.Peers;

namespace CarrierPay.Engine.Protocols.Diameter.CreditControl;

/// <summary>What is known after a request.</summary>
public enum Verdict
{
    /// <summary>Nothing for certain: it may have been done. Send the same octets again.</summary>
    Unknown,

    /// <summary>Nothing was sent, this time. If it was never sent before, it was not done.</summary>
    NotSent,

    /// <summary>Done, exactly as asked.</summary>
    Done,

    /// <summary>Done, but not what was asked: see <see cref="CreditControlResult.Difference"/>. Money has moved.</summary>
    DoneDifferently,

    /// <summary>Not done: see <see cref="CreditControlResult.Reason"/>.</summary>
    Declined,
}

/// <summary>How what was granted differs from what was asked.</summary>
public enum GrantDifference
{
    None,
    Less,
    More,
    OtherCurrency,

    /// <summary>No whole number of minor units.</summary>
    Remainder,

    /// <summary>Beyond Int64.</summary>
    OutOfRange,
}

/// <summary>Why an answer, or the lack of one, proves nothing.</summary>
public enum DoubtReason
{
    None,
    NoAnswer,

    /// <summary>E flag: an agent may have made it, even after the charging system debited.</summary>
    AgentError,

    /// <summary>Made by a node that does not keep the money.</summary>
    NotFromServer,

    /// <summary>Of another session, request or type than ours.</summary>
    OtherRequest,

    /// <summary>It cannot be read.</summary>
    Malformed,

    /// <summary>Its result says nothing for certain.</summary>
    UnclearResult,
}

/// <summary>What became of a credit-control request.</summary>
/// <param name="Reason">With Declined.</param>
/// <param name="Doubt">With Unknown.</param>
/// <param name="Difference">With DoneDifferently.</param>
/// <param name="TryElsewhere">With Unknown: another peer may know more, so it is worth asking at once.</param>
/// <param name="Granted">What was debited or refunded; with Done that is what was asked. Null where it is no amount in the currency asked for.</param>
/// <param name="Answer">The answer, if one came that could be read.</param>
/// <param name="NoAnswer">With NotSent, and with Unknown for want of an answer.</param>
/// <param name="PeerName">Who brought the answer, or was sent the request last.</param>
public sealed record CreditControlResult(
    Verdict Verdict, DeclineReason Reason = DeclineReason.None, DoubtReason Doubt = DoubtReason.None, GrantDifference Difference = GrantDifference.None,
    bool TryElsewhere = false, Money? Granted = null, CreditControlAnswer? Answer = null, NoAnswerReason NoAnswer = NoAnswerReason.None, string PeerName = "");
