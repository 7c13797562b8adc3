using CarrierPay.Engine.Messaging.Texts;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace CarrierPay.SmppAdapter.Gateway;

public static class GatewayModule
{
    /// <summary>Registers the links and what stands behind them. Needs the lanes.</summary>
    public static IServiceCollection AddSmppGateway(this IServiceCollection services)
    {
        services.AddOptions<SmppOptions>().BindConfiguration(SmppOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<IValidateOptions<SmppOptions>, SmppOptionsCheck>();
        services.AddSingleton(_ => Texts.LoadEmbedded());
        services.AddSingleton<TextIntake>();
        services.AddSingleton<SmppGateway>();
        services.AddHostedService(s => s.GetRequiredService<SmppGateway>());
        return services;
    }
}
