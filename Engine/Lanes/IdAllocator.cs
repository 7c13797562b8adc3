using CarrierPay.Engine.Subscribers;
using Npgsql;

namespace CarrierPay.Engine.Lanes;

/// <summary>Hands out ids from blocks of a sequence: time-ordered, without a round trip for each row.</summary>
/// <remarks>A block is thrown away after a second, so that ids of all processes stay nearly in order. Nothing depends on that order across processes.</remarks>
public sealed class IdAllocator(NpgsqlDataSource database, TimeProvider time) : IDisposable
{
    private const string TakeBlock = "select nextval('id_blocks')";
    private const int BlockSize = 16384;
    private static readonly TimeSpan BlockLife = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _gate = new(1);
    private long _next;
    private long _end;
    private long _takenAt;

    /// <summary>A slice of <paramref name="count"/> ids.</summary>
    public async ValueTask<IdBlock> TakeAsync(int count, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, BlockSize);
        await _gate.WaitAsync(cancellationToken);
        try
        {
            if (_end - _next < count || time.GetElapsedTime(_takenAt) > BlockLife)
            {
                await using var command = database.CreateCommand(TakeBlock);
                _next = (long)(await command.ExecuteScalarAsync(cancellationToken))!;
                _end = _next + BlockSize;
                _takenAt = time.GetTimestamp();
            }
            var slice = new IdBlock(_next, count);
            _next += count;
            return slice;
        }
        finally
        {
            _gate.Release();
        }
    }

    public void Dispose() => _gate.Dispose();
}
