using System.ComponentModel.DataAnnotations;
using CarrierPay.Engine.Settlement.Files;

namespace CarrierPay.Engine.Tests.Settlement.Files;

[TestFixture]
public sealed class RatedFilesOptionsTests
{
    private static IEnumerable<string?> Problems(RatedFilesOptions options)
    {
        List<ValidationResult> results = [];
        Validator.TryValidateObject(options, new(options), results, validateAllProperties: true);
        return results.Select(r => r.ErrorMessage);
    }

    private static SftpOptions Right() => new() { Host = "billing.example", User = "cpay", KeyFile = "/keys/cpay", HostKey = "SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU" };

    [Test]
    public void The_defaults_are_right() => Assert.That(Problems(new()), Is.Empty);

    [Test]
    public void An_SFTP_server_needs_its_key_and_ours() => Assert.Multiple(() =>
    {
        Assert.That(Problems(new() { Delivery = RatedFilesDelivery.Sftp, Sftp = Right() }), Is.Empty);
        Assert.That(Problems(new() { Delivery = RatedFilesDelivery.Sftp }), Has.Exactly(3).Items.And.Some.Contains("HostKey").And.Some.Contains("Host and User").And.Some.Contains("Password or KeyFile"));
    });

    [TestCase("two words")]
    [TestCase("a/b")]
    [TestCase("")]
    public void An_operators_name_stands_in_file_names(string name) =>
        Assert.That(Problems(new() { Operator = name }), name.Length == 0 ? Is.Empty : Has.One.Contains(":Operator must be"));

    [Test]
    public void Times_have_their_ranges() =>
        Assert.That(Problems(new() { LookEvery = TimeSpan.Zero, AnswerWithin = TimeSpan.FromSeconds(1) }), Has.One.Contains(":LookEvery").And.One.Contains(":AnswerWithin"));
}
