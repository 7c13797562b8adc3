using System.Collections.Concurrent;
using System.Threading.Channels;
using CarrierPay.Engine.Primitives;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace CarrierPay.Engine.Lanes;

/// <summary>Finds the subscriber of a number: cached, and looked up in batches where it is not. The lane checks it again under the lock.</summary>
public sealed partial class Numbers(NpgsqlDataSource database, ILogger<Numbers> logger) : BackgroundService
{
    private const string LookUp = "select msisdn, subscriber_id, lane from numbers where msisdn = any($1) and valid_until is null";
    private const int MostCached = 250_000;
    private const int MostAtOnce = 500;

    private readonly Channel<(Msisdn Msisdn, TaskCompletionSource<Route?> Found)> _asked = Channel.CreateBounded<(Msisdn, TaskCompletionSource<Route?>)>(20_000);

    // Two generations: when the young one is full it becomes the old one, and what is still asked for moves up again. Bounded without bookkeeping.
    private ConcurrentDictionary<long, Route> _young = new();
    private ConcurrentDictionary<long, Route> _old = new();

    /// <summary>The route of a number; null if no subscriber has it.</summary>
    /// <exception cref="NpgsqlException">The database did not answer.</exception>
    public ValueTask<Route?> FindAsync(Msisdn msisdn, CancellationToken cancellationToken = default)
    {
        if (_young.TryGetValue(msisdn.Value, out var route))
            return new(route);
        if (_old.TryGetValue(msisdn.Value, out route))
        {
            Remember(msisdn, route);
            return new(route);
        }
        return AskAsync(msisdn, cancellationToken);
    }

    /// <summary>The cached route was wrong: the next look-up asks the database.</summary>
    public void Forget(Msisdn msisdn)
    {
        _young.TryRemove(msisdn.Value, out _);
        _old.TryRemove(msisdn.Value, out _);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        List<(Msisdn Msisdn, TaskCompletionSource<Route?> Found)> batch = [];
        try
        {
            while (await _asked.Reader.WaitToReadAsync(stoppingToken))
            {
                batch.Clear();
                while (batch.Count < MostAtOnce && _asked.Reader.TryRead(out var one))
                    batch.Add(one);
                try
                {
                    await AnswerAsync(batch, stoppingToken);
                }
                catch (NpgsqlException e)
                {
                    LookUpFailed(e.Message);
                    foreach (var (_, found) in batch)
                        found.TrySetException(e);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The process stops; who still waits has a cancellation of its own.
        }
    }

    private async ValueTask<Route?> AskAsync(Msisdn msisdn, CancellationToken cancellationToken)
    {
        var found = new TaskCompletionSource<Route?>(TaskCreationOptions.RunContinuationsAsynchronously);
        await _asked.Writer.WriteAsync((msisdn, found), cancellationToken);
        return await found.Task.WaitAsync(cancellationToken);
    }

    private async Task AnswerAsync(List<(Msisdn Msisdn, TaskCompletionSource<Route?> Found)> batch, CancellationToken cancellationToken)
    {
        Dictionary<long, Route> routes = [];
        await using (var command = database.CreateCommand(LookUp))
        {
            command.Parameters.Add(new NpgsqlParameter<long[]> { TypedValue = [.. batch.Select(b => b.Msisdn.Value).Distinct()] });
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
                routes[reader.GetInt64(0)] = new(new(reader.GetInt64(1)), reader.GetInt16(2));
        }
        foreach (var (msisdn, found) in batch)
        {
            if (routes.TryGetValue(msisdn.Value, out var route))
            {
                Remember(msisdn, route);
                found.TrySetResult(route);
            }
            else
            {
                found.TrySetResult(null);
            }
        }
    }

    private void Remember(Msisdn msisdn, Route route)
    {
        _young[msisdn.Value] = route;
        if (_young.Count > MostCached)
        {
            _old = _young;
            _young = new();
        }
    }

    [LoggerMessage(EventIds.DatabaseUnreachable, LogLevel.Warning, "Numbers could not be looked up: {Problem}")]
    private partial void LookUpFailed(string problem);
}
