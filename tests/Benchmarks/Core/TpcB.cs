using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Npgsql;

namespace CarrierPay.Benchmarks.Core;

/// <summary>The reference: pgbench's TPC-B on the same cluster, scale 50, 16 clients, prepared.</summary>
internal sealed partial class TpcB(string connectionString, string binaries)
{
    private const string DatabaseName = "carrierpay_tpcb";
    private const int Scale = 50;

    public async Task PrepareAsync()
    {
        var builder = new NpgsqlConnectionStringBuilder(connectionString) { Database = "postgres" };
        await using var server = NpgsqlDataSource.Create(builder);
        await using var exists = server.CreateCommand("select 1 from pg_database where datname = 'carrierpay_tpcb'");
        if (await exists.ExecuteScalarAsync() is not null)
            return;
        await using var create = server.CreateCommand("create database carrierpay_tpcb");
        await create.ExecuteNonQueryAsync();
        await RunAsync("-i", "-q", "-s", Scale.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>Transactions per second.</summary>
    public async Task<double> MeasureAsync(int seconds)
    {
        var output = await RunAsync("-c", "16", "-j", "2", "-M", "prepared", "-n", "-T", seconds.ToString(CultureInfo.InvariantCulture));
        return double.Parse(Tps().Match(output).Groups[1].Value, CultureInfo.InvariantCulture);
    }

    private async Task<string> RunAsync(params string[] arguments)
    {
        var builder = new NpgsqlConnectionStringBuilder(connectionString);
        var start = new ProcessStartInfo(Path.Combine(binaries, "pgbench"))
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            ArgumentList = { "-h", builder.Host ?? "127.0.0.1", "-p", builder.Port.ToString(CultureInfo.InvariantCulture), "-U", builder.Username ?? "carrierpay" },
        };
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        start.ArgumentList.Add(DatabaseName);
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"pgbench failed: {await error}");
    }

    [GeneratedRegex(@"tps = ([0-9.]+)")]
    private static partial Regex Tps();
}
