using System.Text;
using CarrierPay.Engine.Primitives;
using CarrierPay.Engine.Storage;
using CarrierPay.Engine.Subscribers;
using Dapper;
using Npgsql;

namespace CarrierPay.Engine.Merchants;

/// <summary>What is known of a merchant when it is registered.</summary>
/// <param name="Keyword">In capitals.</param>
/// <param name="ShareBasisPoints">The merchant's part of the gross amount; null = no contract yet.</param>
public sealed record MerchantRegistration(
    string Keyword, string Name, MerchantStatus Status, Uri? QuoteUrl, Uri? NoticeUrl, string? Secret, long? CeilingMinor,
    IReadOnlyList<Product> Products, int? ShareBasisPoints)
{
    // It holds a secret: only the keyword is printed.
    public override string ToString() => $"merchant {Keyword}";
}

/// <summary>Registers a merchant with its products and contract, or brings them up to date. Found by its keyword; safe to repeat.</summary>
/// <remarks>A product that is not named any more stays: payments may refer to it. A secret that is left out stays as it is.</remarks>
public static class RegisterMerchant
{
    private const string UpsertMerchant = """
        insert into merchants (keyword, name, status, quote_url, notice_url, secret, ceiling_minor)
        values (@Keyword, @Name, @Status, @QuoteUrl, @NoticeUrl, @Secret, @CeilingMinor)
        on conflict (keyword) do update set name = excluded.name, status = excluded.status, quote_url = excluded.quote_url,
          notice_url = excluded.notice_url, secret = coalesce(excluded.secret, merchants.secret), ceiling_minor = excluded.ceiling_minor
        returning id
        """;

    private const string UpsertProduct = """
        insert into products (merchant_id, code, name, price_minor, ceiling_minor) values (@MerchantId, @Code, @Name, @PriceMinor, @CeilingMinor)
        on conflict (merchant_id, code) do update set name = excluded.name, price_minor = excluded.price_minor, ceiling_minor = excluded.ceiling_minor
        """;

    // A new share begins today; the one in force is not written again.
    private const string UpsertContract = """
        insert into contracts (merchant_id, valid_from, share_basis_points)
        select @MerchantId, @Today::date, @Share
        where (select share_basis_points from contracts where merchant_id = @MerchantId and valid_from <= @Today::date order by valid_from desc limit 1)
          is distinct from @Share
        on conflict (merchant_id, valid_from) do update set share_basis_points = excluded.share_basis_points
        """;

    private const string RaiseVersion = "update reference_version set version = version + 1";

    /// <summary>All of it in the caller's transaction, which holds the role <see cref="DatabaseRole.Admin"/>.</summary>
    /// <param name="now">Decides from which day, in UTC, a new share holds.</param>
    public static async Task<MerchantId> RunAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, MerchantRegistration merchant, SecretKeys keys, DateTimeOffset now, CancellationToken cancellationToken)
    {
        // First, so that two registrations follow one another and a reader of the version sees all of it.
        await RunAsync(RaiseVersion, null);
        var secret = merchant.Secret is null ? null : keys.Protector(SecretPurpose.MerchantSecrets).Protect(Encoding.UTF8.GetBytes(merchant.Secret));
        var id = await connection.ExecuteScalarAsync<int>(new CommandDefinition(
            UpsertMerchant,
            new { merchant.Keyword, merchant.Name, Status = (short)merchant.Status, QuoteUrl = merchant.QuoteUrl?.AbsoluteUri, NoticeUrl = merchant.NoticeUrl?.AbsoluteUri, Secret = secret, merchant.CeilingMinor },
            transaction, cancellationToken: cancellationToken));
        foreach (var product in merchant.Products)
            await RunAsync(UpsertProduct, new { MerchantId = id, product.Code, product.Name, product.PriceMinor, product.CeilingMinor });
        if (merchant.ShareBasisPoints is { } share)
            await RunAsync(UpsertContract, new { MerchantId = id, Today = now.UtcDateTime.Date, Share = share });
        return new(id);

        Task RunAsync(string sql, object? parameters) =>
            connection.ExecuteAsync(new CommandDefinition(sql, parameters, transaction, cancellationToken: cancellationToken));
    }
}
