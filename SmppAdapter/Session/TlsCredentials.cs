using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace CarrierPay.SmppAdapter.Session;

/// <summary>What <see cref="SmppTlsOptions"/> name, read from the files.</summary>
internal sealed class TlsCredentials
{
    private readonly SmppTlsOptions _options;
    private readonly X509Certificate2Collection? _authorities;
    private readonly SslStreamCertificateContext? _certificate;

    private TlsCredentials(SmppTlsOptions options, string owner)
    {
        _options = options;
        _authorities = options.CaFile.Length == 0 ? null : Read($"{owner}: Tls:CaFile", options.CaFile, ReadAuthorities);
        _certificate = options.CertificateFile.Length == 0 ? null : Read($"{owner}: Tls:CertificateFile", options.CertificateFile, _ => ReadCertificate(options));
    }

    /// <summary>Null without TLS.</summary>
    /// <param name="owner">Whose settings they are, for the message.</param>
    /// <exception cref="ArgumentException">A file cannot be used; the message names the setting.</exception>
    public static TlsCredentials? Load(SmppTlsOptions options, string owner) => options.Enabled ? new(options, owner) : null;

    /// <exception cref="ArgumentException">The same, or there is no certificate.</exception>
    public static TlsCredentials? LoadForServer(SmppTlsOptions options, string owner) => options is { Enabled: true, CertificateFile: "" }
        ? throw new ArgumentException($"{owner}: Tls:CertificateFile is empty; who listens needs a certificate.")
        : Load(options, owner);

    public SslClientAuthenticationOptions ForClient(string host) => new()
    {
        TargetHost = _options.TargetHost.Length > 0 ? _options.TargetHost : host,
        ClientCertificateContext = _certificate,
        CertificateRevocationCheckMode = Revocation,
        CertificateChainPolicy = Policy(),
        RemoteCertificateValidationCallback = _options.CheckName ? null : (_, _, _, errors) => (errors & ~SslPolicyErrors.RemoteCertificateNameMismatch) == 0,
    };

    public SslServerAuthenticationOptions ForServer() => new()
    {
        ServerCertificateContext = _certificate,
        ClientCertificateRequired = _options.RequireClientCertificate,
        CertificateRevocationCheckMode = Revocation,
        CertificateChainPolicy = Policy(),
    };

    private X509RevocationMode Revocation => _options.CheckRevocation ? X509RevocationMode.Online : X509RevocationMode.NoCheck;

    private X509ChainPolicy? Policy()
    {
        if (_authorities is null)
        {
            return null;
        }
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = Revocation };
        policy.CustomTrustStore.AddRange(_authorities);
        return policy;
    }

    private static T Read<T>(string setting, string path, Func<string, T> read)
    {
        try
        {
            return read(path);
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new ArgumentException($"{setting}: {path} cannot be used: {e.Message}", e);
        }
    }

    private static X509Certificate2Collection ReadAuthorities(string path)
    {
        var authorities = new X509Certificate2Collection();
        authorities.ImportFromPemFile(path);
        return authorities.Count > 0 ? authorities : throw new CryptographicException("there is no certificate in it");
    }

    private static SslStreamCertificateContext ReadCertificate(SmppTlsOptions options)
    {
        var isPfx = Path.GetExtension(options.CertificateFile).ToUpperInvariant() is ".PFX" or ".P12";
        var all = new X509Certificate2Collection();
        X509Certificate2 own;
        if (isPfx)
        {
            all = X509CertificateLoader.LoadPkcs12CollectionFromFile(options.CertificateFile, options.CertificatePassword);
            own = all.FirstOrDefault(certificate => certificate.HasPrivateKey) ?? throw new CryptographicException("there is no private key in it");
        }
        else
        {
            all.ImportFromPemFile(options.CertificateFile);
            var keyFile = options.KeyFile.Length > 0 ? options.KeyFile : null;
            own = options.CertificatePassword.Length > 0
                ? X509Certificate2.CreateFromEncryptedPemFile(options.CertificateFile, options.CertificatePassword, keyFile)
                : X509Certificate2.CreateFromPemFile(options.CertificateFile, keyFile);
        }
        // Offline: a missing certificate in between is for the operator to add, not for us to fetch while a peer waits.
        return SslStreamCertificateContext.Create(own, all, offline: true);
    }
}
