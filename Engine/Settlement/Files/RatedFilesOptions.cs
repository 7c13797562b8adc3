using System.ComponentModel.DataAnnotations;

namespace CarrierPay.Engine.Settlement.Files;

/// <summary>How files reach the billing system.</summary>
public enum RatedFilesDelivery
{
    /// <summary>A folder that billing reads, mounted or of a transfer program.</summary>
    Folder,

    /// <summary>Billing's SFTP server.</summary>
    Sftp,
}

/// <summary>Where files of rated events go, and what becomes of rejected ones.</summary>
public sealed class RatedFilesOptions : IValidatableObject
{
    public const string Section = "CarrierPay:RatedFiles";

    /// <summary>In the names of the files: 1 to 20 letters, digits or hyphens.</summary>
    [RegularExpression("^[A-Za-z0-9-]{1,20}$", ErrorMessage = Section + ":Operator must be 1 to 20 letters, digits or hyphens.")]
    public string Operator { get; set; } = "OPERATOR";

    public RatedFilesDelivery Delivery { get; set; } = RatedFilesDelivery.Folder;

    /// <summary>Where files are put; of this machine, or of the SFTP server. Made if it is missing.</summary>
    [Required(ErrorMessage = Section + ":Folder must not be empty.")]
    public string Folder { get; set; } = "rated-files/out";

    /// <summary>Where billing puts its answers; they are moved to its subfolders <c>taken</c> and <c>aside</c>.</summary>
    [Required(ErrorMessage = Section + ":AnswersFolder must not be empty.")]
    public string AnswersFolder { get; set; } = "rated-files/in";

    /// <summary>How often something is looked for to be made, sent or taken in, 1 s to 1 h.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00", ErrorMessage = Section + ":LookEvery must be 00:00:01 to 01:00:00.")]
    public TimeSpan LookEvery { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Without billing's answer for so long, somebody is alarmed, 1 minute to 30 days. The file is not sent again by itself.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "30.00:00:00", ErrorMessage = Section + ":AnswerWithin must be 00:01:00 to 30.00:00:00.")]
    public TimeSpan AnswerWithin { get; set; } = TimeSpan.FromHours(24);

    /// <summary>The codes of rejection that the operator bears. Of all others the merchant bears the charge.</summary>
    public IList<string> BorneByOperator { get; } = [];

    public SftpOptions Sftp { get; set; } = new();

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Delivery != RatedFilesDelivery.Sftp)
            yield break;
        if (Sftp.Host.Length == 0 || Sftp.User.Length == 0)
            yield return new($"{Section}:Sftp needs Host and User.");
        if (!Sftp.HostKey.StartsWith("SHA256:", StringComparison.Ordinal))
            yield return new($"{Section}:Sftp:HostKey must be the server's fingerprint, as ssh-keygen -lf shows it: SHA256:...");
        if (Sftp.Password.Length == 0 && Sftp.KeyFile.Length == 0)
            yield return new($"{Section}:Sftp needs Password or KeyFile.");
        if (Sftp.Port is < 1 or > 65535)
            yield return new($"{Section}:Sftp:Port must be 1 to 65535.");
    }
}

/// <summary>Billing's SFTP server and our account on it.</summary>
public sealed class SftpOptions
{
    public string Host { get; set; } = "";
    public int Port { get; set; } = 22;
    public string User { get; set; } = "";

    /// <summary>From the environment. Not used where there is a <see cref="KeyFile"/>.</summary>
    public string Password { get; set; } = "";

    /// <summary>A private key in the form of OpenSSH or PEM.</summary>
    public string KeyFile { get; set; } = "";

    /// <summary>Of the key file; empty = it has none.</summary>
    public string KeyPassphrase { get; set; } = "";

    /// <summary>The fingerprint of the server's key, <c>SHA256:</c> and base64. Another key is refused: these files name subscribers.</summary>
    public string HostKey { get; set; } = "";

    /// <summary>For connecting and for each operation.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(30);
}
