namespace CarrierPay.SmppAdapter.Session;

/// <summary>Event ids of the log lines of SMPP: 7000 to 7099.</summary>
public static class SmppEventIds
{
    public const int NotSmpp = 7000;
    public const int BodyRefused = 7001;
    public const int UnknownCommand = 7002;
    public const int LateResponse = 7003;
    public const int UnmatchedResponse = 7004;
    public const int NackReceived = 7005;
    public const int SessionDefect = 7006;
    public const int SessionEnded = 7007;
    public const int OutbindRefused = 7008;
    public const int Throttled = 7009;
    public const int LinesSuppressed = 7010;
    public const int NoBind = 7011;

    public const int LinkBound = 7020;
    public const int LinkDown = 7021;
    public const int ConnectFailed = 7022;
    public const int AlreadyBound = 7023;
    public const int BindRefused = 7024;
    public const int LinkDefect = 7025;
    public const int CredentialsRefused = 7026;
    public const int BindUnanswered = 7027;
    public const int TlsFailed = 7028;
    public const int TlsDropped = 7029;

    public const int ServerStarted = 7040;
    public const int ConnectionRefused = 7041;
    public const int AcceptFailed = 7042;
    public const int EsmeBound = 7043;
    public const int EsmeRefused = 7044;
    public const int BindNotJudged = 7045;
    public const int ApplicationFailed = 7046;
    public const int TlsRefused = 7047;
    public const int TooManyBinds = 7048;
    public const int OutbindTaken = 7049;
    public const int OutbindBound = 7050;
    public const int OutbindEnded = 7051;
    public const int ListenerDefect = 7052;
}
