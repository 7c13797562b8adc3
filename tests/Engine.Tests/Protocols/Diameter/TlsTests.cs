using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using CarrierPay.Engine.Protocols.Diameter.Peers;

namespace CarrierPay.Engine.Tests.Protocols.Diameter;

[TestFixture]
public sealed class TlsTests
{
    private string _authority = "";

    [TearDown]
    public void Remove() => File.Delete(_authority);

    [Test]
    public async Task A_request_is_answered_over_TLS_by_a_peer_of_the_configured_authority()
    {
        using var certificate = Make("ocs.operator.example");
        await using var peer = new ScriptedPeer(certificate: certificate);
        await using var client = await ClientUnderTest.StartAsync(Options(peer, "ocs.operator.example"));

        Assert.That((await client.RequestAsync(Requests.Debit().Encode()).InTime()).Kind, Is.EqualTo(RequestOutcomeKind.Answered));
    }

    [Test]
    public async Task A_peer_with_a_certificate_of_another_name_is_not_used()
    {
        using var certificate = Make("ocs.operator.example");
        await using var peer = new ScriptedPeer(certificate: certificate);
        await using var client = ClientUnderTest.Start(Options(peer, "bank.example"));

        Assert.That((await client.RequestAsync(Requests.Debit().Encode()).InTime()).Reason, Is.EqualTo(NoAnswerReason.NoOpenPeer));
        Assert.That(peer.Sides.SelectMany(side => side.Messages), Is.Empty);
    }

    private DiameterOptions Options(ScriptedPeer peer, string name)
    {
        var options = ClientUnderTest.Options(peer);
        options.Peers[0].Tls = true;
        options.Peers[0].TlsName = name;
        options.Peers[0].TlsAuthorities = _authority;
        return options;
    }

    private X509Certificate2 Make(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, true));
        var now = TimeProvider.System.GetUtcNow();
        using var made = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        _authority = Path.Combine(TestContext.CurrentContext.WorkDirectory, $"authority-{Guid.NewGuid():N}.pem");
        File.WriteAllText(_authority, made.ExportCertificatePem());
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
    }
}
