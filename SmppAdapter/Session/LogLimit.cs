namespace CarrierPay.SmppAdapter.Session;

/// <summary>Keeps a broken or hostile peer from filling the log: so many warnings a minute about one remote address, the others are counted. For any number of threads.</summary>
internal sealed class LogLimit(int mostPerMinute, TimeProvider time)
{
    /// <summary>Addresses that are told apart at a time; the rest share one account.</summary>
    private const int MostRemotes = 1000;
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly Dictionary<string, Account> _remotes = [];
    private readonly Lock _gate = new();

    private sealed class Account
    {
        public long Since { get; set; }

        public int Lines { get; set; }

        public int Suppressed { get; set; }
    }

    /// <summary>Asks whether a line may be written.</summary>
    /// <param name="remote">The address without a port.</param>
    /// <param name="suppressed">How many were not, before this one.</param>
    public bool Allows(string remote, out int suppressed)
    {
        lock (_gate)
        {
            var account = Find(remote);
            if (time.GetElapsedTime(account.Since) >= Window)
            {
                account.Since = time.GetTimestamp();
                account.Lines = 0;
            }
            if (account.Lines >= mostPerMinute)
            {
                account.Suppressed++;
                suppressed = 0;
                return false;
            }
            account.Lines++;
            suppressed = account.Suppressed;
            account.Suppressed = 0;
            return true;
        }
    }

    private Account Find(string remote)
    {
        if (_remotes.TryGetValue(remote, out var known))
        {
            return known;
        }
        if (_remotes.Count >= MostRemotes)
        {
            foreach (var (name, account) in _remotes)
            {
                if (account.Suppressed == 0 && time.GetElapsedTime(account.Since) >= Window)
                {
                    _remotes.Remove(name);
                }
            }
        }
        var key = _remotes.Count < MostRemotes ? remote : "";
        if (!_remotes.TryGetValue(key, out var found))
        {
            found = _remotes[key] = new Account { Since = time.GetTimestamp() };
        }
        return found;
    }
}
