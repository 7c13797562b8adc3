using System.Reflection;
using CarrierPay.Engine.Messaging.Texts;
using CarrierPay.SmppAdapter.Session;
using CarrierPay.SmppAdapter.Trace;
using CarrierPay.SmppAdapter.Ussd;
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
        services.AddSingleton<MessageSender>();
        services.AddSingleton<TextReceiver>();
        services.AddSingleton(all => new SmppGateway(
            all.GetRequiredService<GatewayLinks>(), all.GetRequiredService<TextReceiver>(), all.GetRequiredService<MessageSender>(), all.GetRequiredService<UssdSender>(),
            all.GetRequiredService<Engine.Messaging.OutgoingMessages>(), all.GetRequiredService<TimeProvider>(),
            all.GetRequiredService<Microsoft.Extensions.Logging.ILogger<SmppGateway>>()));
        services.AddHostedService(all => all.GetRequiredService<SmppGateway>());
        return services;
    }

    /// <summary>Link by link: the binder of a list passes over an element that it cannot read.</summary>
    private static void Bind(SmppOptions options, IConfiguration configuration)
    {
        const BindingFlags Settings = BindingFlags.Public | BindingFlags.Instance | BindingFlags.IgnoreCase;
        var section = configuration.GetSection(SmppOptions.Section);
        section.Bind(options);
        options.Links.Clear();
        foreach (var link in section.GetSection(nameof(SmppOptions.Links)).GetChildren())
        {
            if (link.GetChildren().FirstOrDefault(s => typeof(SmppGatewayLink).GetProperty(s.Key, Settings) is null) is { } unknown)
                throw new InvalidOperationException($"{unknown.Path} is no setting of a link: check its spelling.");
            if (link.GetSection(nameof(SmppGatewayLink.Ussd)).GetChildren().FirstOrDefault(s => typeof(UssdSettings).GetProperty(s.Key, Settings) is null) is { } strange)
                throw new InvalidOperationException($"{strange.Path} is no setting of USSD: check its spelling.");
            options.Links.Add(link.Get<SmppGatewayLink>() ?? new());
        }
    }
}
