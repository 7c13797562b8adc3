using CarrierPay.SmppAdapter.Receipts;
using CarrierPay.SmppAdapter.Text;
using Microsoft.Extensions.Configuration;

namespace CarrierPay.SmppAdapter.Gateway.Tests;

[TestFixture]
public sealed class SmppOptionsTests
{
    private static SmppGatewayLink Link() => new() { Host = "smsc.example", Port = 2775, SystemId = "carrierpay", Password = "secret", ShortCodes = "500, 501" };

    [Test]
    public void Good_settings_pass() => Assert.That(Check(Link()), Is.Empty);

    [Test]
    public void Every_fault_names_its_setting()
    {
        var link = Link();
        (link.Host, link.Port, link.SystemId, link.Password, link.ShortCodes, link.WindowSize, link.ResponseTimeout) = ("", 0, "", "too long a password", "500;501", 0, TimeSpan.Zero);
        var failures = Check(Link(), link);
        foreach (var setting in new[] { "Host", "Port", "SystemId", "Password", "ShortCodes", "WindowSize", "ResponseTimeout" })
            Assert.That(failures, Has.Some.StartsWith($"CarrierPay:Smpp:Links:1:{setting}"), setting);
        Assert.That(failures, Has.None.Contain("too long a password"));
    }

    [TestCase("its_session_info")]
    [TestCase("Vendor_Abort")]
    [TestCase("none")]
    [TestCase("user_message_reference")]
    public void A_kind_of_USSD_gateway_is_named(string profile)
    {
        var link = Link();
        link.UssdProfile = profile;
        Assert.That(Check(link), Is.Empty);
        Assert.That(link.Profile(out _)!.Name, Is.EqualTo(profile).IgnoreCase);
    }

    [Test]
    public void A_kind_of_USSD_gateway_that_is_none_is_named_with_its_setting()
    {
        var link = Link();
        link.UssdProfile = "hauwei";
        Assert.That(Check(link), Has.One.StartsWith("CarrierPay:Smpp:Links:0:UssdProfile is \"hauwei\"; it must be its_session_info,"));
    }

    [Test]
    public void What_a_USSD_gateway_does_otherwise_is_checked_and_named()
    {
        var link = Link();
        (link.UssdProfile, link.Ussd.EndOp, link.Ussd.MaxSeptets, link.UssdFollowsAfter) = ("none", "17", 500, TimeSpan.Zero);
        var failures = Check(link);
        foreach (var setting in new[] { "Ussd:EndOp", "Ussd:MaxSeptets", "UssdFollowsAfter" })
            Assert.That(failures, Has.Some.StartsWith($"CarrierPay:Smpp:Links:0:{setting}"), setting);
    }

    [Test]
    public void Without_a_link_the_start_fails() => Assert.That(Check(), Has.One.StartsWith("CarrierPay:Smpp:Links "));

    [Test]
    public void A_trace_without_a_folder_or_of_a_link_that_is_not_there_fails_the_start()
    {
        var options = new SmppOptions();
        options.Links.Add(Link());
        options.Trace = new() { Links = "south", Msisdns = "PAY" };

        var failures = new SmppOptionsCheck().Validate(null, options).Failures;

        Assert.That(failures, Has.One.StartsWith("CarrierPay:Smpp:Trace:Directory").And.One.StartsWith("CarrierPay:Smpp:Trace:Links: there is no link south")
            .And.One.StartsWith("CarrierPay:Smpp:Trace:Msisdns"));
    }

    [Test]
    public void What_cannot_be_read_is_named_together_with_all_other_faults()
    {
        var failures = Read(
            ("Links:0:Port", "many"), ("Links:0:SystemId", ""), ("Links:0:Prot", "2775"), ("Links:0:Receipts", "Sometimes"), ("Links:0:ResponseTimeout", "soon"),
            ("Links:0:StripIdZeros", "perhaps"), ("Links:0:ReceiptParameterIds", "7"), ("FlodLimit", "7"), ("FloodLimit", "0"), ("Routes:0:Prefix", "+44"), ("Routes:0:Smscs", "north"));
        foreach (var setting in new[]
        {
            "Links:0:Port", "Links:0:SystemId", "Links:0:Prot", "Links:0:Receipts", "Links:0:ResponseTimeout", "Links:0:StripIdZeros", "Links:0:ReceiptParameterIds", "FlodLimit",
            "FloodLimit", "Routes:0:Prefix", "Routes:0:Smscs",
        })
            Assert.That(failures, Has.Some.StartsWith($"CarrierPay:Smpp:{setting}"), setting);
        Assert.That(failures, Has.Some.Contain("one of None, All, Failures").And.Some.Contain("a duration such as").And.Some.Contain("there are smsc."));
    }

    [Test]
    public void Good_settings_are_read_as_they_are_written()
    {
        var options = new SmppOptions();
        SettingsReader.Read(
            Section(
                ("Links:0:Host", "smsc.example"), ("Links:0:Port", "2776"), ("Links:0:Receipts", "all"), ("Links:0:ResponseIds", "Hexadecimal"), ("Links:0:ReceiptParameterIds", "Decimal"),
                ("Links:0:Languages", "Turkish, Urdu"), ("Links:0:LongTexts", "Udh16"), ("Links:1:Smsc", "north"), ("Routes:0:Smscs", "north, smsc"), ("Routes:0:ShortCodes", "500,501"),
                ("FailoverAfter", "00:00:05"), ("Trace:MaxFiles", "3")),
            options, options.Faults);
        Assert.That(options.Faults, Is.Empty);
        var link = options.Links[0];
        Assert.That((link.Host, link.Port, link.Receipts, options.Links[1].Smsc), Is.EqualTo(("smsc.example", 2776, WantedReceipts.All, "north")));
        Assert.That((link.ToMessageIdPolicy().Response, link.ToMessageIdPolicy().Parameter), Is.EqualTo((MessageIdForm.Hexadecimal, (MessageIdForm?)MessageIdForm.Decimal)));
        Assert.That((link.ToSplitOptions().ReferenceSize, link.ToSplitOptions().Languages), Is.EqualTo((ReferenceSize.Sixteen, new[] { NationalLanguage.Turkish, NationalLanguage.Urdu })));
        Assert.That((options.FailoverAfter, options.Trace.MaxFiles), Is.EqualTo((TimeSpan.FromSeconds(5), 3)));
        Assert.That(options.Routes[0].ToRoutes(s => s).Select(r => (r.ShortCode, string.Join(' ', r.Targets))), Is.EqualTo(new[] { ("500", "north smsc"), ("501", "north smsc") }));
    }

    [TestCase("Languages", "Klingon", "Klingon")]
    [TestCase("Languages", "3", "'3'")]
    [TestCase("DefaultAlphabet", "Ucs2", "Gsm, GsmPacked")]
    [TestCase("Smsc", "no spaces", "name of letters")]
    [TestCase("MaxParts", "0", "")]
    [TestCase("MaxParts", "256", "")]
    public void Wrong_wishes_for_texts_are_named(string setting, string value, string said) =>
        Assert.That(Read(($"Links:0:{setting}", value)), Has.Some.StartsWith($"CarrierPay:Smpp:Links:0:{setting}").And.Some.Contain(said));

    [Test]
    public void Tables_of_a_language_need_the_gsm_alphabet() =>
        Assert.That(Read(("Links:0:Languages", "Turkish"), ("Links:0:DefaultAlphabet", "Latin1")), Has.One.StartsWith("CarrierPay:Smpp:Links:0:Languages"));

    [Test]
    public void One_smsc_writes_its_ids_in_one_way() =>
        Assert.That(Read(("Links:1:SystemId", "x"), ("Links:1:FoldIdCase", "true")), Has.One.StartsWith("CarrierPay:Smpp:Links:1:Smsc"));

    [Test]
    public void Wrong_routes_are_named()
    {
        var failures = Read(("Routes:0:Smscs", "smsc"), ("Routes:1:Smscs", ""), ("Routes:2:Smscs", "smsc,smsc"), ("Routes:3:Prefix", "44"), ("Routes:3:Smscs", "smsc,moon"));
        foreach (var setting in new[] { "Routes:1:Smscs", "Routes:2 is for the same messages", "Routes:2 names an SMSC twice", "Routes:3:Smscs names 'moon'" })
            Assert.That(failures, Has.Some.StartsWith($"CarrierPay:Smpp:{setting}"), setting);
        Assert.That(failures, Has.None.StartsWith("CarrierPay:Smpp:Routes:0"));
    }

    /// <summary>Faults of these settings, with a link 0 that is right where they say nothing.</summary>
    private static List<string> Read(params (string Name, string Value)[] settings)
    {
        var options = new SmppOptions();
        SettingsReader.Read(Section([.. new[] { ("Links:0:SystemId", "carrierpay") }.Where(s => !settings.Any(own => own.Name == s.Item1)), .. settings]), options, options.Faults);
        return [.. new SmppOptionsCheck().Validate(null, options).Failures ?? []];
    }

    private static IConfigurationSection Section(params (string Name, string Value)[] settings) => new ConfigurationBuilder()
        .AddInMemoryCollection(settings.ToDictionary(s => $"{SmppOptions.Section}:{s.Name}", s => (string?)s.Value)).Build().GetSection(SmppOptions.Section);

    private static List<string> Check(params SmppGatewayLink[] links)
    {
        var options = new SmppOptions();
        foreach (var link in links)
            options.Links.Add(link);
        return [.. new SmppOptionsCheck().Validate(null, options).Failures ?? []];
    }
}
