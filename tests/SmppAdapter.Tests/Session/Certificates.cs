using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace CarrierPay.SmppAdapter.Tests.Session;

/// <summary>An authority of the test's own, and certificates that it signs, as files in a folder that goes with it.</summary>
internal sealed class Certificates : IDisposable
{
    private static readonly DateTimeOffset From = TimeProvider.System.GetUtcNow().AddDays(-1);
    private readonly string _folder = Directory.CreateTempSubdirectory("smpp-tls").FullName;
    private readonly X509Certificate2 _authority;
    private int _serial;

    public Certificates()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Test authority", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));
        _authority = request.CreateSelfSigned(From, From.AddDays(30));
        CaFile = Write("ca.pem", _authority.ExportCertificatePem());
    }

    public string CaFile { get; }

    /// <summary>A certificate and its key in one PEM file.</summary>
    public string Pem(string name)
    {
        using var certificate = Sign(name, out var key);
        using (key)
        {
            return Write($"{name}.pem", certificate.ExportCertificatePem() + "\n" + key.ExportPkcs8PrivateKeyPem());
        }
    }

    public string Pfx(string name, string password)
    {
        using var certificate = Sign(name, out var key);
        using (key)
        {
            using var withKey = certificate.CopyWithPrivateKey(key);
            var path = Path.Combine(_folder, $"{name}.pfx");
            File.WriteAllBytes(path, withKey.Export(X509ContentType.Pfx, password));
            return path;
        }
    }

    /// <summary>In memory, with its key.</summary>
    public X509Certificate2 Load(string name) => X509CertificateLoader.LoadPkcs12FromFile(Pfx(name, "hush"), "hush");

    public string Write(string file, string content)
    {
        var path = Path.Combine(_folder, file);
        File.WriteAllText(path, content);
        return path;
    }

    public void Dispose()
    {
        _authority.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private X509Certificate2 Sign(string name, out ECDsa key)
    {
        key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        return request.Create(_authority, From, From.AddDays(20), [(byte)++_serial]);
    }
}
