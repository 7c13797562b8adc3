using CarrierPay.Engine.Lanes;
using CarrierPay.Engine.Protocols.Diameter.CreditControl;
using CarrierPay.Engine.Protocols.Diameter.Peers;
using CarrierPay.Engine.Subscribers;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace CarrierPay.Engine.Funding.Airtime;

public static class AirtimeModule
{
    private static readonly TimeSpan[] Resends = [TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(15), TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5)];

    /// <summary>Registers the charging system, if a peer is set: its <see cref="OcsRail"/> and its connector. Needed besides: <see cref="HoldsLease"/>.</summary>
    public static IServiceCollection AddAirtime(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<OcsOptions>().BindConfiguration(OcsOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<DiameterOptions>().BindConfiguration(OcsOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        if (!configuration.GetSection($"{OcsOptions.Section}:Peers").GetChildren().Any())
            return services;
        services.PostConfigure<OcsOptions>(o =>
        {
            if (o.CreditControl.Realm.Length == 0)
                o.CreditControl.Realm = configuration[$"{OcsOptions.Section}:Peers:0:Realm"] ?? "";
        });
        services.AddSingleton(s => new DiameterClient(
            s.GetRequiredService<IOptions<DiameterOptions>>().Value, s.GetRequiredService<TimeProvider>(), s.GetRequiredService<Microsoft.Extensions.Logging.ILogger<DiameterClient>>(),
            context => s.GetRequiredService<HoldsLease>()((context as ConnectorCall)?.Owner)));
        services.AddSingleton(s => new CreditControlClient(
            s.GetRequiredService<DiameterClient>(), s.GetRequiredService<IOptions<DiameterOptions>>().Value, s.GetRequiredService<IOptions<OcsOptions>>().Value.CreditControl));
        services.AddSingleton(s => Rail(s.GetRequiredService<DiameterClient>(), s.GetRequiredService<CreditControlClient>(), s.GetRequiredService<IOptions<OcsOptions>>().Value));
        services.AddHostedService<ChargeAtOcs>();
        return services;
    }

    private static OcsRail Rail(DiameterClient diameter, CreditControlClient client, OcsOptions options) => new(
        client.Orders, new(options.Room, () => diameter.IsOpen(options.CreditControl.Realm)), options.ChargesBills,
        new(options.Resends.Count > 0 ? [.. options.Resends] : Resends, options.ResendFor));
}
