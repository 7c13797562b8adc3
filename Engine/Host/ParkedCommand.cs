using System.Globalization;
using CarrierPay.Engine.Lanes;
using CarrierPay.Engine.Storage;
using Microsoft.Extensions.Options;
using Npgsql;

namespace CarrierPay.Engine.Host;

/// <summary><c>parked</c> and <c>parked retry ID</c>: the events that always failed. What they say is never shown.</summary>
internal static class ParkedCommand
{
    private const int Page = 1000;

    public static async Task<int> ListAsync(TextWriter output)
    {
        await using var database = await OpenAsync();
        var total = 0;
        for (long after = 0; ;)
        {
            var page = await ParkedEventQueries.ListAsync(database, after, Page);
            foreach (var row in page)
            {
                var asked = row.RetryAskedAt is null ? "" : ", is to be tried again";
                await output.WriteLineAsync(string.Create(
                    CultureInfo.InvariantCulture, $"{row.Id}  {row.ParkedAt:yyyy-MM-dd HH:mm:ss}Z  lane {row.Lane}, {row.Subscriber}: {row.Kind} failed by {row.Error}{asked}"));
            }
            total += page.Count;
            if (page.Count < Page)
                break;
            after = page[^1].Id;
        }
        await output.WriteLineAsync($"{total} parked");
        return 0;
    }

    public static async Task<int> RetryAsync(string typed, TextWriter output)
    {
        if (!long.TryParse(typed, NumberStyles.None, CultureInfo.InvariantCulture, out var id))
            throw new FormatException($"'{typed}' is no id of a parked event: parked lists them.");
        await using var database = await OpenAsync();
        if (!await ParkedEventQueries.AskRetryAsync(database, id))
            throw new InvalidDataException($"{id} is not parked: parked lists what is.");
        await output.WriteLineAsync($"A running engine tries {id} again; if it still fails, it stays among the parked ones.");
        return 0;
    }

    private static async Task<NpgsqlDataSource> OpenAsync()
    {
        await using var services = new ServiceCollection().AddSingleton<IConfiguration>(Settings.Read()).AddStorage().BuildServiceProvider();
        var database = Databases.Open(services.GetRequiredService<IOptions<DatabaseOptions>>().Value.ConnectionString, DatabaseRole.Engine);
        await Migrations.OfThisBuild.EnsureKnownSchemaAsync(database);
        return database;
    }
}
