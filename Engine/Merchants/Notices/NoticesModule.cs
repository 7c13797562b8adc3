using CarrierPay.Engine.Primitives;
using CarrierPay.Engine.Storage;
using Hangfire;
using Microsoft.Extensions.DependencyInjection;

namespace CarrierPay.Engine.Merchants.Notices;

/// <summary>Registers the notices. Needed besides: <see cref="Npgsql.NpgsqlDataSource"/> with the role of the process, <see cref="TimeProvider"/>.</summary>
public static class NoticesModule
{
    /// <summary>What a desk needs: reads, and the replay.</summary>
    public static IServiceCollection AddNoticeDesk(this IServiceCollection services)
    {
        AddSettings(services);
        services.AddSingleton<NoticeQueries>();
        services.AddSingleton<ReplayNotice>();
        return services;
    }

    /// <summary>What the engine needs to send them; needs the lanes, <see cref="MerchantsServices.AddMerchants"/> and <see cref="Jobs.AddJobs"/>.</summary>
    public static IServiceCollection AddNotices(this IServiceCollection services)
    {
        AddSettings(services);
        services.AddSingleton(s => new PublicPaymentIds(s.GetRequiredService<SecretKeys>().Derive(SecretPurpose.PublicPaymentIds, 16)));
        services.AddSingleton<NoticeStore>();
        services.AddSingleton<NoticeClient>();
        services.AddSingleton<DeliverNotice>();
        services.AddSingleton<ScheduleRetry>(s =>
        {
            var jobs = s.GetRequiredService<IBackgroundJobClient>();
            return (merchant, delay) =>
            {
                if (delay > TimeSpan.Zero)
                    jobs.Schedule<RetryNotices>(job => job.RunAsync(merchant.Value, CancellationToken.None), delay);
                else
                    jobs.Enqueue<RetryNotices>(job => job.RunAsync(merchant.Value, CancellationToken.None));
            };
        });
        services.AddSingleton<RetryNotices>();
        services.AddHostedService<SendNotices>();
        services.AddHostedService<NoticeTimetable>();
        return services;
    }

    private static void AddSettings(IServiceCollection services) =>
        services.AddOptions<NoticesOptions>().BindConfiguration(NoticesOptions.Section).ValidateDataAnnotations().ValidateOnStart();
}
