namespace CarrierPay.SmppAdapter.Gateway;

/// <summary>Event ids of the gateway's log lines: 7100 to 7199.</summary>
public static class GatewayEventIds
{
    public const int ReceiveFailed = 7100;
    public const int NumberFlooded = 7101;
    public const int HintNotSent = 7102;
    public const int LongTextExpired = 7103;
    public const int LongTextsFull = 7104;
    public const int LongTextsSweepFailed = 7105;
    public const int LongTextUnreadable = 7106;
    public const int LongTextNotNoted = 7107;
    public const int UssdNotUnderstood = 7110;
    public const int UssdNotSeenTo = 7111;
    public const int UssdNotShown = 7112;

    public const int MessageRefused = 7120;
    public const int MessageFailed = 7121;
    public const int NamesLost = 7122;
    public const int ReceiptOfNobody = 7130;

    public const int TraceSwitchNotRead = 7160;
    public const int TraceOfUnknownLink = 7161;
    public const int TraceSwitchNotUnderstood = 7162;

    public const int GatewayOpened = 7140;
    public const int GatewayClosed = 7141;
}
