namespace CarrierPay.Simulator.Ussd;

/// <summary>Where a session is, as its handset shows it.</summary>
public enum UssdState
{
    /// <summary>The network works on it.</summary>
    Waiting,
    /// <summary>A text is shown, and an answer can be given.</summary>
    Asked,
    /// <summary>It is over; <see cref="UssdView.End"/> says how.</summary>
    Ended,
}

/// <summary>How a session ended.</summary>
public enum UssdEnd
{
    /// <summary>By the last text of the bound system.</summary>
    Completed,
    /// <summary>By the subscriber.</summary>
    Cancelled,
    /// <summary>The bound system did not answer in time.</summary>
    NoAnswer,
    /// <summary>The subscriber did not answer in time.</summary>
    UserTimeout,
    /// <summary>It lasted too long.</summary>
    SessionTimeout,
    /// <summary>The bound system refused an input.</summary>
    Refused,
    /// <summary>The network lost it: a fault that was ordered.</summary>
    Dropped,
}

/// <summary>One thing that was said in a session.</summary>
/// <param name="FromPhone">By the subscriber; else by the bound system.</param>
public sealed record UssdLine(bool FromPhone, string Text, DateTimeOffset At);

/// <summary>A session of a handset as it is now. It changes by being replaced: the same <paramref name="Id"/>, a higher <paramref name="Version"/>.</summary>
/// <param name="Id">From 1, over all handsets.</param>
/// <param name="Dialled">What was dialled; the short code of a session that the bound system began.</param>
/// <param name="Pushed">The bound system began it.</param>
/// <param name="Text">The last text of the bound system; null before the first.</param>
/// <param name="End">Null while it lasts.</param>
/// <param name="Problem">For <see cref="UssdEnd.Refused"/>: what the bound system said.</param>
/// <param name="Lines">All that was said, oldest first.</param>
public sealed record UssdView(int Id, int Version, string Dialled, bool Pushed, UssdState State, string? Text, UssdEnd? End, string? Problem, DateTimeOffset At, IReadOnlyList<UssdLine> Lines);
