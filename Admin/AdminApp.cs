using System.Net.Sockets;
using CarrierPay.Engine.Staff;
using CarrierPay.Engine.Storage;
using Microsoft.Extensions.Options;
using Npgsql;

namespace CarrierPay.Admin;

/// <summary>Admin's process: the operator's web pages, or, with <c>reset-password NAME</c>, a new password for one of its users.</summary>
public static class AdminApp
{
    private const string Help =
        """
        CarrierPay.Admin                       serves the operator's pages until SIGTERM or Ctrl-C
        CarrierPay.Admin reset-password NAME   makes a one-time password for an admin user, prints it, and ends the user's sessions
        Settings come from the environment, as CarrierPay__Database__ConnectionString; Admin/README.md lists them.
        """;

    public static async Task<int> Main(string[] args)
    {
        var configuration = new ConfigurationBuilder().AddEnvironmentVariables().Build();
        try
        {
            switch (args)
            {
                case ["--help" or "-h"]:
                    await Console.Out.WriteLineAsync(Help);
                    return 0;
                case ["reset-password", var name]:
                    return await ResetPasswordAsync(configuration, name);
                case []:
                    await using (var admin = await AdminHost.StartAsync(configuration, TimeProvider.System))
                        await admin.WaitForShutdownAsync();
                    return 0;
                default:
                    return await FailAsync($"'{string.Join(' ', args)}' is no command.\n{Help}", code: 2);
            }
        }
        catch (OptionsValidationException e)
        {
            return await FailAsync(string.Join("\nadmin: ", e.Failures));
        }
        catch (SchemaException e)
        {
            return await FailAsync(e.Message);
        }
        catch (PostgresException e)
        {
            return await FailAsync($"the database refused ({e.SqlState}): {e.MessageText}. Check CarrierPay:Database:ConnectionString.");
        }
        catch (NpgsqlException e)
        {
            return await FailAsync($"the database cannot be reached: {e.Message}. Check CarrierPay:Database:ConnectionString.");
        }
        catch (IOException e) when (e.InnerException is SocketException or Microsoft.AspNetCore.Connections.AddressInUseException)
        {
            return await FailAsync($"{configuration[AdminOptions.Section + ":Urls"] ?? new AdminOptions().Urls} is in use by another program. Stop it, or set CarrierPay:Admin:Urls to another port.");
        }
        catch (Exception e) when (e is ArgumentException or InvalidDataException or InvalidOperationException or IOException or FormatException)
        {
            return await FailAsync(e.Message);
        }
    }

    private static async Task<int> ResetPasswordAsync(IConfiguration configuration, string name)
    {
        await using var services = new ServiceCollection().AddSingleton(configuration).AddStorage().BuildServiceProvider();
        await using var admin = Databases.Open(services.GetRequiredService<IOptions<DatabaseOptions>>().Value.ConnectionString, DatabaseRole.Admin);
        await Migrations.OfThisBuild.EnsureKnownSchemaAsync(admin);
        if (await ProvisionStaff.ResetPasswordAsync(admin, name, TimeProvider.System) is not { } made)
            return await FailAsync($"there is no admin user '{name}'.");
        await Console.Out.WriteLineAsync($"one-time password of {made.Name}, shown this once: {made.Password}");
        return 0;
    }

    private static async Task<int> FailAsync(string problem, int code = 1)
    {
        await Console.Error.WriteLineAsync($"admin: {problem}");
        return code;
    }
}
