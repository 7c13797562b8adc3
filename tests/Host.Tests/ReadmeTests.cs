using System.Reflection;
using System.Text.RegularExpressions;
using CarrierPay.Engine.Funding.Airtime;
using CarrierPay.Engine.Funding.Bank;
using CarrierPay.Engine.Lanes;
using CarrierPay.Engine.Merchants;
using CarrierPay.Engine.Merchants.Notices;
using CarrierPay.Engine.Settlement;
using CarrierPay.Engine.Settlement.Files;
using CarrierPay.Engine.Storage;
using CarrierPay.Engine.Subscribers;
using CarrierPay.Simulator.Phones;
using CarrierPay.SmppAdapter.Gateway;

namespace CarrierPay.Engine.Host.Tests;

/// <summary>What README says is so.</summary>
[TestFixture, Parallelizable]
public sealed partial class ReadmeTests
{
    private static readonly string Text = File.ReadAllText(Path.Combine(RepositoryRoot(), "README.md"));

    [Test]
    public async Task The_conversation_is_what_a_phone_shows()
    {
        var lines = Conversation().Match(Text).Groups["lines"].Value.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        await using var stage = await Stage.SetAsync(phones: 1);
        await stage.StartEngineAsync();
        var phone = stage.Phones[0];
        var code = "";
        var seen = 0;
        foreach (var line in lines)
        {
            var words = line[14..].Trim();
            if (line.StartsWith("Alice", StringComparison.Ordinal))
            {
                seen = stage.Simulator.Smsc.Send(phone, "500", Code().Replace(words, code)).Message!.Seq;
                continue;
            }
            PhoneMessage? answer = null;
            await Eventually.True(() => (answer = phone.MessagesAfter(seen).FirstOrDefault(m => m.Direction == MessageDirection.In)) is not null, $"an answer as {words}");
            Assert.That(Shape(answer!.Text), Is.EqualTo(Shape(words)));
            code = Code().Match(answer.Text) is { Success: true } found ? found.Value : code;
        }
        Assert.That(lines, Has.Length.EqualTo(6));
    }

    [Test]
    public void Every_setting_of_the_engine_is_listed()
    {
        var settings = new (string Section, Type Options)[]
        {
            (DatabaseOptions.Section, typeof(DatabaseOptions)), (InstallationOptions.Section, typeof(InstallationOptions)), (SecretsOptions.Section, typeof(SecretsOptions)),
            (PaymentsOptions.Section, typeof(PaymentsOptions)), (AccountsOptions.Section, typeof(TierOptions)), (MerchantsOptions.Section, typeof(MerchantsOptions)), (NoticesOptions.Section, typeof(NoticesOptions)),
            ("CarrierPay:Lanes", typeof(LanesOptions)), (SmppOptions.Section, typeof(SmppOptions)), (SmppOptions.Section, typeof(SmppGatewayLink)), (SmppOptions.Section, typeof(SmppRoute)), ($"{SmppOptions.Section}:{nameof(SmppOptions.Trace)}", typeof(SmppTraceOptions)),
            (SettlementOptions.Section, typeof(SettlementOptions)), (RatedFilesOptions.Section, typeof(RatedFilesOptions)), (RatedFilesOptions.Section, typeof(SftpOptions)), (JobsOptions.Section, typeof(JobsOptions)),
        };
        string[] notSet = [nameof(SmppOptions.Links), nameof(SmppOptions.Routes), nameof(SmppOptions.Trace), nameof(SmppGatewayLink.Ussd), nameof(LanesOptions.ClockOffset), nameof(RatedFilesOptions.Sftp)];
        foreach (var (section, options) in settings)
        {
            var row = section.Replace(":", "__", StringComparison.Ordinal);
            Assert.That(Text, Does.Contain(row));
            foreach (var property in options.GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly).Where(p => !notSet.Contains(p.Name)))
                Assert.That(Text, Does.Match($@"{row}.*__{property.Name}`"), $"{row}__{property.Name} is not in README");
        }
    }

    [TestCase(typeof(OcsOptions))]
    [TestCase(typeof(BankOptions))]
    public void Every_setting_of_a_rail_is_listed_in_the_folder_of_funding(Type options)
    {
        var text = File.ReadAllText(Path.Combine(RepositoryRoot(), "Engine", "Funding", "README.md"));
        foreach (var property in options.GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly))
            Assert.That(text, Does.Match($@"\| .*`(\w+__)*{property.Name}(__|`)"), $"{property.Name} is not in the README");
    }

    // Codes, references and times differ from run to run.
    private static string Shape(string text) => Time().Replace(Reference().Replace(Code().Replace(text, "Y code"), "Ref x"), "time");

    private static string RepositoryRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "CarrierPay.sln")))
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("CarrierPay.sln is in no folder above this test.");
        return folder;
    }

    [GeneratedRegex(@"```\n(?<lines>Alice[^`]*)```")]
    private static partial Regex Conversation();

    [GeneratedRegex(@"\bY \d{4}\b")]
    private static partial Regex Code();

    [GeneratedRegex(@"Ref \w{6}")]
    private static partial Regex Reference();

    [GeneratedRegex(@"(\d\d/\d\d )?\d\d:\d\d")]
    private static partial Regex Time();
}
