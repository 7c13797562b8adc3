using CarrierPay.Engine.Lanes;
using CarrierPay.Engine.Protocols.Iso8583.Links;
using CarrierPay.Engine.Subscribers;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace CarrierPay.Engine.Funding.Bank;

public static class BanksModule
{
    /// <summary>Registers the banks that are set, and their connector. Needed besides: <see cref="BankNumbers"/> and <see cref="HoldsLease"/>.</summary>
    public static IServiceCollection AddBanks(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton<BankAccounts>();
        var section = configuration.GetSection($"{BanksOptions.Section}:Banks");
        services.AddOptions<BanksOptions>().BindConfiguration(BanksOptions.Section)
            .PostConfigure(options =>
            {
                foreach (var (bank, own) in options.Banks.Zip(section.GetChildren()))
                    bank.ReadLink(own);
            })
            .ValidateDataAnnotations().ValidateOnStart();
        if (!section.GetChildren().Any())
            return services;
        services.AddSingleton(s => Nodes(
            s.GetRequiredService<IOptions<BanksOptions>>().Value, s.GetRequiredService<BankNumbers>(), s.GetRequiredService<HoldsLease>(), s.GetRequiredService<TimeProvider>(), s.GetRequiredService<ILogger<BankClient>>()));
        services.AddHostedService<TendBanks>();
        services.AddHostedService<ChargeAtBanks>();
        return services;
    }

    private static BankNodes Nodes(BanksOptions options, BankNumbers numbers, HoldsLease holdsLease, TimeProvider time, ILogger<BankClient> logger) =>
        new(options.Banks.ToDictionary(bank => bank.Code, bank => Node(bank, numbers.ByCode[bank.Code], holdsLease, time, logger), StringComparer.Ordinal));

    private static BankNode Node(BankOptions options, int number, HoldsLease holdsLease, TimeProvider time, ILogger<BankClient> logger)
    {
        var client = new BankClient(options.Link, options.Keys(), time, logger, context => holdsLease((context as ConnectorCall)?.Owner));
        return new(client, new(
            options.Code, number, client.Dialect, options.Terminal, new(options.Room, () => client.SignedOn > 0), new(), options.Reversals, options.LateAnswers,
            new([.. options.Reversals.Pauses], options.CreditsResendFor)));
    }
}
