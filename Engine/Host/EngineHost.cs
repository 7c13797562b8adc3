using CarrierPay.Engine.Storage;
using Microsoft.Extensions.Options;
using Npgsql;

namespace CarrierPay.Engine.Host;

/// <summary>The engine's process: <c>migrate</c>, <c>provision FILE</c>, <c>parked</c>, <c>rated</c>, or, without an argument, the engine itself.</summary>
public static class EngineHost
{
    private const string Help =
        """
        CarrierPay.Engine.Host             runs the engine until SIGTERM or Ctrl-C
        CarrierPay.Engine.Host migrate     brings the database's schema up
        CarrierPay.Engine.Host provision FILE   loads subscribers, merchants and admin users from a JSON file; may be repeated
        CarrierPay.Engine.Host parked      lists the events that always failed and wait for a person
        CarrierPay.Engine.Host parked retry ID   has a running engine try one of them again
        CarrierPay.Engine.Host rated       lists the files of rated events for billing, and answers that were set aside
        CarrierPay.Engine.Host rated resend SEQUENCE   has a running engine send the same file again
        Settings come from the environment, as CarrierPay__Database__ConnectionString; README lists them.
        """;

    public static async Task<int> Main(string[] args)
    {
        try
        {
            switch (args)
            {
                case ["--help" or "-h"]:
                    await Console.Out.WriteLineAsync(Help);
                    return 0;
                case ["migrate"]:
                    return await SchemaCommand.RunAsync(Console.Out);
                case ["provision", var file]:
                    return await ProvisionCommand.RunAsync(file, Console.Out);
                case ["parked"]:
                    return await ParkedCommand.ListAsync(Console.Out);
                case ["parked", "retry", var id]:
                    return await ParkedCommand.RetryAsync(id, Console.Out);
                case ["rated"]:
                    return await RatedCommand.ListAsync(Console.Out);
                case ["rated", "resend", var sequence]:
                    return await RatedCommand.ResendAsync(sequence, Console.Out);
                case []:
                    await EngineProcess.RunAsync();
                    return 0;
                default:
                    await Console.Error.WriteLineAsync($"engine: '{string.Join(' ', args)}' is no command.\n{Help}");
                    return 2;
            }
        }
        catch (OptionsValidationException e)
        {
            return await FailAsync(string.Join("\nengine: ", e.Failures));
        }
        catch (AggregateException e) when (e.InnerExceptions.All(wrong => wrong is OptionsValidationException))
        {
            return await FailAsync(string.Join("\nengine: ", e.InnerExceptions.Cast<OptionsValidationException>().SelectMany(wrong => wrong.Failures)));
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
        catch (Exception e) when (e is ArgumentException or InvalidDataException or InvalidOperationException or IOException or FormatException)
        {
            return await FailAsync(e.Message);
        }
    }

    private static async Task<int> FailAsync(string problem)
    {
        await Console.Error.WriteLineAsync($"engine: {problem}");
        return 1;
    }
}
