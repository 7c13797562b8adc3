namespace CarrierPay.SmppAdapter.Trace;

/// <summary>Event ids of the trace's log lines: 7060 to 7069.</summary>
public static class TraceEventIds
{
    public const int TraceOn = 7060;
    public const int TraceOff = 7061;
    public const int TraceFailed = 7062;
    public const int TraceDropped = 7063;
}
