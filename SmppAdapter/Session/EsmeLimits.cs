using System.ComponentModel.DataAnnotations;

namespace CarrierPay.SmppAdapter.Session;

/// <summary>What one system_id may do at a server, over all its binds together. 0 is no limit.</summary>
public sealed class EsmeLimits
{
    /// <summary>Sessions bound at a time. One more is answered RALYBND.</summary>
    [Range(0, 10_000)]
    public int MaxBinds { get; set; }

    /// <summary>Requests that are not answered yet. More are answered RTHROTTLED.</summary>
    [Range(0, 1_000_000)]
    public int MaxUnanswered { get; set; }

    /// <summary>submit_sm, submit_multi (each destination) and data_sm per second; what a second allows may come at once. More are answered RTHROTTLED.</summary>
    [Range(0, 1_000_000)]
    public int MaxRate { get; set; }
}
