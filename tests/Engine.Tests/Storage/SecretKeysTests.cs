using System.Text;
using CarrierPay.Engine.Storage;

namespace CarrierPay.Engine.Tests.Storage;

[TestFixture]
public sealed class SecretKeysTests
{
    private string _folder = null!;

    [SetUp]
    public void MakeFolder() => _folder = Path.Combine(Directory.CreateTempSubdirectory("carrierpay-test").FullName, "keys");

    [TearDown]
    public void RemoveFolder() => Directory.Delete(Path.GetDirectoryName(_folder)!, recursive: true);

    [Test]
    public async Task Those_who_start_together_agree_on_the_keys()
    {
        var keys = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => new SecretKeys(_folder))));

        var derived = keys.Select(k => Convert.ToHexString(k.Derive(SecretPurpose.ConfirmationCodes, 16))).Distinct();
        Assert.That(derived.Count(), Is.EqualTo(1));
        var sealedText = keys[0].Protector(SecretPurpose.MerchantSecrets).Protect(Encoding.UTF8.GetBytes("whsec_"));
        Assert.That(Encoding.UTF8.GetString(keys[7].Protector(SecretPurpose.MerchantSecrets).Unprotect(sealedText)), Is.EqualTo("whsec_"));
        Assert.That(Directory.GetFiles(_folder, "key-*.xml"), Has.Length.EqualTo(1));
    }

    [Test]
    public void Keys_of_two_purposes_differ_and_stay_the_same()
    {
        var keys = new SecretKeys(_folder);

        Assert.That(keys.Derive(SecretPurpose.Evidence, 32), Is.Not.EqualTo(keys.Derive(SecretPurpose.SubscriberToken, 32)));
        Assert.That(keys.Derive(SecretPurpose.Evidence, 32), Is.EqualTo(new SecretKeys(_folder).Derive(SecretPurpose.Evidence, 32)));
    }

    [Test]
    [Platform(Exclude = "Win")]
    public void Nobody_else_may_read_them()
    {
        _ = new SecretKeys(_folder);
#pragma warning disable CA1416 // excluded above
        Assert.That(File.GetUnixFileMode(_folder), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute));
        Assert.That(File.GetUnixFileMode(Path.Combine(_folder, "carrierpay.key")), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
#pragma warning restore CA1416
    }

    [Test]
    public void A_key_file_that_was_cut_is_refused()
    {
        _ = new SecretKeys(_folder);
        File.WriteAllBytes(Path.Combine(_folder, "carrierpay.key"), [1, 2, 3]);

        Assert.Throws<InvalidDataException>(() => _ = new SecretKeys(_folder));
    }
}
