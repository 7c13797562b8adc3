using CarrierPay.Engine.Protocols.Iso8583.Wire;

namespace CarrierPay.Engine.Protocols.Iso8583.Messages;

/// <summary>Where a reversal stands.</summary>
public enum ReversalState
{
    /// <summary>Not answered for good: it is sent again when it is due.</summary>
    Open,
    /// <summary>The bank has undone the original.</summary>
    Reversed,
    /// <summary>The bank never had the original: nothing was to be undone.</summary>
    NeverThere,
    /// <summary>Tried as long as agreed: a person decides with the bank's statement.</summary>
    Manual,
}

/// <summary>Settings of the store-and-forward queue of one bank.</summary>
public sealed class ReversalSettings
{
    /// <summary>Between one attempt and the next; the last one goes on. Default 15 s, 1 min, 5 min, 15 min, 1 h.</summary>
    public IReadOnlyList<TimeSpan> Pauses { get; set; } =
        [TimeSpan.FromSeconds(15), TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(15), TimeSpan.FromHours(1)];

    /// <summary>From the first attempt until a person takes over. Default 3 days.</summary>
    public TimeSpan GiveUpAfter { get; set; } = TimeSpan.FromDays(3);
}

/// <summary>The way of one reversal. Pure: the caller stores it with the message, and sends what is due.</summary>
/// <param name="Attempts">How often it was sent.</param>
/// <param name="BegunAt">When it was made; the time for giving up runs from here.</param>
/// <param name="DueAt">When it is sent next, while open.</param>
/// <param name="NeedsAttention">The bank answered something that ends nothing: an alarm.</param>
public sealed record ReversalProgress(int Attempts, DateTimeOffset BegunAt, DateTimeOffset DueAt, ReversalState State, bool NeedsAttention)
{
    /// <summary>Stored in the transaction that gives the original up; due at once.</summary>
    public static ReversalProgress Begin(DateTimeOffset now) => new(0, now, now, ReversalState.Open, false);

    public bool IsDue(DateTimeOffset now) => State == ReversalState.Open && DueAt <= now;

    /// <summary>What goes out now: the message itself the first time, then the same as a repeat. Every field stays as it was, also over a restart.</summary>
    public IsoMessage MessageToSend(IsoMessage reversal) => Attempts == 0 ? reversal : BankMessages.Repeat(reversal);

    /// <summary>Stored before the attempt's first octet is sent: after a crash it counts as sent.</summary>
    public ReversalProgress Sending(ReversalSettings settings, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(settings);
        if (State != ReversalState.Open) throw new InvalidOperationException($"A reversal that is {State} is not sent.");
        var pause = settings.Pauses[Math.Min(Attempts, settings.Pauses.Count - 1)];
        return this with { Attempts = Attempts + 1, DueAt = now + pause };
    }

    /// <summary>After an attempt, or a late answer to any of them. What is closed stays closed, and an answer about another amount or account closes nothing.</summary>
    public ReversalProgress After(BankDialect dialect, IsoMessage reversal, BankOutcome outcome, ReversalSettings settings, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(dialect);
        ArgumentNullException.ThrowIfNull(reversal);
        ArgumentNullException.ThrowIfNull(settings);
        if (State is ReversalState.Reversed or ReversalState.NeverThere) return this;
        var code = outcome.Answer is { } answer && BankVerdict.DifferingFieldOf(dialect, reversal, answer) == 0 ? answer[39] : null;
        if (dialect.IsReversed(code)) return this with { State = ReversalState.Reversed, NeedsAttention = false };
        if (dialect.IsNeverThere(code)) return this with { State = ReversalState.NeverThere, NeedsAttention = false };
        var progress = outcome.Kind == BankOutcomeKind.Answered ? this with { NeedsAttention = true } : this;
        return now - BegunAt >= settings.GiveUpAfter ? progress with { State = ReversalState.Manual, NeedsAttention = true } : progress;
    }
}
