using Microsoft.Extensions.DependencyInjection;

namespace CarrierPay.Engine.Settlement.Files;

/// <summary>Registers the files of rated events, in an engine. Needed besides: <see cref="Npgsql.NpgsqlDataSource"/> with the role engine, <see cref="TimeProvider"/>, <see cref="Lanes.PostToLane"/>.</summary>
public static class RatedFilesModule
{
    public static IServiceCollection AddRatedFiles(this IServiceCollection services)
    {
        services.AddOptions<RatedFilesOptions>().BindConfiguration(RatedFilesOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<RatedFilesMetrics>();
        services.AddSingleton<MakeRatedFiles>();
        services.AddSingleton<DeliverRatedFiles>();
        services.AddSingleton<TakeInAnswers>();
        services.AddSingleton<UndoRejectedCharges>();
        services.AddSingleton<ExchangeRatedFiles>();
        services.AddHostedService(s => s.GetRequiredService<ExchangeRatedFiles>());
        return services;
    }
}
