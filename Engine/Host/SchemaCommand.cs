using CarrierPay.Engine.Storage;
using Microsoft.Extensions.Options;

namespace CarrierPay.Engine.Host;

/// <summary><c>migrate</c>: brings the schema up with the owner's connection, or the engine's own if none is given.</summary>
internal static class SchemaCommand
{
    public static async Task<int> RunAsync(TextWriter output)
    {
        var services = new ServiceCollection().AddSingleton<IConfiguration>(Settings.Read()).AddStorage().BuildServiceProvider();
        await using var _ = services;
        var database = services.GetRequiredService<IOptions<DatabaseOptions>>().Value;
        var installation = services.GetRequiredService<IOptions<InstallationOptions>>().Value;
        var owner = string.IsNullOrWhiteSpace(database.OwnerConnectionString) ? database.ConnectionString : database.OwnerConnectionString;
        var ran = await Migrations.OfThisBuild.MigrateAsync(owner, installation);
        await output.WriteLineAsync(ran.Count == 0 ? "The schema is up to date." : $"Ran {string.Join(", ", ran)}.");
        return 0;
    }
}
