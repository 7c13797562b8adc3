namespace CarrierPay.Engine.Settlement.Files;

/// <summary>Where a file stands. Numbers stand in the database and never change.</summary>
public enum RatedFileState : short
{
    /// <summary>Has its name, sums and hash; goes out as soon as the way is open.</summary>
    Made = 1,

    /// <summary>Billing has it, or could have it; its answer is still to come.</summary>
    Delivered = 2,

    /// <summary>Billing has accounted for every event in it.</summary>
    Answered = 3,

    /// <summary>Its events do not give the octets any more that were made of them: it is not sent until a person asks.</summary>
    Differs = 4,
}

/// <summary>What an answer says. Numbers stand in the database and never change.</summary>
public enum RatedAnswerKind : short
{
    /// <summary><c>.ack</c>: how many events were accepted.</summary>
    Accepted = 1,

    /// <summary><c>.rej</c>: which were not, and why.</summary>
    Rejected = 2,
}

/// <summary>A file of the rated events of one period, as its row tells it.</summary>
/// <param name="Events">At least 1.</param>
/// <param name="DebitMinor">Sum of all charges in minor units, over all currencies: it checks the file and is no amount of money.</param>
/// <param name="Sha256">Of the whole file. Whatever is sent has this hash.</param>
/// <param name="SendAskedAt">When a person wanted it sent again; null = nobody does.</param>
/// <param name="Deliveries">How often it was put at its place.</param>
/// <param name="Rejected">Null = billing has named none.</param>
/// <param name="Accepted">Null = billing has not said.</param>
public sealed record RatedFile(
    int Sequence, int Period, string Name, DateTimeOffset MadeAt, DateTimeOffset FromAt, DateTimeOffset ToAt, long Events, decimal DebitMinor, decimal CreditMinor, byte[] Sha256,
    RatedFileState State, DateTimeOffset? SendAskedAt, DateTimeOffset? DeliveredAt, int Deliveries, long? Rejected, long? Accepted, DateTimeOffset? AnsweredAt)
{
    internal const string Columns =
        "sequence, period, name, made_at, from_at, to_at, events, debit_minor, credit_minor, sha256, state, send_asked_at, delivered_at, deliveries, rejected, accepted, answered_at";
}
