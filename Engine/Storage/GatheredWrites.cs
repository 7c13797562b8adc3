using Npgsql;

namespace CarrierPay.Engine.Storage;

/// <summary>Gathers what many callers want written at the same time into one transaction, and tells each of them when its own is committed. For any number of threads.</summary>
/// <remarks>
/// No timer: the first row goes at once, and what comes while it is written goes together. Bounded by its callers, each of whom waits for its row.
/// If the database refuses a batch, each row is tried alone, so that a bad one does not sink its neighbours.
/// </remarks>
/// <param name="write">Writes rows in one transaction and gives a result for each, in their order. Never called twice at a time.</param>
/// <param name="most">Rows of one transaction, at most.</param>
public sealed class GatheredWrites<TRow, TResult>(Func<IReadOnlyList<TRow>, Task<IReadOnlyList<TResult>>> write, int most = 500)
{
    private readonly Queue<Waiting> _waiting = [];
    private readonly Lock _gate = new();
    private bool _isWriting;

    private readonly record struct Waiting(TRow Row, TaskCompletionSource<TResult> Written);

    /// <summary>Completed when the row is committed.</summary>
    /// <exception cref="NpgsqlException">It is not, as far as is known.</exception>
    public Task<TResult> WriteAsync(TRow row)
    {
        var waiting = new Waiting(row, new(TaskCreationOptions.RunContinuationsAsynchronously));
        lock (_gate)
        {
            _waiting.Enqueue(waiting);
            if (!_isWriting)
            {
                _isWriting = true;
                // Not awaited: it ends with the queue, and tells every caller how it went.
                _ = Task.Run(WriteAllAsync);
            }
        }
        return waiting.Written.Task;
    }

    private async Task WriteAllAsync()
    {
        while (true)
        {
            List<Waiting> batch = [];
            lock (_gate)
            {
                while (batch.Count < most && _waiting.TryDequeue(out var next))
                    batch.Add(next);
                if (batch.Count == 0)
                {
                    _isWriting = false;
                    return;
                }
            }
            await WriteAsync(batch);
        }
    }

    private async Task WriteAsync(List<Waiting> batch)
    {
        try
        {
            var results = await write(batch.ConvertAll(w => w.Row));
            for (var i = 0; i < batch.Count; i++)
                batch[i].Written.SetResult(results[i]);
        }
        catch (PostgresException) when (batch.Count > 1)
        {
            foreach (var one in batch)
                await WriteAsync([one]);
        }
#pragma warning disable CA1031 // Outer edge: the failure is each caller's.
        catch (Exception e)
#pragma warning restore CA1031
        {
            foreach (var one in batch)
                one.Written.TrySetException(e);
        }
    }
}
