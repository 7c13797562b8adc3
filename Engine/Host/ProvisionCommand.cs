using CarrierPay.Engine.Accounts;
using CarrierPay.Engine.Merchants;
using CarrierPay.Engine.Staff;
using CarrierPay.Engine.Storage;
using CarrierPay.Engine.Subscribers;
using Microsoft.Extensions.Options;

namespace CarrierPay.Engine.Host;

/// <summary><c>provision FILE</c>: loads subscribers, merchants and admin users; what is there already is brought up to date, and no balance is touched twice.</summary>
internal static class ProvisionCommand
{
    public static async Task<int> RunAsync(string path, TextWriter output)
    {
        await using var services = new ServiceCollection().AddSingleton<IConfiguration>(Settings.Read())
            .AddSingleton(TimeProvider.System).AddStorage().AddMerchants().BuildServiceProvider();
        var tiers = services.GetRequiredService<IOptions<AccountsOptions>>().Value.ToLimits();
        ProvisionFile file;
        try
        {
            file = ProvisionFile.Read(await File.ReadAllBytesAsync(path), tiers);
        }
        catch (ProvisionFileException e)
        {
            foreach (var error in e.Errors)
                await Console.Error.WriteLineAsync($"{path}: {error}");
            return 1;
        }
        var connectionString = services.GetRequiredService<IOptions<DatabaseOptions>>().Value.ConnectionString;
        await using var admin = Databases.Open(connectionString, DatabaseRole.Admin);
        await Migrations.OfThisBuild.EnsureKnownSchemaAsync(admin);
        var done = await Provision.RunAsync(admin, file, services.GetRequiredService<SecretKeys>(), TimeProvider.System);
        await output.WriteLineAsync($"{done.Added} subscribers added, {done.Updated} brought up to date, {done.Unchanged} unchanged; {done.Merchants} merchants.");
        var staff = await ProvisionStaff.RunAsync(admin, file.Staff, TimeProvider.System);
        if (file.Staff.Count > 0)
            await output.WriteLineAsync($"{staff.Added} admin users added, {staff.Updated} brought up to date, {staff.Unchanged} unchanged.");
        foreach (var made in staff.Made)
            await output.WriteLineAsync($"one-time password of {made.Name}, shown this once: {made.Password}");
        return 0;
    }
}
