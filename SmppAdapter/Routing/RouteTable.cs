using System.Collections.Frozen;

namespace CarrierPay.SmppAdapter.Routing;

/// <summary>Finds the SMSCs of a message. Immutable; a look-up allocates nothing.</summary>
/// <remarks>
/// Of the routes that fit the one with the message's short code goes before those for any: a short code is often known to some SMSCs only, and the others
/// refuse it. Among these the longest prefix goes first. The order in which they are given does not matter.
/// </remarks>
public sealed class RouteTable<T>
{
    private readonly FrozenDictionary<string, Prefixes> _byShortCode;

    /// <exception cref="ArgumentException">Two routes have the same prefix and short code, a route has no target, or a prefix is not of digits. All faults are named.</exception>
    public RouteTable(IEnumerable<SmscRoute<T>> routes)
    {
        List<SmscRoute<T>> all = [.. routes];
        if (RouteFaults.Of(all) is { Count: > 0 } faults)
        {
            throw new ArgumentException(string.Join(' ', faults.Select(f => $"Route {f.Route} {f.Fault}")), nameof(routes));
        }
        _byShortCode = all.GroupBy(r => r.ShortCode).ToFrozenDictionary(g => g.Key, g => new Prefixes([.. g]));
    }

    /// <summary>The SMSCs for a message, in order of preference; null if no route fits.</summary>
    /// <param name="destination">Digits with the country code.</param>
    /// <param name="shortCode">The sender.</param>
    public IReadOnlyList<T>? Find(string destination, string shortCode) =>
        (_byShortCode.TryGetValue(shortCode, out var own) ? own.Find(destination) : null)
        ?? (_byShortCode.TryGetValue("", out var any) ? any.Find(destination) : null);

    private sealed class Prefixes
    {
        private readonly FrozenDictionary<string, IReadOnlyList<T>>.AlternateLookup<ReadOnlySpan<char>> _targets;
        private readonly int[] _lengths;

        public Prefixes(IReadOnlyList<SmscRoute<T>> routes)
        {
            _targets = routes.ToFrozenDictionary(r => r.Prefix, r => r.Targets, StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();
            _lengths = [.. routes.Select(r => r.Prefix.Length).Distinct().OrderDescending()];
        }

        public IReadOnlyList<T>? Find(string destination)
        {
            foreach (var length in _lengths)
            {
                if (length <= destination.Length && _targets.TryGetValue(destination.AsSpan(0, length), out var targets))
                {
                    return targets;
                }
            }
            return null;
        }
    }
}
