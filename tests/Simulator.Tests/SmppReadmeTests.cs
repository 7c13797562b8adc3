using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.Loader;
using CarrierPay.SmppAdapter.Session;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace CarrierPay.Simulator.Tests;

/// <summary>The first example of the SMPP library's README, compiled as it stands there and run against the simulator.</summary>
[TestFixture]
[NonParallelizable] // It takes the console.
public sealed class SmppReadmeTests
{
    private const string Usings = "using System; using System.Linq; using System.Threading.Tasks;\n";

    [Test]
    public async Task The_example_of_the_SMPP_README_sends_a_long_Chinese_text_and_prints_its_receipts()
    {
        await using var simulator = await SimulatorApp.StartAsync();
        var example = FirstExample(await File.ReadAllTextAsync(Path.Combine(Folder(), "../../SmppAdapter/README.md")))
            .Replace("2775", simulator.SmscPort.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);

        var printed = await RunAsync(Compile(example));

        var message = simulator.Phones["8613800138000"].MessagesAfter(0).Single();
        Assert.That(message.Text, Is.EqualTo(string.Concat(Enumerable.Repeat("您的咖啡已付款，谢谢惠顾。", 12))));
        Assert.That(message.Parts, Is.EqualTo(3));
        Assert.That(printed.Count(line => line.StartsWith("Responded ROK, id ", StringComparison.Ordinal)), Is.EqualTo(3));
        Assert.That(printed.Count(line => line.StartsWith("Receipt ", StringComparison.Ordinal) && line.EndsWith(" is Delivered", StringComparison.Ordinal)), Is.EqualTo(3));
    }

    internal static string FirstExample(string readme)
    {
        const string Start = "```csharp\n";
        var start = readme.IndexOf(Start, StringComparison.Ordinal) + Start.Length;
        return readme[start..readme.IndexOf("```", start, StringComparison.Ordinal)];
    }

    internal static Assembly Compile(string program)
    {
        var platform = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator);
        var references = platform.Append(typeof(SmppClientLink).Assembly.Location).Distinct().Select(path => MetadataReference.CreateFromFile(path));
        var compilation = CSharpCompilation.Create("ReadmeExample", [CSharpSyntaxTree.ParseText(Usings + program)], references);
        using var octets = new MemoryStream();
        var result = compilation.Emit(octets);
        Assert.That(result.Diagnostics.Where(d => d.Severity == DiagnosticSeverity.Error), Is.Empty, "the example compiles");
        octets.Position = 0;
        // In a context of its own: every example has the same name.
        return new AssemblyLoadContext(name: null).LoadFromStream(octets);
    }

    /// <summary>What the program prints until it ends.</summary>
    internal static async Task<IReadOnlyList<string>> RunAsync(Assembly program)
    {
        var console = Console.Out;
        await using var printed = new StringWriter();
        Console.SetOut(printed);
        try
        {
            // The entry point waits for the program; on a thread of its own, and not for ever.
            await Task.Run(() => program.EntryPoint!.Invoke(null, [Array.Empty<string>()])).WaitAsync(TimeSpan.FromSeconds(30));
        }
        finally
        {
            Console.SetOut(console);
        }
        return printed.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    }

    internal static string Folder([CallerFilePath] string here = "") => Path.GetDirectoryName(here)!;
}
