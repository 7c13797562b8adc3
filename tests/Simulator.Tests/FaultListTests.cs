using System.Net;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.RegularExpressions;
using CarrierPay.Simulator.Smsc;

namespace CarrierPay.Simulator.Tests;

/// <summary>The page, the README and the code know the same faults.</summary>
[TestFixture]
public sealed partial class FaultListTests
{
    [Test]
    public void Every_fault_can_be_ordered_by_one_word() =>
        Assert.That(FaultOrder.All.Select(fault => fault.Kind), Is.EquivalentTo(Enum.GetValues<FaultKind>()));

    [Test]
    public async Task Every_fault_is_in_the_README()
    {
        var readme = await File.ReadAllTextAsync(Path.Combine(Folder(), "../Simulator/README.md"));

        foreach (var (_, group, name) in FaultOrder.All)
            Assert.That(readme, Does.Contain($"| `{{\"{group}\":\"{name}\""));
    }

    [Test]
    public async Task Every_fault_of_the_page_can_be_ordered()
    {
        await using var simulator = await SimulatorApp.StartAsync();
        using var http = new HttpClient { BaseAddress = simulator.WebAddress };
        var orders = Order().Matches(await http.GetStringAsync("/")).Select(match => match.Groups[1].Value).ToArray();

        Assert.That(orders, Has.Length.GreaterThan(20));
        foreach (var order in orders)
        {
            using var response = await http.PostAsync("/api/faults", new StringContent(order, Encoding.UTF8, "application/json"));
            Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.Accepted), order);
        }
    }

    [GeneratedRegex("<option value='({[^']*})'")]
    private static partial Regex Order();

    private static string Folder([CallerFilePath] string here = "") => Path.GetDirectoryName(here)!;
}
