using System.Diagnostics.Metrics;

namespace CarrierPay.Engine.Settlement.Files;

/// <summary>What stands open between us and billing, as the engine that looked last has seen it.</summary>
public sealed class RatedFilesMetrics : IDisposable
{
    private readonly Meter _meter = new("CarrierPay.RatedFiles");
    private readonly Counter<long> _setAside;
    private long _undelivered;
    private long _overdue;
    private long _notUndone;

    public RatedFilesMetrics()
    {
        _setAside = _meter.CreateCounter<long>("carrierpay.rated_files.answers.set_aside", "{answer}", "Answers that could not be taken in");
        _meter.CreateObservableGauge("carrierpay.rated_files.undelivered", () => Volatile.Read(ref _undelivered), "{file}", "Files that are made and not delivered");
        _meter.CreateObservableGauge("carrierpay.rated_files.overdue", () => Volatile.Read(ref _overdue), "{file}", "Files that billing has not accounted for in time");
        _meter.CreateObservableGauge("carrierpay.rated_files.rejections.open", () => Volatile.Read(ref _notUndone), "{charge}", "Rejected charges that are not undone");
    }

    public void Dispose() => _meter.Dispose();

    internal void SetAside(int answers) => _setAside.Add(answers);

    internal void Counted(long undelivered, long overdue, long notUndone)
    {
        Volatile.Write(ref _undelivered, undelivered);
        Volatile.Write(ref _overdue, overdue);
        Volatile.Write(ref _notUndone, notUndone);
    }
}
