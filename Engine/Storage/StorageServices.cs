using Microsoft.Extensions.DependencyInjection;

namespace CarrierPay.Engine.Storage;

/// <summary>Registers the database, its settings and the keys.</summary>
public static class StorageServices
{
    /// <summary>Everything but <see cref="Partitions"/>, which the engine alone runs.</summary>
    public static IServiceCollection AddStorage(this IServiceCollection services)
    {
        services.AddOptions<DatabaseOptions>().BindConfiguration(DatabaseOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<InstallationOptions>().BindConfiguration(InstallationOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<SecretsOptions>().BindConfiguration(SecretsOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<Databases>();
        services.AddSingleton(provider => provider.GetRequiredService<Databases>().Engine);
        services.AddSingleton<SecretKeys>();
        services.AddSingleton(provider => provider.GetRequiredService<SecretKeys>().Protection);
        return services;
    }
}
