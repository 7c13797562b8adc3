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

    private static List<string> Check(params SmppGatewayLink[] links)
    {
        var options = new SmppOptions();
        foreach (var link in links)
            options.Links.Add(link);
        return [.. new SmppOptionsCheck().Validate(null, options).Failures ?? []];
    }
}
