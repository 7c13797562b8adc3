using CarrierPay.SmppAdapter.Routing;

namespace CarrierPay.SmppAdapter.Gateway;

/// <summary>All SMSCs, and which of them a message goes to.</summary>
internal sealed class Smscs
{
    /// <summary>Short codes are typed by subscribers: those that no link names share one order.</summary>
    private readonly Dictionary<string, IReadOnlyList<Smsc>> _otherwise = [];
    private readonly IReadOnlyList<Smsc> _inOrder;
    private readonly RouteTable<Smsc> _routes;

    /// <param name="routes">As they are set; checked before.</param>
    public Smscs(IEnumerable<GatewayLink> links, IEnumerable<SmppRoute> routes)
    {
        _inOrder = [.. links.GroupBy(l => l.Options.Smsc).Select(g => new Smsc(g.Key, [.. g]))];
        _routes = new(routes.SelectMany(r => r.ToRoutes(name => _inOrder.Single(s => s.Name == name))));
        foreach (var code in _inOrder.SelectMany(s => s.Links).SelectMany(l => l.ShortCodes))
            _otherwise[code] = [.. _inOrder.OrderByDescending(s => s.Serves(code))];
    }

    /// <summary>In the order in which their links are set.</summary>
    public IReadOnlyList<Smsc> All => _inOrder;

    /// <summary>The SMSCs for a message in order of preference: by its route; without one all of them, first those with a link for the short code.</summary>
    public IReadOnlyList<Smsc> Find(string destination, string shortCode) =>
        _routes.Find(destination, shortCode) ?? _otherwise.GetValueOrDefault(shortCode, _inOrder);
}
