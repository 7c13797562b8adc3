using CarrierPay.Simulator.Web;

namespace CarrierPay.Simulator.Smsc;

/// <summary>One thing that happened at the short message centre, for people.</summary>
/// <param name="Seq">From 1, in order.</param>
/// <param name="Kind">bind, deliver, submit, ussd, retry, fault, error.</param>
public sealed record LogLine(long Seq, DateTimeOffset At, string Kind, string Text);

/// <summary>The last things that happened, newest last. Bounded; texts of messages are not in it.</summary>
public sealed partial class SmscLog(TimeProvider time, Feed feed, ILogger logger)
{
    public const int Memory = 200;

    private readonly Lock _lock = new();
    private readonly Queue<LogLine> _lines = new();
    private long _lastSeq;

    public IReadOnlyList<LogLine> Lines
    {
        get { lock (_lock) return [.. _lines]; }
    }

    internal void Add(string kind, string text)
    {
        // Binds are what one wants to see on the console, too.
        if (kind == "bind") LogBind(text);
        lock (_lock)
        {
            var line = new LogLine(++_lastSeq, time.GetUtcNow(), kind, text);
            if (_lines.Count == Memory) _lines.Dequeue();
            _lines.Enqueue(line);
            feed.Publish(new FeedEvent.Logged(line));
        }
    }

    [LoggerMessage(LogLevel.Information, "{Event}")]
    private partial void LogBind(string @event);
}
