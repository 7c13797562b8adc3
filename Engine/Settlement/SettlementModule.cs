using CarrierPay.Engine.Messaging.Texts;
using CarrierPay.Engine.Payments;
using CarrierPay.Engine.Settlement.Periods;
using CarrierPay.Engine.Settlement.Runs;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace CarrierPay.Engine.Settlement;

/// <summary>Registers settlement. Needed besides: <see cref="Npgsql.NpgsqlDataSource"/> with the role of the process, <see cref="TimeProvider"/>, and <see cref="Storage.Jobs.AddJobs"/>.</summary>
public static class SettlementModule
{
    /// <summary>What a desk needs: reads, decisions, and asking for a closing.</summary>
    public static IServiceCollection AddSettlementDesk(this IServiceCollection services)
    {
        services.AddSingleton<SettlementQueries>();
        services.AddSingleton<PaymentQueries>();
        services.TryAddSingleton(_ => Texts.LoadEmbedded());
        services.AddSingleton<AskForClosing>();
        services.AddSingleton<ApproveSettlement>();
        services.AddSingleton<RejectSettlement>();
        services.AddSingleton<RerunSettlement>();
        return services;
    }

    /// <summary>What the engine's jobs need, and their timetable.</summary>
    public static IServiceCollection AddSettlementJobs(this IServiceCollection services)
    {
        services.AddOptions<SettlementOptions>().BindConfiguration(SettlementOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<LedgerMetrics>();
        services.AddSingleton<ClosePeriod>();
        services.AddSingleton<CalculateSettlement>();
        services.AddSingleton<ProveBalances>();
        services.AddSingleton<SettlementJobs>();
        services.AddHostedService<Timetable>();
        return services;
    }
}
