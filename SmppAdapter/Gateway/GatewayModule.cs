using CarrierPay.Engine.Lanes.Deliveries;
using CarrierPay.Engine.Messaging.Texts;
using CarrierPay.SmppAdapter.Session;
using CarrierPay.SmppAdapter.Trace;
using Microsoft.Extensions.Configuration;
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
        services.AddOptions<SmppOptions>().Configure<IConfiguration>(Bind).ValidateOnStart();
        services.AddSingleton<IValidateOptions<SmppOptions>, SmppOptionsCheck>();
        services.TryAddSingleton(_ => Texts.LoadEmbedded());
        services.AddSingleton<GatewayMetrics>();
        services.AddSingleton<SmppMetrics>();
        services.AddSingleton<PduTrace>();
        services.AddHostedService<TraceSwitch>();
        services.AddSingleton<GatewayLinks>();
        services.AddSingleton<Doorway>();
        services.AddSingleton<Evidence>();
        services.AddSingleton(all => new UssdSessions(all.GetRequiredService<TimeProvider>()));
        services.AddSingleton<UssdSender>();
        services.AddSingleton<UssdReceiver>();
        services.AddSingleton<DeliveryLog>();
        services.AddSingleton<TextSubmitter>();
        services.AddSingleton<MessageSender>();
        services.AddSingleton<ReceiptReceiver>();
        services.AddSingleton<LongTextStore>();
        services.AddSingleton<LongTexts>();
        services.AddHostedService(all => all.GetRequiredService<LongTexts>());
        services.AddSingleton<TextReceiver>();
        services.AddSingleton(all => new SmppGateway(
            all.GetRequiredService<GatewayLinks>(), all.GetRequiredService<TextReceiver>(), all.GetRequiredService<MessageSender>(), all.GetRequiredService<UssdSender>(),
            all.GetRequiredService<Engine.Messaging.OutgoingMessages>(), all.GetRequiredService<TimeProvider>(),
            all.GetRequiredService<Microsoft.Extensions.Logging.ILogger<SmppGateway>>()));
        services.AddHostedService(all => all.GetRequiredService<SmppGateway>());
        return services;
    }

    private static void Bind(SmppOptions options, IConfiguration configuration) => SettingsReader.Read(configuration.GetSection(SmppOptions.Section), options, options.Faults);
}
