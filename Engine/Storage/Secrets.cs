using System.ComponentModel.DataAnnotations;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Options;

namespace CarrierPay.Engine.Storage;

/// <summary>Where the keys are kept: outside the database, so that a copy of it reveals no code and no merchant's secret.</summary>
public sealed class SecretsOptions
{
    public const string Section = "CarrierPay:Secrets";

    /// <summary>Made with mode 0700 if it is missing. All processes of an installation share it; keep a copy of it apart from the database's.</summary>
    [Required(AllowEmptyStrings = false, ErrorMessage = Section + ":KeyFolder is empty: name the folder of the keys.")]
    public string KeyFolder { get; set; } = ".carrierpay/keys";
}

/// <summary>What keys are made for. A key of one purpose says nothing about another's.</summary>
public static class SecretPurpose
{
    public const string ConfirmationCodes = "confirmation codes";
    public const string Evidence = "evidence";
    public const string ParkedEvents = "parked events";
    public const string PublicPaymentIds = "public payment ids";
    public const string SubscriberToken = "subscriber token";
    public const string LongTexts = "long texts";
    public const string BankAccounts = "bank accounts";
    public const string SimCards = "SIM cards";
    public const string MerchantSecrets = "merchant secrets";
}

/// <summary>The installation's keys: derived ones, and encryption of what is stored.</summary>
public sealed class SecretKeys
{
    private const string FileName = "carrierpay.key";
    private const int Octets = 32;
    private readonly byte[] _root;
    private readonly IDataProtectionProvider _protection;

    public SecretKeys(IOptions<SecretsOptions> options)
        : this(options.Value.KeyFolder)
    {
    }

    /// <summary>Opens the keys of a folder and makes them if there are none. Processes that start together agree on one.</summary>
    /// <exception cref="InvalidDataException">The key file is not 32 octets.</exception>
    public SecretKeys(string folder)
    {
        var path = Path.GetFullPath(folder);
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(path);
        else
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        using var onlyOne = TakeTurn(Path.Combine(path, ".lock"));
        _root = ReadOrMake(Path.Combine(path, FileName));
        _protection = DataProtectionProvider.Create(new DirectoryInfo(path), builder => builder.SetApplicationName("CarrierPay"));
        // The ring makes its first key when it is first used: now, while nobody else does.
        _ = Protector(SecretPurpose.Evidence).Protect([]);
    }

    /// <summary>A key for one purpose, by HKDF-SHA256 (RFC 5869); always the same in one installation.</summary>
    public byte[] Derive(string purpose, int length) =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, _root, length, info: Encoding.UTF8.GetBytes(purpose));

    /// <summary>Encrypts what is stored, with keys that are replaced from time to time.</summary>
    public IDataProtectionProvider Protection => _protection;

    public IDataProtector Protector(string purpose) => _protection.CreateProtector(purpose);

    private static byte[] ReadOrMake(string path)
    {
        if (!File.Exists(path))
        {
            var fresh = $"{path}.{Guid.NewGuid():N}";
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            using (var file = new FileStream(fresh, options))
            {
                file.Write(RandomNumberGenerator.GetBytes(Octets));
                file.Flush(flushToDisk: true);
            }
            File.Move(fresh, path, overwrite: false);
        }
        var key = File.ReadAllBytes(path);
        return key.Length == Octets ? key : throw new InvalidDataException($"{path} has {key.Length} octets instead of {Octets}: put the installation's own key file back.");
    }

    private static FileStream TakeTurn(string path)
    {
        FileStream? turn = null;
        if (!SpinWait.SpinUntil(() => TryOpen(path, out turn), TimeSpan.FromSeconds(30)))
            throw new IOException($"{path} is held by another process.");
        return turn!;
    }

    private static bool TryOpen(string path, out FileStream? file)
    {
        try
        {
            file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            return true;
        }
        catch (IOException)
        {
            file = null;
            return false;
        }
    }
}
