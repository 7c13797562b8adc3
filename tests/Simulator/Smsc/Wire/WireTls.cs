using System.ComponentModel.DataAnnotations;
using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace CarrierPay.Simulator.Smsc.Wire;

/// <summary>TLS of the SMPP port. Files are read once, at the start.</summary>
public sealed class TlsOptions
{
    public bool Enabled { get; set; }

    /// <summary>PFX (.pfx, .p12) or PEM. Empty: a certificate for localhost is made at each start; <c>GET /api/smsc/certificate</c> gives it to whoever is to trust it.</summary>
    public string CertificateFile { get; set; } = "";

    /// <summary>The key of a PEM certificate; empty if it is in the same file.</summary>
    public string KeyFile { get; set; } = "";

    /// <summary>Of the PFX, or of an encrypted PEM key.</summary>
    public string CertificatePassword { get; set; } = "";

    /// <summary>PEM. Given, only systems with a certificate of these authorities may connect.</summary>
    public string CaFile { get; set; } = "";

    /// <summary>From connecting to the end of the handshake. Default 10 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:10:00")]
    public TimeSpan HandshakeTimeout { get; set; } = TimeSpan.FromSeconds(10);
}

/// <summary>The certificates of the SMPP port, and the handshake with them.</summary>
internal sealed class WireTls : IDisposable
{
    private readonly TlsOptions _options;
    private readonly X509Certificate2 _certificate;
    private readonly SslServerAuthenticationOptions _authentication;

    private WireTls(TlsOptions options, TimeProvider time)
    {
        _options = options;
        _certificate = options.CertificateFile.Length == 0 ? MakeCertificate(time) : Read("CertificateFile", options.CertificateFile, () => ReadCertificate(options));
        _authentication = new SslServerAuthenticationOptions { ServerCertificate = _certificate, CertificateRevocationCheckMode = X509RevocationMode.NoCheck };
        if (options.CaFile.Length == 0) return;
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        Read("CaFile", options.CaFile, () =>
        {
            policy.CustomTrustStore.ImportFromPemFile(options.CaFile);
            return policy.CustomTrustStore.Count > 0 ? policy : throw new CryptographicException("there is no certificate in it");
        });
        _authentication.ClientCertificateRequired = true;
        _authentication.CertificateChainPolicy = policy;
    }

    /// <summary>Null without TLS.</summary>
    /// <exception cref="SettingException">A file cannot be used.</exception>
    public static WireTls? Load(TlsOptions options, TimeProvider time) => options.Enabled ? new WireTls(options, time) : null;

    /// <summary>PEM, without its key.</summary>
    public string CertificatePem => _certificate.ExportCertificatePem();

    /// <exception cref="AuthenticationException">The other side speaks no TLS, or has no certificate that is good enough.</exception>
    /// <exception cref="OperationCanceledException">The time for it is over.</exception>
    public async Task<Stream> HandshakeAsync(Stream stream, TimeProvider time, CancellationToken cancellationToken)
    {
        using var timeOver = new CancellationTokenSource(_options.HandshakeTimeout, time);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(timeOver.Token, cancellationToken);
        var tls = new SslStream(stream);
        await tls.AuthenticateAsServerAsync(_authentication, ended.Token);
        return tls;
    }

    public void Dispose() => _certificate.Dispose();

    private static X509Certificate2 ReadCertificate(TlsOptions options)
    {
        if (Path.GetExtension(options.CertificateFile).ToUpperInvariant() is ".PFX" or ".P12")
            return X509CertificateLoader.LoadPkcs12FromFile(options.CertificateFile, options.CertificatePassword);
        var key = options.KeyFile.Length > 0 ? options.KeyFile : null;
        return options.CertificatePassword.Length > 0
            ? X509Certificate2.CreateFromEncryptedPemFile(options.CertificateFile, options.CertificatePassword, key)
            : X509Certificate2.CreateFromPemFile(options.CertificateFile, key);
    }

    private static X509Certificate2 MakeCertificate(TimeProvider time)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost, O=CarrierPay simulator", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        names.AddIpAddress(IPAddress.IPv6Loopback);
        request.CertificateExtensions.Add(names.Build());
        // Its own authority, so that it can be trusted by itself.
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        var now = time.GetUtcNow();
        return request.CreateSelfSigned(now.AddDays(-1), now.AddYears(1));
    }

    private static T Read<T>(string setting, string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new SettingException($"Simulator__Smsc__Tls__{setting}: {path} cannot be used: {e.Message.ReplaceLineEndings(" ")}", e);
        }
    }
}
