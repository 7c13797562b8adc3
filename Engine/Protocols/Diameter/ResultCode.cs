namespace CarrierPay.Engine.Protocols.Diameter;

/// <summary>Values of the Result-Code AVP that are named here; any other number may come, too.</summary>
/// <remarks>RFC 6733, section 7.1; RFC 8506, section 9. 1xxx informs, 2xxx is success, 3xxx a protocol error, 4xxx passes, 5xxx stays.</remarks>
public enum ResultCode : uint
{
    /// <summary>Not there: the message has no Result-Code.</summary>
    None = 0,

    Success = 2001,
    LimitedSuccess = 2002,

    CommandUnsupported = 3001,
    UnableToDeliver = 3002,
    RealmNotServed = 3003,
    TooBusy = 3004,
    LoopDetected = 3005,
    RedirectIndication = 3006,
    ApplicationUnsupported = 3007,
    InvalidHeaderBits = 3008,
    InvalidAvpBits = 3009,
    UnknownPeer = 3010,

    AuthenticationRejected = 4001,
    OutOfSpace = 4002,
    ElectionLost = 4003,
    EndUserServiceDenied = 4010,
    CreditControlNotApplicable = 4011,
    CreditLimitReached = 4012,

    AvpUnsupported = 5001,
    UnknownSessionId = 5002,
    AuthorizationRejected = 5003,
    InvalidAvpValue = 5004,
    MissingAvp = 5005,
    ResourcesExceeded = 5006,
    ContradictingAvps = 5007,
    AvpNotAllowed = 5008,
    AvpOccursTooManyTimes = 5009,
    NoCommonApplication = 5010,
    UnsupportedVersion = 5011,
    UnableToComply = 5012,
    InvalidBitInHeader = 5013,
    InvalidAvpLength = 5014,
    InvalidMessageLength = 5015,
    InvalidAvpBitCombination = 5016,
    NoCommonSecurity = 5017,
    UserUnknown = 5030,
    RatingFailed = 5031,
}
