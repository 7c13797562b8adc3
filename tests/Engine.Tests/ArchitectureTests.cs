using ArchUnitNET.Domain;
using ArchUnitNET.Fluent.Syntax.Elements.Types;
using ArchUnitNET.Loader;
using CarrierPay.Engine.Merchants.Notices;
using CarrierPay.Engine.Primitives;
using Type = System.Type;
using static ArchUnitNET.Fluent.ArchRuleDefinition;

namespace CarrierPay.Engine.Tests;

/// <summary>The arrows inside the engine: a folder names only folders above it.</summary>
[TestFixture]
public sealed class ArchitectureTests
{
    /// <summary>From top to bottom, as the style guide lists them.</summary>
    private static readonly string[] Folders =
    [
        "Primitives", "Storage", "Staff", "Protocols", "Ledger", "Messaging", "Subscribers", "Lanes", "Merchants", "Funding", "Accounts", "Payments",
        "Conversations", "Settlement",
    ];

    private static readonly Architecture Engine = new ArchLoader().LoadAssemblies(typeof(Money).Assembly).Build();

    [Test]
    public void A_folder_names_only_folders_above_it([ValueSource(nameof(Folders))] string folder)
    {
        var below = Folders.SkipWhile(f => f != folder).Skip(1).ToArray();
        Forbid(folder, below);
        // The root holds Decisions, which names every use case: nobody names it.
        var root = Types().That().ResideInNamespaceMatching(Namespace(folder)).Should().NotDependOnAny(Types().That().ResideInNamespaceMatching(@"^CarrierPay\.Engine$"));
        Assert.That(Arrows(root), Is.Empty);
    }

    /// <summary>A rule that matched nothing would always hold: here is an arrow that it must see.</summary>
    [Test]
    public void An_arrow_is_seen() => Assert.That(Arrows("Payments", "Subscribers"), Is.Not.Empty);

    [Test]
    public void Protocols_name_nothing_of_ours_but_Primitives() => Forbid("Protocols", [.. Folders.Except(["Primitives", "Protocols"])]);

    [Test]
    public void Messaging_knows_no_payment_and_no_database() => Forbid("Messaging", ["Storage", "Ledger", .. Folders.SkipWhile(f => f != "Subscribers")]);

    [Test]
    public void The_nouns_of_a_subscriber_know_no_database() => Forbid("Subscribers", ["Storage"]);

    [Test]
    public void Every_folder_has_its_place_in_the_order()
    {
        var found = Engine.Types.Select(t => t.Namespace?.FullName ?? "").Where(n => n.StartsWith("CarrierPay.Engine.", StringComparison.Ordinal))
            .Select(n => n.Split('.')[2]).Distinct();
        Assert.That(found, Is.SubsetOf(Folders));
    }

    [Test]
    public void No_double_or_float_comes_near_money()
    {
        string[] folders = ["Ledger", "Subscribers", "Merchants", "Funding", "Accounts", "Payments", "Conversations", "Settlement"];
        // Chance spreads the pauses between two attempts; there is no amount in it.
        Type[] aboutTime = [typeof(NoticeSchedule)];
        var money = typeof(Money).Assembly.GetTypes().Except(aboutTime).Where(t => t == typeof(Money) || t == typeof(Currency)
            || (t.Namespace is { } n && folders.Any(f => n.StartsWith($"CarrierPay.Engine.{f}", StringComparison.Ordinal))));
        const System.Reflection.BindingFlags all =
            System.Reflection.BindingFlags.Public | System.Reflection.BindingFlags.NonPublic | System.Reflection.BindingFlags.Static
            | System.Reflection.BindingFlags.Instance | System.Reflection.BindingFlags.DeclaredOnly;
        var members = money.SelectMany(type => type.GetFields(all).Select(f => (Place: $"{type}.{f.Name}", Type: f.FieldType))
            .Concat(type.GetProperties(all).Select(p => (Place: $"{type}.{p.Name}", Type: p.PropertyType)))
            .Concat(type.GetMethods(all).SelectMany(m => m.GetParameters().Append(m.ReturnParameter).Select(p => (Place: $"{type}.{m.Name}", Type: p.ParameterType))
                .Concat(m.GetMethodBody()?.LocalVariables.Select(l => (Place: $"{type}.{m.Name}", Type: l.LocalType)) ?? []))));
        Assert.That(members.Where(m => IsFloating(m.Type)).Select(m => m.Place).Distinct(), Is.Empty);
    }

    private static bool IsFloating(Type type) =>
        type == typeof(double) || type == typeof(float) || (type.HasElementType && IsFloating(type.GetElementType()!)) || type.GetGenericArguments().Any(IsFloating);

    private static void Forbid(string folder, string[] others) =>
        Assert.That(others.SelectMany(other => Arrows(folder, other)), Is.Empty);

    private static IEnumerable<string> Arrows(string folder, string other) => Arrows(
        Types().That().ResideInNamespaceMatching(Namespace(folder)).Should().NotDependOnAny(Types().That().ResideInNamespaceMatching(Namespace(other))));

    private static IEnumerable<string> Arrows(TypesShouldConjunction rule) =>
        rule.WithoutRequiringPositiveResults().Evaluate(Engine).Where(r => !r.Passed).Select(r => r.Description);

    private static string Namespace(string folder) => $@"^CarrierPay\.Engine\.{folder}(\..*)?$";
}
