using System.Reflection;

namespace CarrierPay.Admin.Tests;

/// <summary>What Admin's README says is so.</summary>
[TestFixture]
public sealed class ReadmeTests
{
    [Test]
    public void Every_setting_of_Admin_is_listed_with_its_default()
    {
        var text = File.ReadAllText(Path.Combine(Repository.Root(), "Admin", "README.md"));
        var defaults = new AdminOptions();
        foreach (var property in typeof(AdminOptions).GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly))
        {
            var value = property.GetValue(defaults) is bool flag ? flag ? "true" : "false" : $"{property.GetValue(defaults)}";
            Assert.That(text, Does.Contain($"| `CarrierPay__Admin__{property.Name}` | `{value}` |"));
        }
    }
}

internal static class Repository
{
    public static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "CarrierPay.sln")))
            folder = folder.Parent ?? throw new InvalidOperationException("The tests do not run below the sources.");
        return folder.FullName;
    }
}
