namespace CarrierPay.SmppAdapter.Session;

/// <summary>TLS of a link or of a server. Files are read once, at the start: what cannot be read stops it.</summary>
public sealed class SmppTlsOptions
{
    public bool Enabled { get; set; }

    /// <summary>Of a link: the name that the SMSC's certificate must be for. Empty for the host of the link.</summary>
    public string TargetHost { get; set; } = "";

    /// <summary>Of a link: false takes a certificate for any name, as long as it is one of <see cref="CaFile"/> or the system's authorities. For SMSCs that are reached by address.</summary>
    public bool CheckName { get; set; } = true;

    /// <summary>The authorities that may have signed the peer's certificate, in PEM. Empty for those of the system.</summary>
    public string CaFile { get; set; } = "";

    /// <summary>Asks the authorities whether the peer's certificate was revoked; they must be reachable then. Private authorities mostly are not.</summary>
    public bool CheckRevocation { get; set; }

    /// <summary>Our certificate, with those between it and its authority: PFX (.pfx, .p12) or PEM. A server needs one, a link only if the SMSC asks for it.</summary>
    public string CertificateFile { get; set; } = "";

    /// <summary>The key of a PEM certificate. Empty if it is in the same file.</summary>
    public string KeyFile { get; set; } = "";

    /// <summary>Of the PFX, or of an encrypted PEM key. From the environment, never from a file.</summary>
    public string CertificatePassword { get; set; } = "";

    /// <summary>Of a server: only peers with a certificate of <see cref="CaFile"/> are served.</summary>
    public bool RequireClientCertificate { get; set; }
}
