namespace CarrierPay.Engine.Subscribers;

/// <summary>Where the linking of a bank account stands. Numbers stand in the database and never change.</summary>
public enum BankLinkState : short
{
    /// <summary>The bank has not said yes yet.</summary>
    Asked = 1,
    Linked = 2,

    /// <summary>The bank said no.</summary>
    Refused = 3,

    /// <summary>Another one took its place. What was charged to it is still reversed at it.</summary>
    Replaced = 4,
}

/// <summary>A subscriber's bank account. Its row is never changed but in its state, so that what was charged to it can always be undone at it.</summary>
/// <param name="Bank">The code of the bank.</param>
/// <param name="Tail">The last four characters of the account, for people.</param>
public sealed record BankLink(long Id, string Bank, string Tail, BankLinkState State);
