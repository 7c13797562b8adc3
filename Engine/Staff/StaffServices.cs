using Microsoft.Extensions.DependencyInjection;

namespace CarrierPay.Engine.Staff;

/// <summary>Registers the staff's use cases, which work on Admin's own connections.</summary>
public static class StaffServices
{
    public static IServiceCollection AddStaff(this IServiceCollection services)
    {
        services.AddSingleton<SignInStaff>();
        services.AddSingleton<ChangePassword>();
        services.AddSingleton<NoteLook>();
        services.AddSingleton<StaffQueries>();
        return services;
    }
}
