using System.Text;
using CarrierPay.Engine.Primitives;
using CarrierPay.Engine.Storage;
using CarrierPay.Engine.Subscribers;
using Dapper;
using Npgsql;

namespace CarrierPay.Engine.Merchants;

/// <summary>What is known of a merchant when it is registered.</summary>
/// <param name="Keyword">In capitals.</param>
/// <param name="Contract">Null = none yet, or as it was.</param>
public sealed record MerchantRegistration(
    string Keyword, string Name, MerchantStatus Status, Uri? QuoteUrl, Uri? NoticeUrl, string? Secret, long? CeilingMinor,
    IReadOnlyList<Product> Products, ContractTerms? Contract)
{
    // It holds a secret: only the keyword is printed.
    public override string ToString() => $"merchant {Keyword}";
}

/// <param name="ShareBasisPoints">The merchant's part of the gross amount, 0 to 10,000.</param>
/// <param name="ValidFrom">First business day in the installation's time zone; null = today, if another share holds now.</param>
/// <param name="ValidUntil">First business day on which it holds no more; null = it goes on.</param>
public sealed record ContractTerms(int ShareBasisPoints, DateOnly? ValidFrom, DateOnly? ValidUntil);

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

    // Without a day of its own a new share begins today, and the one in force is not written again.
    private const string UpsertContract = """
        insert into contracts (merchant_id, valid_from, valid_until, share_basis_points)
        select @MerchantId, coalesce(@ValidFrom, @today), @ValidUntil, @ShareBasisPoints
        where @ValidFrom is not null
           or (select share_basis_points from (select share_basis_points, valid_until from contracts where merchant_id = @MerchantId and valid_from <= @today
                                               order by valid_from desc limit 1) as last
               where valid_until is null or valid_until > @today) is distinct from @ShareBasisPoints
        on conflict (merchant_id, valid_from) do update set share_basis_points = excluded.share_basis_points, valid_until = excluded.valid_until
        """;

    private const string RaiseVersion = "update reference_version set version = version + 1";

    /// <summary>All of it in the caller's transaction, which holds the role <see cref="DatabaseRole.Admin"/>.</summary>
    /// <param name="today">The business day from which a new share holds that does not name its own.</param>
    public static async Task<MerchantId> RunAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, MerchantRegistration merchant, SecretKeys keys, DateOnly today, CancellationToken cancellationToken)
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
        if (merchant.Contract is { } contract)
            await RunAsync(UpsertContract, new { MerchantId = id, today, contract.ShareBasisPoints, contract.ValidFrom, contract.ValidUntil });
        return new(id);

        Task RunAsync(string sql, object? parameters) =>
            connection.ExecuteAsync(new CommandDefinition(sql, parameters, transaction, cancellationToken: cancellationToken));
    }
}
