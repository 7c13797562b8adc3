using System.ComponentModel.DataAnnotations;

namespace CarrierPay.Engine.Protocols.Iso8583.Links;

/// <summary>Whether new requests go to a bank.</summary>
public enum CircuitPhase
{
    /// <summary>They do.</summary>
    Closed,
    /// <summary>None does: the bank has answered nothing lately.</summary>
    Open,
    /// <summary>One goes, and its outcome decides.</summary>
    HalfOpen,
}

/// <summary>When a bank is left alone.</summary>
public sealed class CircuitSettings
{
    /// <summary>Requests without an answer, one after the other, that open the circuit. Default 5.</summary>
    [Range(1, 1000)]
    public int Failures { get; set; } = 5;

    /// <summary>The first pause; it doubles each time the trial fails. Default 15 s.</summary>
    public TimeSpan Pause { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>Default 5 min.</summary>
    public TimeSpan LongestPause { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Reversals waiting for this bank from which on nothing new is asked of it: it cannot undo what it has. Default 100.</summary>
    [Range(1, 1_000_000)]
    public int ReversalsWaiting { get; set; } = 100;
}

/// <summary>One bank's circuit. Pure: every method gives the circuit after it.</summary>
/// <param name="Failures">One after the other, while closed.</param>
/// <param name="OpenUntil">While open.</param>
/// <param name="Pause">Of the last opening.</param>
public readonly record struct Circuit(CircuitPhase Phase, int Failures, DateTimeOffset OpenUntil, TimeSpan Pause)
{
    /// <summary>May a new request go? When the pause of an open circuit is over, the first who asks is the trial.</summary>
    /// <param name="isTrial">Give it back with the outcome.</param>
    public bool MayGo(CircuitSettings settings, DateTimeOffset now, int reversalsWaiting, out bool isTrial, out Circuit circuit)
    {
        ArgumentNullException.ThrowIfNull(settings);
        circuit = this;
        isTrial = false;
        if (reversalsWaiting >= settings.ReversalsWaiting || Phase == CircuitPhase.HalfOpen) return false;
        if (Phase == CircuitPhase.Closed) return true;
        if (now < OpenUntil) return false;
        isTrial = true;
        circuit = this with { Phase = CircuitPhase.HalfOpen };
        return true;
    }

    /// <summary>The bank answered.</summary>
    public Circuit Succeeded(bool isTrial) => Phase switch
    {
        CircuitPhase.Closed => this with { Failures = 0 },
        CircuitPhase.HalfOpen when isTrial => default,
        // An answer to a request from before the opening does not close it: the trial does.
        _ => this,
    };

    /// <summary>The bank may have the request and did not answer.</summary>
    public Circuit Failed(CircuitSettings settings, DateTimeOffset now, bool isTrial)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return Phase switch
        {
            CircuitPhase.Closed when Failures + 1 < settings.Failures => this with { Failures = Failures + 1 },
            CircuitPhase.Closed => Opened(settings.Pause, now),
            CircuitPhase.HalfOpen when isTrial => Opened(Pause * 2 < settings.LongestPause ? Pause * 2 : settings.LongestPause, now),
            _ => this,
        };
    }

    /// <summary>The request was never sent, so nothing was learnt; a trial may be made again at once.</summary>
    public Circuit NotTried(bool isTrial) => isTrial && Phase == CircuitPhase.HalfOpen ? this with { Phase = CircuitPhase.Open } : this;

    private static Circuit Opened(TimeSpan pause, DateTimeOffset now) => new(CircuitPhase.Open, 0, now + pause, pause);
}
