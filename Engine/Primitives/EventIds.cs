namespace CarrierPay.Engine.Primitives;

/// <summary>The numbers of all log lines of the engine, a range of 100 for each folder. A test checks that none is used twice.</summary>
public static class EventIds
{
    public const int PartitionsMade = 101;
    public const int PartitionsFailed = 102;
    public const int HeartbeatFailed = 110;
    public const int HeartbeatLost = 111;

    public const int EventParked = 200;
    public const int BatchFailed = 201;
    public const int BatchSplit = 202;
    public const int CommitUnknown = 203;
    public const int CommitFound = 204;
    public const int DatabaseUnreachable = 206;
    public const int ClockOff = 207;
    public const int WorkTakenUp = 208;
    public const int SweepFailed = 209;
    public const int ParkFailed = 210;
    public const int CallsTakenUp = 212;
    public const int RetryUnreadable = 213;
    public const int LeftToPerson = 214;
    public const int CallsWithoutConnector = 215;

    public const int QuoteFailed = 300;
    public const int ReferenceLoaded = 301;
    public const int QuoteUnexpected = 302;
    public const int QuoteNowhere = 303;
    public const int NoticeFailed = 310;
    public const int NoticeDead = 311;
    public const int NoticeTurnFailed = 312;
    public const int NoticeLineFailed = 313;
    public const int NoticeTimetableFailed = 314;

    public const int OcsUnknown = 400;
    public const int OcsBadRequest = 401;
    public const int OcsDifferent = 402;
    public const int OcsRefundRefused = 403;
    public const int OcsUnexpected = 404;
    public const int OcsLate = 405;
    public const int OcsNotAsked = 406;
    public const int BankUnknown = 420;
    public const int BankBadRequest = 421;
    public const int BankReversalOpen = 422;
    public const int BankUnexpected = 423;
    public const int BankLate = 424;
    public const int BankNumbersOut = 425;
    public const int BankLinkFailed = 426;
    public const int BankMissing = 427;
    public const int BankTendFailed = 428;
    public const int BankNotAsked = 429;
    public const int BankClockWrong = 430;

    public const int PeriodClosed = 500;
    public const int SettlementCalculated = 501;
    public const int SettlementApproved = 502;
    public const int BalancesProved = 503;
    public const int BalancesWrong = 504;
    public const int TimetableFailed = 505;
    public const int RatedFileMade = 520;
    public const int RatedFileDelivered = 521;
    public const int RatedFileNotDelivered = 522;
    public const int RatedFileDiffers = 523;
    public const int RatedFileAnswered = 524;
    public const int RatedAnswerSetAside = 525;
    public const int RatedFileUnanswered = 526;
    public const int RatedChargesUndone = 527;
    public const int RatedChargeParked = 528;
    public const int RatedFilesFailed = 529;

    public const int DiameterConnected = 900;
    public const int DiameterDown = 901;
    public const int DiameterNotConnected = 902;
    public const int DiameterRefused = 903;
    public const int DiameterDisconnected = 904;
    public const int DiameterSuspect = 905;
    public const int DiameterRestarted = 906;
    public const int DiameterMalformed = 907;
    public const int DiameterFault = 908;
    public const int DiameterLate = 909;
    public const int DiameterUnmatched = 910;
    public const int DiameterDefect = 911;

    public const int BankSignedOn = 950;
    public const int BankConnectionDown = 951;
    public const int BankConnectFailed = 952;
    public const int BankSignOnRefused = 953;
    public const int BankMessageUnreadable = 954;
    public const int BankAnswerUnmatched = 955;
    public const int BankAnswerLate = 956;
    public const int BankMacWrong = 957;
    public const int BankRequestUnknown = 958;
    public const int BankLinkDefect = 959;
    public const int BankCircuitMoved = 960;
    public const int BankMacUnavailable = 961;
    public const int BankUnwritable = 962;
}
