using System.Globalization;
using CarrierPay.Engine.Settlement.Files;
using CarrierPay.Engine.Storage;
using Microsoft.Extensions.Options;
using Npgsql;

namespace CarrierPay.Engine.Host;

/// <summary><c>rated</c> and <c>rated resend SEQUENCE</c>: what billing was sent, and the same again.</summary>
internal static class RatedCommand
{
    private const int MostFiles = 50;

    public static async Task<int> ListAsync(TextWriter output)
    {
        await using var database = await OpenAsync();
        foreach (var file in await RatedFileQueries.ListAsync(database, null, MostFiles))
            await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{file.Name}  {file.Events} events of period {file.Period}: {Describe(file)}"));
        foreach (var answer in await RatedFileQueries.ListSetAsideAsync(database, MostFiles))
            await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"set aside {answer.At:yyyy-MM-dd HH:mm:ss}Z  {answer.Name}: {answer.Problem}"));
        return 0;
    }

    public static async Task<int> ResendAsync(string typed, TextWriter output)
    {
        if (!int.TryParse(typed, NumberStyles.None, CultureInfo.InvariantCulture, out var sequence))
            throw new FormatException($"'{typed}' is no sequence of a file: rated lists them.");
        await using var database = await OpenAsync();
        if (!await RatedFileQueries.AskResendAsync(database, sequence, Environment.UserName, TimeProvider.System.GetUtcNow()))
            throw new InvalidDataException($"There is no file {sequence}: rated lists what there is.");
        await output.WriteLineAsync($"A running engine sends file {sequence} again, the same octets under the same name.");
        return 0;
    }

    private static string Describe(RatedFile file)
    {
        var asked = file.SendAskedAt is null ? "" : ", is to be sent again";
        var rejected = file.Rejected is > 0 ? $", {file.Rejected} rejected" : "";
        return file.State switch
        {
            RatedFileState.Made => $"waits to be delivered{asked}",
            RatedFileState.Delivered => string.Create(CultureInfo.InvariantCulture, $"delivered {file.DeliveredAt:yyyy-MM-dd HH:mm:ss}Z, no answer yet{rejected}{asked}"),
            RatedFileState.Answered => string.Create(CultureInfo.InvariantCulture, $"{file.Accepted} accepted{rejected} by {file.AnsweredAt:yyyy-MM-dd HH:mm:ss}Z{asked}"),
            RatedFileState.Differs => $"NOT SENT, its events have changed{asked}",
            _ => throw new ArgumentOutOfRangeException(nameof(file)),
        };
    }

    private static async Task<NpgsqlDataSource> OpenAsync()
    {
        await using var services = new ServiceCollection().AddSingleton<IConfiguration>(Settings.Read()).AddStorage().BuildServiceProvider();
        var database = Databases.Open(services.GetRequiredService<IOptions<DatabaseOptions>>().Value.ConnectionString, DatabaseRole.Engine);
        await Migrations.OfThisBuild.EnsureKnownSchemaAsync(database);
        return database;
    }
}
