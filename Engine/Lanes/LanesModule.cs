using CarrierPay.Engine.Messaging;
using CarrierPay.Engine.Primitives;
using CarrierPay.Engine.Subscribers;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Npgsql;

namespace CarrierPay.Engine.Lanes;

public static class LanesModule
{
    /// <summary>Registers the lanes. Needed besides: <see cref="NpgsqlDataSource"/> (role engine), <see cref="Storage.Databases"/>, <see cref="LaneCount"/>,
    /// <see cref="ConfirmationCodes"/>, <see cref="LoadReferenceData"/>, <see cref="IDataProtectionProvider"/> and a <see cref="TimeProvider"/>.</summary>
    /// <param name="decide">All rules.</param>
    public static IServiceCollection AddLanes(this IServiceCollection services, Decide decide)
    {
        services.AddOptions<LanesOptions>().BindConfiguration(LanesOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<OutgoingMessages>();
        services.AddSingleton<OutgoingCalls>();
        services.AddSingleton<StopGrace>();
        services.AddSingleton<LanesHealth>();
        services.AddSingleton<LanesMetrics>();
        services.AddSingleton<LaneDoor>();
        services.AddSingleton<IdAllocator>();
        services.AddSingleton<ReferenceCache>();
        services.AddSingleton<ParkedEvents>();
        services.AddSingleton(s => new Permits(s.GetRequiredService<IOptions<LanesOptions>>().Value.QuotesPerMerchant));
        services.AddSingleton<Numbers>();
        services.AddSingleton<EngineLease>();
        services.AddHostedService(s => s.GetRequiredService<EngineLease>());
        services.AddHostedService(s => s.GetRequiredService<Numbers>());
        services.AddSingleton(s => new LaneTools(
            s.GetRequiredService<IdAllocator>(), s.GetRequiredService<EngineLease>(), s.GetRequiredService<ReferenceCache>(),
            s.GetRequiredService<ConfirmationCodes>(), s.GetRequiredService<Permits>(), decide, s.GetRequiredService<TimeProvider>(),
            s.GetRequiredService<IOptions<LanesOptions>>().Value, s.GetRequiredService<OutgoingMessages>(), s.GetRequiredService<OutgoingCalls>(),
            s.GetService<Rails>() ?? Rails.None, s.GetRequiredService<LanesHealth>(), s.GetRequiredService<LanesMetrics>()));
        services.AddSingleton<LaneCommit>();
        services.AddSingleton<LostWork>();
        services.AddHostedService<LaneWorkers>();
        services.AddHostedService<LaneSweeper>();
        return services;
    }
}
