using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace CarrierPay.Simulator.Tests;

[TestFixture]
public sealed class ReadmeTests
{
    [Test]
    public async Task The_examples_of_the_README_work_in_their_order()
    {
        foreach (var tool in new[] { "bash", "curl", "openssl" })
            if (!Environment.GetEnvironmentVariable("PATH")!.Split(':').Any(folder => File.Exists(Path.Combine(folder, tool))))
                Assert.Ignore($"{tool} is not installed");
        await using var simulator = await SimulatorApp.StartAsync();
        var script = Examples(await File.ReadAllTextAsync(Path.Combine(Folder(), "../Simulator/README.md")))
            .Replace("http://127.0.0.1:5090", simulator.WebAddress.ToString().TrimEnd('/'), StringComparison.Ordinal)
            .Replace("/dev/tcp/127.0.0.1/8583", $"/dev/tcp/127.0.0.1/{simulator.BankPort}", StringComparison.Ordinal);

        using var bash = Process.Start(new ProcessStartInfo("bash", "-s") { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        await bash.StandardInput.WriteAsync(script);
        bash.StandardInput.Close();
        var output = await bash.StandardOutput.ReadToEndAsync();

        Assert.That(output, Does.Contain("""{"status":"ok"}""").And.Contain("""{"id":1,"state":"accepted"}""").And.Contain("event: message"));
        Assert.That(output, Does.Contain(""","dialled":"*500#","pushed":false,"state":"waiting","""));
        Assert.That(output, Does.Contain("""{"kind":"submitStatus","remaining":3,"delayMs":null,"status":"0x58","value":null}"""));
        Assert.That(output, Does.Contain("""{"price":1250,"currency":"EUR","validUntil":""").And.Contain("\"signature\":\"verified\""));
        Assert.That(output, Does.Contain("112316000500000100001").And.Contain("TERM000197822DE89370400440532013000").And.Contain("\"amount\":-1250,"), "the bank's own octets");
        Assert.That(output, Does.Not.Contain("\"code\":"), "an example was refused");
        Assert.That(simulator.Faults.All, Is.Empty);
    }

    /// <summary>The lines of all sh blocks but the one that starts the simulator.</summary>
    private static string Examples(string readme)
    {
        var lines = new List<string>();
        var inside = false;
        foreach (var line in readme.Split('\n'))
        {
            if (line.StartsWith("```", StringComparison.Ordinal)) inside = line == "```sh";
            else if (inside && !line.StartsWith("dotnet run", StringComparison.Ordinal)) lines.Add(line);
        }
        return string.Join('\n', lines) + "\n";
    }

    private static string Folder([CallerFilePath] string here = "") => Path.GetDirectoryName(here)!;
}
