using System.Data;
using System.Security.Cryptography;
using System.Text;
using CarrierPay.Engine.Protocols.StandardWebhooks;
using CarrierPay.Engine.Storage;
using CarrierPay.Engine.Subscribers;
using Dapper;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Options;
using Npgsql;

namespace CarrierPay.Engine.Merchants;

/// <summary>Reads merchants, products and rules as they were at one instant, so that they belong to the version that is read with them.</summary>
public sealed class ReferenceLoader(IOptions<PaymentsOptions> payments, IOptions<AccountsOptions> accounts, SecretKeys keys, MerchantEndpoints endpoints)
{
    private const string VersionSql = "select version from reference_version";
    private const string MerchantsSql = "select id, keyword, name, status, quote_url, notice_url, secret, ceiling_minor from merchants order by id";
    private const string ProductsSql = "select merchant_id, code, name, price_minor, ceiling_minor from products order by merchant_id, code";

    private readonly IDataProtector _protector = keys.Protector(SecretPurpose.MerchantSecrets);

    /// <summary>Loads one snapshot, and makes the merchants' endpoints known to <see cref="AskMerchant"/>.</summary>
    /// <exception cref="CryptographicException">A stored secret is not of these keys.</exception>
    public async Task<ReferenceData> LoadAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
        var version = await connection.ExecuteScalarAsync<long>(Command(VersionSql));
        var installation = await Installation.ReadAsync(connection, cancellationToken);
        var merchants = await connection.QueryAsync<(int Id, string Keyword, string Name, short Status, string? QuoteUrl, string? NoticeUrl, byte[]? Secret, long? CeilingMinor)>(Command(MerchantsSql));
        var products = (await connection.QueryAsync<(int MerchantId, string Code, string Name, long? PriceMinor, long? CeilingMinor)>(Command(ProductsSql)))
            .ToLookup(row => row.MerchantId, row => new Product(row.Code, row.Name, row.PriceMinor, row.CeilingMinor));
        await transaction.CommitAsync(cancellationToken);

        var asked = new Dictionary<string, MerchantEndpoint>(StringComparer.OrdinalIgnoreCase);
        var known = new List<Merchant>();
        foreach (var row in merchants)
        {
            known.Add(new(new(row.Id), row.Keyword, row.Name, (MerchantStatus)row.Status, row.QuoteUrl is not null, row.CeilingMinor, [.. products[row.Id]], row is { NoticeUrl: not null, Secret: not null }));
            if (row is { QuoteUrl: not null, Secret: not null })
                asked[row.Keyword] = new(new(row.Id), new Uri(row.QuoteUrl), WebhookSecret.Parse(Encoding.UTF8.GetString(_protector.Unprotect(row.Secret))));
        }
        endpoints.Replace(asked);
        return new(version, RulesOptions.ToRules(payments.Value, accounts.Value, installation.Currency, installation.TimeZone), known);

        CommandDefinition Command(string sql) => new(sql, transaction: transaction, cancellationToken: cancellationToken);
    }
}
