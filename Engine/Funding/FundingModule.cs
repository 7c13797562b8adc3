using System.Collections.Frozen;
using CarrierPay.Engine.Funding.Airtime;
using CarrierPay.Engine.Funding.Bank;
using CarrierPay.Engine.Subscribers;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace CarrierPay.Engine.Funding;

public static class FundingModule
{
    /// <summary>Registers the systems outside that keep money, as far as they are set, and what decisions see of them: <see cref="Rails"/>.</summary>
    public static IServiceCollection AddFunding(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddAirtime(configuration).AddBanks(configuration);
        services.AddSingleton(s => new Rails(
            s.GetService<OcsRail>(),
            s.GetService<BankNodes>()?.ByCode.ToFrozenDictionary(bank => bank.Key, bank => bank.Value.Rail, StringComparer.Ordinal) ?? FrozenDictionary<string, BankRail>.Empty));
        return services;
    }
}
