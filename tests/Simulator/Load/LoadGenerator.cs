using CarrierPay.Simulator.Smsc;
using CarrierPay.SmppAdapter.Pdu;

namespace CarrierPay.Simulator.Load;

/// <summary>Makes load on the bound systems: texts from very many phones that are not drawn. One load at a time.</summary>
public sealed class LoadGenerator : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly Links _links;
    private readonly TimeProvider _time;
    private readonly IReadOnlyList<string> _shortCodes;
    private volatile LoadRun? _run;
    private Task<LoadReport>? _running;

    internal LoadGenerator(Links links, TimeProvider time, IReadOnlyList<string> shortCodes)
    {
        _links = links;
        _time = time;
        _shortCodes = shortCodes;
    }

    /// <summary>Of the load that runs, or of the last one; null before the first.</summary>
    public LoadReport? Report => _run?.Report;

    /// <summary>Starts a load. The task ends with it, and gives its report.</summary>
    /// <exception cref="ArgumentException">The order is wrong; the message says which field.</exception>
    /// <exception cref="InvalidOperationException">A load is running.</exception>
    public Task<LoadReport> Start(LoadOrder order)
    {
        ArgumentNullException.ThrowIfNull(order);
        var plan = order.Read(_shortCodes);
        lock (_lock)
        {
            if (_running is { IsCompleted: false }) throw new InvalidOperationException("A load is running: wait for its end, or stop it.");
            _run = new LoadRun(plan, _links, _time);
            return _running = _run.RunAsync();
        }
    }

    /// <summary>Ends the load that runs, if any, and gives its report.</summary>
    public async Task<LoadReport?> StopAsync()
    {
        Task<LoadReport>? running;
        lock (_lock) running = _running;
        if (running is null) return null;
        await _run!.StopAsync();
        return await running;
    }

    /// <summary>Stops, and waits for the last conversation: after the links have ended, so that none waits for an answer.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        if (_run is { } run) await run.Loops;
    }

    /// <summary>A text to one of the phones of the load: true, and it is counted and goes to the conversation that waits for it.</summary>
    internal bool TryTake(string digits, MessagePdu pdu) => _run is { } run && run.TryTake(digits, pdu);
}
