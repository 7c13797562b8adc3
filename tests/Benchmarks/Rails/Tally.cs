namespace CarrierPay.Benchmarks.Rails;

/// <summary>What was debited by each account, as those who asked for it know it. Not for several threads at once.</summary>
internal sealed class Tally
{
    private readonly long[] _debited = new long[RailPeers.Accounts];

    public long Count { get; private set; }

    /// <param name="debited">Minor units, all of <paramref name="count"/> debits together.</param>
    public void Add(int account, long debited, long count)
    {
        _debited[account] += debited;
        Count += count;
    }

    /// <summary>Compares with the books of the other side.</summary>
    /// <param name="booked">Minor units that an account is down by.</param>
    /// <param name="debits">How many debits were booked, where the other side counts them.</param>
    /// <exception cref="InvalidOperationException">They differ.</exception>
    public void Prove(string books, Func<int, long> booked, long? debits = null)
    {
        for (var account = 0; account < _debited.Length; account++)
        {
            if (booked(account) != _debited[account])
                throw new InvalidOperationException($"Account {account} of the {books} is down by {booked(account)}, and {_debited[account]} were debited.");
        }
        if (debits is not null && debits != Count)
            throw new InvalidOperationException($"The {books} booked {debits} debits, and {Count} were made.");
    }
}
