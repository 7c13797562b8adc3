using System.Collections.Concurrent;
using CarrierPay.SmppAdapter.Pdu;

namespace CarrierPay.Simulator.Load;

/// <summary>What a load has done in one second.</summary>
/// <param name="Second">From 0.</param>
/// <param name="Sent">deliver_sm written.</param>
/// <param name="Answered">deliver_sm answered with ROK.</param>
/// <param name="Taken">submit_sm that came to the phones of the load.</param>
/// <param name="Completed">Conversations that came to their end.</param>
public sealed record LoadSecond(int Second, long Sent, long Answered, long Taken, long Completed);

/// <summary>What is counted while a load runs. Safe to use from several threads.</summary>
internal sealed class LoadFigures(TimeProvider time, int seconds)
{
    private readonly long _startedAt = time.GetTimestamp();
    // One more than asked for: what happens while open conversations end.
    private readonly Second[] _seconds = new Second[seconds + 1];
    private readonly ConcurrentDictionary<CommandStatus, long> _refusals = new();
    private long _begun, _completed, _sent, _answered, _refused, _unknown, _notSent, _taken, _replies, _unanswered, _skipped;

    private struct Second
    {
        public long Sent, Answered, Taken, Completed;
    }

    public LatencyHistogram Deliver { get; } = new();

    public LatencyHistogram Reply { get; } = new();

    public void CountBegun() => Interlocked.Increment(ref _begun);

    public void CountSent() => Count(ref _sent, ref Now().Sent);

    public void CountAnswered() => Count(ref _answered, ref Now().Answered);

    public void CountTaken() => Count(ref _taken, ref Now().Taken);

    public void CountCompleted() => Count(ref _completed, ref Now().Completed);

    public void CountUnknown() => Interlocked.Increment(ref _unknown);

    public void CountNotSent() => Interlocked.Increment(ref _notSent);

    public void CountReply() => Interlocked.Increment(ref _replies);

    public void CountUnanswered() => Interlocked.Increment(ref _unanswered);

    public void CountSkipped() => Interlocked.Increment(ref _skipped);

    public void CountRefused(CommandStatus status)
    {
        Interlocked.Increment(ref _refused);
        _refusals.AddOrUpdate(status, 1, (_, count) => count + 1);
    }

    public LoadReport Report(string state)
    {
        var elapsed = Math.Min(time.GetElapsedTime(_startedAt).TotalSeconds, seconds);
        LoadSecond[] view = [.. _seconds.Take((int)Math.Ceiling(elapsed)).Select((second, index) => new LoadSecond(index, second.Sent, second.Answered, second.Taken, second.Completed))];
        return new LoadReport(state, Math.Round(elapsed, 3), Volatile.Read(ref _begun), Volatile.Read(ref _completed), Volatile.Read(ref _sent), Volatile.Read(ref _answered),
            Volatile.Read(ref _refused), _refusals.ToDictionary(refusal => $"0x{(uint)refusal.Key:X2} {refusal.Key}", refusal => refusal.Value),
            Volatile.Read(ref _unknown), Volatile.Read(ref _notSent), Volatile.Read(ref _taken), Volatile.Read(ref _replies), Volatile.Read(ref _unanswered), Volatile.Read(ref _skipped),
            PerSecond(view.Sum(second => second.Sent)), PerSecond(view.Sum(second => second.Answered)), PerSecond(view.Sum(second => second.Taken)), PerSecond(view.Sum(second => second.Completed)),
            Deliver.View(), Reply.View(), view);

        double PerSecond(long count) => elapsed > 0 ? Math.Round(count / elapsed, 1) : 0;
    }

    private ref Second Now() => ref _seconds[Math.Min((int)time.GetElapsedTime(_startedAt).TotalSeconds, seconds)];

    private static void Count(ref long total, ref long second)
    {
        Interlocked.Increment(ref total);
        Interlocked.Increment(ref second);
    }
}
