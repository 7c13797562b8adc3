namespace CarrierPay.SmppAdapter.Routing;

/// <summary>Where messages go that begin with a prefix, come from a short code, or both.</summary>
/// <param name="Prefix">The first digits of the destination, with the country code; "" = any.</param>
/// <param name="ShortCode">The sender; "" = any.</param>
/// <param name="Targets">In order of preference; at least one.</param>
/// <typeparam name="T">An SMSC, or its name.</typeparam>
public sealed record SmscRoute<T>(string Prefix, string ShortCode, IReadOnlyList<T> Targets);

/// <summary>A wrong route.</summary>
/// <param name="Route">Its place in the list.</param>
/// <param name="Fault">What is wrong with it: the end of a sentence.</param>
public readonly record struct RouteFault(int Route, string Fault);

/// <summary>What is wrong with a list of routes.</summary>
public static class RouteFaults
{
    /// <summary>All faults; none if a <see cref="RouteTable{T}"/> can be made of them.</summary>
    public static IReadOnlyList<RouteFault> Of<T>(IReadOnlyList<SmscRoute<T>> routes)
    {
        List<RouteFault> faults = [];
        for (var i = 0; i < routes.Count; i++)
        {
            var route = routes[i];
            if (route.Prefix.AsSpan().IndexOfAnyExceptInRange('0', '9') >= 0)
            {
                faults.Add(new(i, "has a prefix that is not of digits: write it with the country code and without a plus sign."));
            }
            if (route.Targets.Count == 0)
            {
                faults.Add(new(i, "leads nowhere: name at least one SMSC."));
            }
            if (route.Targets.Distinct().Count() < route.Targets.Count)
            {
                faults.Add(new(i, "names an SMSC twice."));
            }
            if (HasEarlier(routes, i))
            {
                faults.Add(new(i, "is for the same messages as a route before it."));
            }
        }
        return faults;
    }

    private static bool HasEarlier<T>(IReadOnlyList<SmscRoute<T>> routes, int route)
    {
        for (var earlier = 0; earlier < route; earlier++)
        {
            if ((routes[earlier].Prefix, routes[earlier].ShortCode) == (routes[route].Prefix, routes[route].ShortCode))
            {
                return true;
            }
        }
        return false;
    }
}
