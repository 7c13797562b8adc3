using Npgsql;
using NpgsqlTypes;

namespace CarrierPay.Engine.Lanes;

/// <summary>Commands with positional, typed parameters: nothing is boxed and nothing is inferred.</summary>
internal static class LaneSql
{
    public static NpgsqlCommand Command(NpgsqlConnection connection, string sql, params ReadOnlySpan<NpgsqlParameter> parameters)
    {
        var command = new NpgsqlCommand(sql, connection);
        foreach (var parameter in parameters)
            command.Parameters.Add(parameter);
        return command;
    }

    public static void Add(NpgsqlBatch batch, string sql, params ReadOnlySpan<NpgsqlParameter> parameters)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var parameter in parameters)
            command.Parameters.Add(parameter);
        batch.BatchCommands.Add(command);
    }

    public static NpgsqlParameter<short> Small(short value) => new() { TypedValue = value };
    public static NpgsqlParameter<int> Int(int value) => new() { TypedValue = value };
    public static NpgsqlParameter<long> Long(long value) => new() { TypedValue = value };
    public static NpgsqlParameter<string> Text(string value) => new() { TypedValue = value };
    public static NpgsqlParameter<TimeSpan> Interval(TimeSpan value) => new() { TypedValue = value };
    public static NpgsqlParameter<DateTime> Timestamp(DateTime value) => new() { TypedValue = value, NpgsqlDbType = NpgsqlDbType.TimestampTz };
}
