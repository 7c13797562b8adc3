using System.Text;
using CarrierPay.Engine.Accounts;
using CarrierPay.Engine.Subscribers;

namespace CarrierPay.Engine.Tests.Accounts;

[TestFixture]
public sealed class ProvisionFileTests
{
    private const string Prepaid = """[{"kind":"prepaid","balance":1}]""";

    [TestCase("""{"subscribers":[{"msisdn":"12","sources":[{"kind":"airtime"}]}]}""", "subscribers[0].msisdn")]
    [TestCase("""{"subscribers":[{"sources":[{"kind":"airtime"}]}]}""", "subscribers[0].msisdn is missing")]
    [TestCase("""{"subscribers":[{"msisdn":"447700900123"}]}""", "subscribers[0].sources is missing")]
    [TestCase("""{"subscribers":[{"msisdn":"447700900123","sources":[]}]}""", "subscribers[0].sources")]
    [TestCase("""{"subscribers":[{"msisdn":"447700900123","imsi":"23415012345678X","sources":[{"kind":"airtime"}]}]}""", "subscribers[0].imsi must be 14 or 15 digits")]
    [TestCase("""{"subscribers":[{"msisdn":"447700900123","imsi":"2341501234567","sources":[{"kind":"airtime"}]}]}""", "subscribers[0].imsi")]
    [TestCase("""{"subscribers":[{"msisdn":"447700900123","pin":"1234","sources":[{"kind":"airtime"}]}]}""", "subscribers[0] has a key that is not known")]
    [TestCase("""{"subscribers":[{"msisdn":"447700900123","kyc":"secret","sources":[{"kind":"airtime"}]}]}""", "subscribers[0].kyc")]
    [TestCase("""{"subscribers":[{"msisdn":"447700900123","language":"xx","sources":[{"kind":"airtime"}]}]}""", "subscribers[0].language")]
    [TestCase("""{"subscribers":[{"msisdn":"447700900123","sources":[{"kind":"gold"}]}]}""", "subscribers[0].sources[0].kind")]
    [TestCase("""{"subscribers":[{"msisdn":"447700900123","sources":[{"kind":"prepaid","balance":-1}]}]}""", "subscribers[0].sources[0].balance")]
    [TestCase("""{"subscribers":[{"msisdn":"447700900123","sources":[{"kind":"prepaid","balance":1.5}]}]}""", "subscribers[0].sources[0].balance")]
    [TestCase("""{"subscribers":[{"msisdn":"447700900123","sources":[{"kind":"prepaid","balance":100001}]}]}""", "above the cap of 100000 for named")]
    [TestCase("""{"subscribers":[{"msisdn":"447700900123","sources":[{"kind":"bank","bank":"DEMO","account":"账号12345"}]}]}""", "subscribers[0].sources[0].account must be letters, digits and signs of ASCII")]
    [TestCase("""{"subscribers":[{"msisdn":"447700900123","sources":[{"kind":"airtime","balance":1}]}]}""", "subscribers[0].sources[0].balance does not belong")]
    [TestCase("""{"subscribers":[{"msisdn":"447700900123","sources":[{"kind":"airtime"},{"kind":"airtime"}]}]}""", "names a kind twice")]
    [TestCase("""{"subscribers":[{"msisdn":"447700900123","sources":[{"kind":"phone_bill"}]}]}""", "subscribers[0].sources[0].limit is missing")]
    [TestCase("""{"subscribers":[{"msisdn":"447700900123","sources":[{"kind":"phone_bill","limit":-1}]}]}""", "subscribers[0].sources[0].limit")]
    [TestCase("""{"subscribers":[{"msisdn":"447700900123","sources":[{"kind":"prepaid","limit":1}]}]}""", "subscribers[0].sources[0].limit does not belong")]
    [TestCase("""{"merchants":[{"keyword":"A","name":"A","quote_url":"http://a/"}]}""", "merchants[0].secret is missing")]
    [TestCase("""{"merchants":[{"keyword":"A","name":"A","notice_url":"http://a/"}]}""", "merchants[0].secret is missing")]
    [TestCase("""{"merchants":[{"keyword":"A","name":"A","quote_url":"file:///etc/passwd"}]}""", "merchants[0].quote_url")]
    [TestCase("""{"merchants":[{"keyword":"A","name":"A","secret":"whsec_short"}]}""", "merchants[0].secret must be")]
    [TestCase("""{"merchants":[{"keyword":"A","name":"A","products":[{"code":"X","price":0}]}]}""", "merchants[0].products[0].price")]
    [TestCase("""{"merchants":[{"keyword":"A","name":"A","products":[{"code":"X"}]}]}""", "needs a price for X")]
    [TestCase("""{"merchants":[{"keyword":"A","name":"A","contract":{"share_percent":"101"}}]}""", "share_percent")]
    [TestCase("""{"merchants":[{"keyword":"A","name":"A","contract":{"share_percent":"70","valid_from":"1.1.2026"}}]}""", "contract.valid_from must be a day")]
    [TestCase("""{"merchants":[{"keyword":"A","name":"A","contract":{"share_percent":"70","valid_until":"2026-12-31"}}]}""", "contract.valid_until needs a valid_from")]
    [TestCase("""{"merchants":[{"keyword":"A","name":"A","contract":{"share_percent":"70","valid_from":"2026-12-31","valid_until":"2026-12-31"}}]}""", "contract.valid_until needs a valid_from before it")]
    [TestCase("""{"merchants":[{"keyword":"A","name":"A"},{"keyword":"a","name":"B"}]}""", "merchants[1].keyword A stands already at merchants[0]")]
    [TestCase("""{"customers":[]}""", "the file has a key that is not known")]
    [TestCase("""[]""", "the file must be an object")]
    [TestCase("""{"subscribers":""", "not JSON")]
    public void An_error_names_its_place(string json, string expected)
    {
        var refused = Assert.Throws<ProvisionFileException>(() => Read(json));
        Assert.That(refused!.Message, Does.Contain(expected));
    }

    [Test]
    public void A_number_that_stands_twice_is_named_masked()
    {
        var refused = Assert.Throws<ProvisionFileException>(() => Read(
            $$"""{"subscribers":[{"msisdn":"447700900123","sources":{{Prepaid}}},{"msisdn":"+447700900123","sources":{{Prepaid}}}]}"""));

        Assert.That(refused!.Message, Does.Contain("subscribers[1].msisdn 447*******23 stands already at subscribers[0]"));
        Assert.That(refused.Message, Does.Not.Contain("447700900123"));
    }

    [Test]
    public void All_errors_are_given_at_once()
    {
        var refused = Assert.Throws<ProvisionFileException>(() => Read("""{"subscribers":[{"msisdn":"1","sources":[{"kind":"x"}]},{"msisdn":"2","sources":[{"kind":"y"}]}]}"""));

        Assert.That(refused!.Errors, Has.Count.EqualTo(4));
    }

    [Test]
    public void The_demo_of_the_scripts_is_right()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "CarrierPay.sln")))
            folder = folder.Parent;

        var file = ProvisionFile.Read(File.ReadAllBytes(Path.Combine(folder!.FullName, "scripts", "demo.json")), new AccountsOptions().ToLimits());
        Assert.That(file.Merchants, Is.Not.Empty);
    }

    private static ProvisionFile Read(string json) => ProvisionFile.Read(Encoding.UTF8.GetBytes(json), new AccountsOptions().ToLimits());
}
