namespace CarrierPay.SmppAdapter.Session;

/// <summary>Which of the requests that wait goes first. Within one priority they go in the order of the calls, so those to one destination do, too.</summary>
public enum RequestPriority
{
    /// <summary>Somebody waits for it: the answer in a USSD dialogue, a one-time code.</summary>
    Urgent,

    Normal,

    /// <summary>What may come minutes later: notices, campaigns. Goes only when nothing else waits.</summary>
    Bulk,
}
