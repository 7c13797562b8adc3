using System.Collections.Frozen;

namespace CarrierPay.Engine.Protocols.Diameter.CreditControl;

/// <summary>What a result says about the money.</summary>
public enum ResultMeaning
{
    /// <summary>Nothing: the case stays open, and the same octets are sent again.</summary>
    Unknown,

    /// <summary>It was done.</summary>
    Done,

    /// <summary>It was not done, and will not be.</summary>
    Declined,

    /// <summary>Nothing for certain; somebody else may answer: send the same octets to another peer.</summary>
    RetryElsewhere,
}

/// <summary>Why a charge was declined.</summary>
public enum DeclineReason
{
    None,

    /// <summary>4012: not enough money, or beyond the limit of a bill.</summary>
    CreditLimit,

    /// <summary>4010.</summary>
    ServiceDenied,

    /// <summary>4011: the service costs this subscriber nothing. Nobody would pay the merchant, so it is declined.</summary>
    NotApplicable,

    /// <summary>5030: the charging system does not know the number.</summary>
    UserUnknown,

    /// <summary>5031: it could not put a price on the request.</summary>
    RatingFailed,

    /// <summary>5003.</summary>
    NotAuthorized,

    /// <summary>5001, 5004, 5005 and the like: our request is wrong or not as agreed. An alarm.</summary>
    BadRequest,
}

/// <summary>One line of a result table, as it is set.</summary>
public sealed class ResultRule
{
    /// <summary>Result-Code, or Experimental-Result-Code.</summary>
    public uint Code { get; set; }

    /// <summary>Of Experimental-Result; 0 for Result-Code.</summary>
    public uint VendorId { get; set; }

    public ResultMeaning Meaning { get; set; }

    /// <summary>For Declined.</summary>
    public DeclineReason Reason { get; set; }
}

/// <summary>From result codes to what they mean. What is in no line is Unknown: money is never guessed.</summary>
/// <remarks>RFC 8506, section 9; the lines of a charging system replace those of the standard.</remarks>
public sealed class ResultTable
{
    private static readonly ResultRule[] Standard =
    [
        Done(ResultCode.Success),
        Declined(ResultCode.CreditLimitReached, DeclineReason.CreditLimit),
        Declined(ResultCode.EndUserServiceDenied, DeclineReason.ServiceDenied),
        Declined(ResultCode.CreditControlNotApplicable, DeclineReason.NotApplicable),
        Declined(ResultCode.UserUnknown, DeclineReason.UserUnknown),
        Declined(ResultCode.RatingFailed, DeclineReason.RatingFailed),
        Declined(ResultCode.AuthorizationRejected, DeclineReason.NotAuthorized),
        Declined(ResultCode.AvpUnsupported, DeclineReason.BadRequest),
        Declined(ResultCode.InvalidAvpValue, DeclineReason.BadRequest),
        Declined(ResultCode.MissingAvp, DeclineReason.BadRequest),
        Declined(ResultCode.ContradictingAvps, DeclineReason.BadRequest),
        Declined(ResultCode.AvpNotAllowed, DeclineReason.BadRequest),
        Declined(ResultCode.AvpOccursTooManyTimes, DeclineReason.BadRequest),
        Declined(ResultCode.InvalidAvpLength, DeclineReason.BadRequest),
        Elsewhere(ResultCode.UnableToDeliver),
        Elsewhere(ResultCode.RealmNotServed),
        Elsewhere(ResultCode.TooBusy),
        Elsewhere(ResultCode.LoopDetected),
    ];

    private readonly FrozenDictionary<(uint Vendor, uint Code), ResultRule> _rules;

    /// <param name="own">Lines of the operator; the last one for a code holds.</param>
    public ResultTable(params IEnumerable<ResultRule> own)
    {
        var rules = new Dictionary<(uint, uint), ResultRule>();
        foreach (var rule in Standard.Concat(own))
            rules[(rule.VendorId, rule.Code)] = rule;
        _rules = rules.ToFrozenDictionary();
    }

    public (ResultMeaning Meaning, DeclineReason Reason) Find(uint vendorId, ResultCode code) => _rules.TryGetValue((vendorId, (uint)code), out var rule)
        ? (rule.Meaning, rule.Meaning == ResultMeaning.Declined ? rule.Reason : DeclineReason.None)
        : (ResultMeaning.Unknown, DeclineReason.None);

    private static ResultRule Done(ResultCode code) => new() { Code = (uint)code, Meaning = ResultMeaning.Done };

    private static ResultRule Declined(ResultCode code, DeclineReason reason) => new() { Code = (uint)code, Meaning = ResultMeaning.Declined, Reason = reason };

    private static ResultRule Elsewhere(ResultCode code) => new() { Code = (uint)code, Meaning = ResultMeaning.RetryElsewhere };
}
