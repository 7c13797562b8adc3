using CarrierPay.SmppAdapter.Routing;
using CsCheck;

namespace CarrierPay.SmppAdapter.Tests.Routing;

[TestFixture]
public sealed class RouteTableTests
{
    private static readonly RouteTable<string> Table = new(
    [
        new("", "", ["any"]),
        new("44", "", ["british", "any"]),
        new("447700", "", ["mobile"]),
        new("", "500", ["payments"]),
        new("44", "501", ["codes"]),
    ]);

    [TestCase("8613800138000", "777", "any")]
    [TestCase("442012345678", "777", "british,any")]
    [TestCase("447700900123", "777", "mobile")]
    [TestCase("447700", "777", "mobile")]
    [TestCase("44770", "777", "british,any")]
    [TestCase("4", "777", "any")]
    [TestCase("", "777", "any")]
    [TestCase("447700900123", "500", "payments", TestName = "Short_code_goes_before_prefix")]
    [TestCase("447700900123", "501", "codes", TestName = "Prefix_and_short_code")]
    [TestCase("8613800138000", "501", "any", TestName = "Short_code_with_another_prefix_falls_back_to_any_short_code")]
    public void Route_that_fits_closest_is_found(string destination, string shortCode, string expected) =>
        Assert.That(string.Join(',', Table.Find(destination, shortCode)!), Is.EqualTo(expected));

    [Test]
    public void Without_a_route_that_fits_there_is_none() => Assert.That(new RouteTable<string>([new("44", "", ["british"])]).Find("8613800138000", "500"), Is.Null);

    [Test]
    public void Every_fault_is_named_with_its_route()
    {
        SmscRoute<string>[] routes = [new("44", "500", ["a"]), new("+44", "", ["a"]), new("45", "", []), new("46", "", ["a", "b", "a"]), new("44", "500", ["b"])];
        Assert.That(RouteFaults.Of(routes).Select(f => f.Route), Is.EqualTo(new[] { 1, 2, 3, 4 }));
        Assert.That(() => new RouteTable<string>(routes), Throws.ArgumentException.With.Message.Contain("Route 4 is for the same messages as a route before it"));
    }

    [Test]
    public void Table_finds_what_a_walk_through_all_routes_finds()
    {
        var prefix = Gen.Int[0, 2].Array[0, 3].Select(digits => string.Concat(digits));
        var code = Gen.Int[0, 2].Select(i => i == 0 ? "" : $"50{i}");
        Gen.Select(Gen.Select(prefix, code).Array[0, 12], prefix.Array[1, 2].Select(string.Concat), code).Sample((keys, destination, shortCode) =>
        {
            var routes = keys.Distinct().Select((k, i) => new SmscRoute<int>(k.Item1, k.Item2, [i])).ToList();
            var expected = routes.Where(r => destination.StartsWith(r.Prefix, StringComparison.Ordinal) && (r.ShortCode.Length == 0 || r.ShortCode == shortCode))
                .OrderByDescending(r => r.ShortCode.Length).ThenByDescending(r => r.Prefix.Length).FirstOrDefault();
            return new RouteTable<int>(routes).Find(destination, shortCode)?[0] == expected?.Targets[0];
        });
    }
}
