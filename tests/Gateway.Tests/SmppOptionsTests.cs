namespace CarrierPay.SmppAdapter.Gateway.Tests;

public sealed class SmppOptionsTests
{
    [TestCase("500", "500", true)]
    [TestCase("500, 900", "900", true)]
    [TestCase("500", "900", false)]
    [TestCase("", "900", true)]
    public void A_link_serves_the_short_codes_that_it_names_or_all(string codes, string asked, bool serves) =>
        Assert.That(new LinkOptions { ShortCodes = codes }.Serves(asked), Is.EqualTo(serves));

    [Test]
    public void Each_wrong_setting_is_named()
    {
        var options = new SmppOptions { Links = [new() { Host = "", Port = 0, SystemId = "", Password = "far too long", WindowSize = 0 }] };

        var result = new SmppOptionsCheck().Validate(null, options);

        Assert.That(result.Failures, Has.Exactly(5).Items);
        foreach (var setting in new[] { "Host", "Port", "SystemId", "Password", "WindowSize" })
            Assert.That(result.FailureMessage, Does.Contain($"CarrierPay:Smpp:Links:0:{setting}"));
    }

    [Test]
    public void An_engine_without_a_link_does_not_start() =>
        Assert.That(new SmppOptionsCheck().Validate(null, new()).FailureMessage, Does.Contain("CarrierPay:Smpp:Links"));
}
