using System.Collections.Frozen;
using CarrierPay.Engine.Primitives;
using CarrierPay.Engine.Protocols.StandardWebhooks;

namespace CarrierPay.Engine.Merchants;

/// <summary>Where a merchant is asked, and with which secret the question is signed. Not a record: nothing prints it.</summary>
public sealed class MerchantEndpoint(MerchantId id, Uri quoteUrl, WebhookSecret secret)
{
    public MerchantId Id { get; } = id;
    public Uri QuoteUrl { get; } = quoteUrl;
    public WebhookSecret Secret { get; } = secret;
}

/// <summary>The endpoints of all merchants that are asked for prices, kept apart from the catalogue: decisions need no secrets.</summary>
public sealed class MerchantEndpoints
{
    private volatile FrozenDictionary<string, MerchantEndpoint> _byKeyword = FrozenDictionary<string, MerchantEndpoint>.Empty;

    public MerchantEndpoint? Find(string keyword) => _byKeyword.GetValueOrDefault(keyword);

    /// <summary>Takes the place of all that was known: by keyword.</summary>
    internal void Replace(IReadOnlyDictionary<string, MerchantEndpoint> endpoints) =>
        _byKeyword = endpoints.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);
}
