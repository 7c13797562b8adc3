using CarrierPay.Engine.Funding.Airtime;
using Microsoft.Extensions.DependencyInjection;

namespace CarrierPay.Engine.Payments.Doubts;

public static class DoubtsModule
{
    /// <summary>Registers what Admin needs to decide about payments in doubt.</summary>
    public static IServiceCollection AddDoubtDesk(this IServiceCollection services)
    {
        services.AddOptions<OcsOptions>().BindConfiguration(OcsOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<DoubtQueries>();
        services.AddSingleton<ProposeResolution>();
        services.AddSingleton<DecideResolution>();
        services.AddSingleton<AskAgain>();
        return services;
    }
}
