using System.Text.RegularExpressions;

namespace CarrierPay.Simulator.Load;

/// <summary>What a conversation waits for: a text to its number that matches. The reply may come before the text that asked for it was answered, so it is awaited before that is sent.</summary>
internal sealed class LoadPhone
{
    private readonly Lock _lock = new();
    private TaskCompletionSource<Match>? _awaited;
    private Regex? _pattern;
    private long _number;

    /// <summary>Begins to wait.</summary>
    public Task<Match> Await(long number, Regex pattern)
    {
        lock (_lock)
        {
            (_number, _pattern) = (number, pattern);
            _awaited = new(TaskCreationOptions.RunContinuationsAsynchronously);
            return _awaited.Task;
        }
    }

    /// <summary>Waits no longer.</summary>
    public void Forget()
    {
        lock (_lock) _awaited = null;
    }

    /// <summary>A text has come; whoever waits for it goes on.</summary>
    public void Take(long number, Func<string> text)
    {
        lock (_lock)
        {
            if (_awaited is null || number != _number || TryMatch(text()) is not { } match) return;
            _awaited.SetResult(match);
            _awaited = null;
        }
    }

    private Match? TryMatch(string text)
    {
        try
        {
            return _pattern!.Match(text) is { Success: true } match ? match : null;
        }
        catch (RegexMatchTimeoutException)
        {
            return null;
        }
    }
}
