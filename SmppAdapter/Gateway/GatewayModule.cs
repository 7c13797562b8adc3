using CarrierPay.Engine.Messaging.Texts;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace CarrierPay.SmppAdapter.Gateway;

/// <summary>Registration of this folder.</summary>
public static class GatewayModule
{
    /// <summary>Call it after the lanes: what starts last stops first, and the links must close before the lanes do.</summary>
    public static IServiceCollection AddSmppGateway(this IServiceCollection services)
    {
        services.AddOptions<SmppOptions>().BindConfiguration(SmppOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<SmppOptions>, SmppOptionsCheck>();
        services.TryAddSingleton(_ => Texts.LoadEmbedded());
        services.AddSingleton<GatewayMetrics>();
        services.AddSingleton<GatewayLinks>();
        services.AddSingleton<MessageSender>();
        services.AddSingleton<TextReceiver>();
        services.AddSingleton(all => new SmppGateway(
            all.GetRequiredService<GatewayLinks>(), all.GetRequiredService<TextReceiver>(), all.GetRequiredService<MessageSender>(),
            all.GetRequiredService<Engine.Messaging.OutgoingMessages>(), all.GetRequiredService<TimeProvider>(),
            all.GetRequiredService<Microsoft.Extensions.Logging.ILogger<SmppGateway>>()));
        services.AddHostedService(all => all.GetRequiredService<SmppGateway>());
        return services;
    }
}
