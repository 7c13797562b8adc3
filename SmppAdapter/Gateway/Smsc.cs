namespace CarrierPay.SmppAdapter.Gateway;

/// <summary>One SMSC with all links to it: whatever they are bound to, its ids and its routes are the same.</summary>
internal sealed class Smsc(string name, IReadOnlyList<GatewayLink> links)
{
    public string Name => name;

    public IReadOnlyList<GatewayLink> Links => links;

    /// <summary>Whether a link is up that messages can go over.</summary>
    public bool CanSend
    {
        get
        {
            foreach (var link in links)
            {
                if (link.CanSend)
                    return true;
            }
            return false;
        }
    }

    public bool Serves(string shortCode) => links.Any(l => l.Serves(shortCode));

    /// <summary>The link with the most room that serves the short code and is bound; else any that is bound; null if none is.</summary>
    public GatewayLink? Choose(string shortCode)
    {
        GatewayLink? best = null;
        var bestServes = false;
        foreach (var link in links)
        {
            if (!link.CanSend)
                continue;
            var serves = link.Serves(shortCode);
            if (best is null || (serves && !bestServes) || (serves == bestServes && link.Free > best.Free))
                (best, bestServes) = (link, serves);
        }
        return best;
    }
}
