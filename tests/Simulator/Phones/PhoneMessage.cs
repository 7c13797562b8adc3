namespace CarrierPay.Simulator.Phones;

/// <summary>Seen from the handset: <see cref="In"/> has arrived on it, <see cref="Out"/> was sent from it.</summary>
public enum MessageDirection { In, Out }

/// <summary>The alphabet that a text needs on the air.</summary>
public enum MessageEncoding { Gsm7, Ucs2 }

/// <summary>What became of a message.</summary>
public enum MessageState
{
    /// <summary>The short message centre keeps it and goes on trying.</summary>
    Queued,
    /// <summary>The other side has said that it has it.</summary>
    Delivered,
    /// <summary>The other side refused it for good; <see cref="PhoneMessage.Problem"/> says why.</summary>
    Failed,
    /// <summary>Its validity was over before anybody took it.</summary>
    Expired,
}

/// <summary>The language of a handset's own words.</summary>
public enum PhoneLanguage { En, Zh }

/// <summary>One message on a handset. It changes by being replaced: the same <paramref name="Seq"/>, another <paramref name="State"/>.</summary>
/// <param name="Seq">From 1, in order, per handset.</param>
/// <param name="Peer">The other number or short code.</param>
/// <param name="At">When it arrived, or was sent.</param>
/// <param name="Parts">How many short messages it was on the air.</param>
/// <param name="Read">False only for an incoming message that nobody has opened.</param>
/// <param name="Problem">Why it failed.</param>
public sealed record PhoneMessage(int Seq, MessageDirection Direction, string Peer, string Text, DateTimeOffset At,
    int Parts, MessageEncoding Encoding, MessageState State, bool Read, string? Problem = null);
