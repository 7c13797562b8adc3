using CarrierPay.Engine.Storage;
using Npgsql;

namespace CarrierPay.Engine.Lanes;

/// <summary>The connection of one worker: never pooled, and a statement is prepared when it comes for the second time.</summary>
internal sealed class LaneConnection(Databases databases) : IAsyncDisposable
{
    private readonly string _connectionString =
        new NpgsqlConnectionStringBuilder(databases.LaneConnectionString(0)) { MaxAutoPrepare = 64, AutoPrepareMinUsages = 2 }.ConnectionString;

    private NpgsqlConnection? _connection;

    /// <summary>The open connection; a new one if there was none or it broke.</summary>
    public async Task<NpgsqlConnection> OpenAsync(CancellationToken cancellationToken)
    {
        if (_connection is { State: System.Data.ConnectionState.Open })
            return _connection;
        await CloseAsync();
        _connection = new(_connectionString);
        await _connection.OpenAsync(cancellationToken);
        return _connection;
    }

    /// <summary>Closes it, which rolls back whatever it was at.</summary>
    public async Task CloseAsync()
    {
        if (_connection is null)
            return;
        await _connection.DisposeAsync();
        _connection = null;
    }

    public async ValueTask DisposeAsync() => await CloseAsync();
}
