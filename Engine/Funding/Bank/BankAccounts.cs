using System.Security.Cryptography;
using System.Text;
using CarrierPay.Engine.Primitives;
using CarrierPay.Engine.Storage;
using Microsoft.AspNetCore.DataProtection;
using Npgsql;

namespace CarrierPay.Engine.Funding.Bank;

/// <summary>The numbers of linked accounts: encrypted where they are stored, read only to send them to their bank.</summary>
public sealed class BankAccounts(SecretKeys keys)
{
    private const string ReadAccount = "select account from bank_links where lane = $1 and subscriber_id = $2 and id = $3";

    private readonly IDataProtector _protector = keys.Protector(SecretPurpose.BankAccounts);
    private readonly byte[] _fingerprintKey = keys.Derive(SecretPurpose.BankAccounts, 32);

    public byte[] Protect(string account) => _protector.Protect(Encoding.UTF8.GetBytes(account));

    /// <summary>16 octets, the same for the same account: without the key they tell nothing.</summary>
    public byte[] Fingerprint(string bank, string account) => HMACSHA256.HashData(_fingerprintKey, Encoding.UTF8.GetBytes($"{bank}\u001f{account}"))[..16];

    /// <summary>The last four characters, as people know their account.</summary>
    public static string Tail(string account) => account[Math.Max(0, account.Length - 4)..];

    /// <exception cref="InvalidOperationException">There is no such link.</exception>
    /// <exception cref="CryptographicException">It was encrypted with other keys.</exception>
    public async Task<string> ReadAsync(NpgsqlDataSource database, short lane, SubscriberId subscriber, long link, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(ReadAccount);
        command.Parameters.Add(new NpgsqlParameter<short> { TypedValue = lane });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = subscriber.Value });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = link });
        var stored = await command.ExecuteScalarAsync(cancellationToken) as byte[] ?? throw new InvalidOperationException($"{subscriber} has no link {link}.");
        return Encoding.UTF8.GetString(_protector.Unprotect(stored));
    }
}
