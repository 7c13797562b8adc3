namespace CarrierPay.Engine.Host;

/// <summary>Settings come from the environment and nowhere else: no secret lies in a file of the repository.</summary>
internal static class Settings
{
    public static IConfigurationRoot Read() => new ConfigurationBuilder().AddEnvironmentVariables().Build();
}
