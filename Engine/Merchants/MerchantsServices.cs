using CarrierPay.Engine.Subscribers;
using Microsoft.Extensions.DependencyInjection;

namespace CarrierPay.Engine.Merchants;

/// <summary>Registers the catalogue, the rules' settings and the question for prices.</summary>
public static class MerchantsServices
{
    /// <summary>Everything but <see cref="AskMerchant"/>, which needs the lanes.</summary>
    public static IServiceCollection AddMerchants(this IServiceCollection services)
    {
        services.AddOptions<PaymentsOptions>().BindConfiguration(PaymentsOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<AccountsOptions>().BindConfiguration(AccountsOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<MerchantsOptions>().BindConfiguration(MerchantsOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<MerchantEndpoints>();
        services.AddSingleton<ReferenceLoader>();
        services.AddSingleton<QuoteClient>();
        return services;
    }
}
