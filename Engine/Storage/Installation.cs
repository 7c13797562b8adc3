using CarrierPay.Engine.Primitives;
using Dapper;
using Npgsql;

namespace CarrierPay.Engine.Storage;

/// <summary>What was fixed when the database was made.</summary>
public sealed record Installation(short Lanes, Currency Currency, TimeZoneInfo TimeZone)
{
    private const string Sql = "select lanes, currency, time_zone from installation";

    /// <exception cref="SchemaException">The database was never migrated to the end.</exception>
    public static async Task<Installation> ReadAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var rows = await connection.QueryAsync<(short Lanes, short Currency, string TimeZone)>(new CommandDefinition(Sql, cancellationToken: cancellationToken));
        return rows.AsList() is [var row]
            ? new(row.Lanes, Currency.Of(row.Currency), TimeZoneInfo.FindSystemTimeZoneById(row.TimeZone))
            : throw new SchemaException("The database does not say how it was installed: migrate it first.");
    }

    /// <exception cref="SchemaException">A setting differs from the one with which the database was made; the message names it.</exception>
    public static void RefuseOther(Installation made, InstallationOptions options)
    {
        Check("Lanes", made.Lanes, options.Lanes);
        Check("Currency", made.Currency.Code, options.Currency);
        Check("TimeZone", made.TimeZone.Id, options.TimeZone);

        static void Check<T>(string setting, T made, T wanted)
        {
            if (!Equals(made, wanted))
                throw new SchemaException($"{InstallationOptions.Section}:{setting} is {wanted}, but this database was made with {made}, which cannot be changed.");
        }
    }
}
