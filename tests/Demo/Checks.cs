namespace CarrierPay.Demo;

/// <summary>What was checked and what of it was wrong.</summary>
public sealed class Checks
{
    private readonly List<string> _longMessages = [];
    private int _messages;
    private int _right;
    private int _wrong;

    public bool AllRight => _wrong == 0 && _right > 0;

    public bool That(bool holds, string what, string expected, string seen)
    {
        if (holds) Right(what);
        else Wrong(what, expected, seen);
        return holds;
    }

    public void Wrong(string what, string expected, string seen)
    {
        _wrong++;
        Console.WriteLine($"    ✗ {what}");
        Console.WriteLine($"        expected: {expected}");
        Console.WriteLine($"        seen:     {seen}");
    }

    /// <summary>Notes a message of either direction for <see cref="EveryMessageIsOnePart"/>.</summary>
    public void Count(HandsetMessage message, string name)
    {
        _messages++;
        if (message.Parts != 1) _longMessages.Add($"{name}: {message.Parts} parts {message.Encoding}: {message.Text}");
    }

    public void EveryMessageIsOnePart()
    {
        Console.WriteLine();
        That(_messages > 0 && _longMessages.Count == 0, $"each of the {_messages} messages is one short message on the air", "one part each", string.Join(" | ", _longMessages));
    }

    public string Summary() => _wrong == 0 ? $"✓ all {_right} checks are right" : $"✗ {_wrong} of {_right + _wrong} checks are wrong";

    private void Right(string what)
    {
        _right++;
        Console.WriteLine($"    ✓ {what}");
    }
}
