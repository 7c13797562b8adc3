namespace CarrierPay.SmppAdapter.Session;

/// <summary>The accounts of all system_ids that were let in. For any number of threads.</summary>
internal sealed class EsmeAccounts(Func<string, EsmeLimits> limitsOf, TimeProvider time)
{
    /// <summary>Above this, accounts without use are forgotten.</summary>
    private const int Crowd = 1000;

    private readonly Dictionary<string, EsmeAccount> _accounts = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();

    /// <summary>Takes a place for one more bind of this system_id; null if all are taken. An account outlives its binds, so that binding again gives nobody a fresh rate.</summary>
    public EsmeAccount? TryBind(string systemId)
    {
        EsmeLimits? limits = null;
        while (true)
        {
            lock (_gate)
            {
                if (!_accounts.TryGetValue(systemId, out var account) && limits is not null)
                {
                    ForgetIdle();
                    account = _accounts[systemId] = new EsmeAccount(limits, time);
                }
                if (account is not null)
                {
                    return account.TryBind() ? account : null;
                }
            }
            // The application's answer, so not under the gate.
            limits = limitsOf(systemId);
        }
    }

    private void ForgetIdle()
    {
        if (_accounts.Count < Crowd)
        {
            return;
        }
        foreach (var (systemId, account) in _accounts)
        {
            if (account.IsIdle)
            {
                _accounts.Remove(systemId);
            }
        }
    }
}
