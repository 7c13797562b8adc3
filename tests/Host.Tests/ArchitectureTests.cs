using System.Reflection;
using ArchUnitNET.Domain;
using ArchUnitNET.Fluent.Syntax.Elements.Types;
using ArchUnitNET.Loader;
using CarrierPay.Engine.Primitives;
using CarrierPay.Simulator;
using CarrierPay.SmppAdapter.Gateway;
using CarrierPay.SmppAdapter.Session;
using Assembly = System.Reflection.Assembly;
using static ArchUnitNET.Fluent.ArchRuleDefinition;

namespace CarrierPay.Engine.Host.Tests;

/// <summary>The arrows between the projects: Host to Gateway to SmppAdapter and Engine, the simulator to protocols only.</summary>
[TestFixture]
public sealed class ArchitectureTests
{
    private const string Ours = "CarrierPay.";
    private static readonly Assembly EngineAssembly = typeof(Money).Assembly;
    private static readonly Assembly SmppAssembly = typeof(SmppEventIds).Assembly;
    private static readonly Assembly GatewayAssembly = typeof(GatewayEventIds).Assembly;
    private static readonly Assembly HostAssembly = typeof(EngineHost).Assembly;
    private static readonly Assembly SimulatorAssembly = typeof(SimulatorApp).Assembly;

    private static readonly Architecture All =
        new ArchLoader().LoadAssemblies(EngineAssembly, SmppAssembly, GatewayAssembly, HostAssembly, SimulatorAssembly).Build();

    [Test]
    public void The_adapter_references_nothing_of_ours() => Assert.That(References(SmppAssembly), Is.Empty);

    [Test]
    public void The_engine_references_nothing_of_ours() => Assert.That(References(EngineAssembly), Is.Empty);

    [Test]
    public void Only_the_gateway_sees_adapter_and_engine()
    {
        Assert.That(References(GatewayAssembly), Is.SupersetOf(new[] { EngineAssembly.GetName().Name, SmppAssembly.GetName().Name }));
        Assert.That(References(HostAssembly), Has.No.Member(SmppAssembly.GetName().Name));
    }

    [Test]
    public void The_simulator_names_only_protocols_and_primitives_of_the_engine() => Check(
        Types().That().ResideInNamespaceMatching(@"^CarrierPay\.Simulator(\..*)?$").Should()
            .NotDependOnAny(Types().That().ResideInNamespaceMatching(@"^CarrierPay\.Engine\.(?!Protocols|Primitives)\w+(\..*)?$")
                .Or().ResideInNamespaceMatching(@"^CarrierPay\.Engine$").Or().ResideInNamespaceMatching(@"^CarrierPay\.SmppAdapter\.Gateway(\..*)?$")));

    [Test]
    public void No_number_of_a_log_line_is_used_twice()
    {
        var ids = new[] { typeof(EventIds), typeof(SmppEventIds), typeof(GatewayEventIds) }
            .SelectMany(type => type.GetFields(BindingFlags.Public | BindingFlags.Static)).Where(f => f.IsLiteral)
            .Select(f => (Name: $"{f.DeclaringType!.Name}.{f.Name}", Id: (int)f.GetRawConstantValue()!));
        Assert.That(ids.GroupBy(i => i.Id).Where(g => g.Count() > 1).Select(g => string.Join(", ", g)), Is.Empty);
    }

    private static IEnumerable<string?> References(Assembly assembly) =>
        assembly.GetReferencedAssemblies().Select(a => a.Name).Where(n => n!.StartsWith(Ours, StringComparison.Ordinal));

    private static void Check(TypesShouldConjunction rule) => Assert.That(rule.Evaluate(All).Where(r => !r.Passed).Select(r => r.Description), Is.Empty);
}
