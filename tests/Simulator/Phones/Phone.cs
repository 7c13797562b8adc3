namespace CarrierPay.Simulator.Phones;

/// <summary>One handset: a number, a name, and the messages on it. Safe to use from several threads.</summary>
public sealed class Phone(string msisdn, string name, PhoneLanguage language, Web.Feed feed)
{
    /// <summary>As many messages as a handset keeps; the oldest make room.</summary>
    public const int Memory = 500;

    private readonly Lock _lock = new();
    private readonly List<PhoneMessage> _messages = [];
    private int _lastSeq;

    /// <summary>Digits with the country code, without a plus.</summary>
    public string Msisdn => msisdn;

    public string Name { get; internal set; } = name;

    public PhoneLanguage Language { get; internal set; } = language;

    /// <summary>The messages after <paramref name="after"/>, oldest first.</summary>
    public IReadOnlyList<PhoneMessage> MessagesAfter(int after)
    {
        lock (_lock) return [.. _messages.Where(message => message.Seq > after)];
    }

    internal PhoneMessage Receive(string peer, string text, int parts, MessageEncoding encoding, DateTimeOffset at) =>
        Add(seq => new PhoneMessage(seq, MessageDirection.In, peer, text, at, parts, encoding, MessageState.Delivered, Read: false));

    internal PhoneMessage Send(string peer, string text, int parts, MessageEncoding encoding, DateTimeOffset at) =>
        Add(seq => new PhoneMessage(seq, MessageDirection.Out, peer, text, at, parts, encoding, MessageState.Queued, Read: true));

    /// <summary>Replaces a message; false if it is not there any more.</summary>
    internal bool Change(int seq, Func<PhoneMessage, PhoneMessage> change)
    {
        lock (_lock)
        {
            var index = _messages.FindLastIndex(message => message.Seq == seq);
            if (index < 0) return false;
            var changed = change(_messages[index]);
            if (changed == _messages[index]) return true;
            _messages[index] = changed;
            feed.Publish(new Web.FeedEvent.Message(msisdn, changed));
            return true;
        }
    }

    internal bool Erase(int seq)
    {
        lock (_lock)
        {
            if (_messages.RemoveAll(message => message.Seq == seq) == 0) return false;
            feed.Publish(new Web.FeedEvent.Erased(msisdn, seq));
            return true;
        }
    }

    private PhoneMessage Add(Func<int, PhoneMessage> make)
    {
        lock (_lock)
        {
            var message = make(++_lastSeq);
            if (_messages.Count == Memory) _messages.RemoveAt(0);
            _messages.Add(message);
            // Published under the lock, so that listeners see the changes of a handset in their order.
            feed.Publish(new Web.FeedEvent.Message(msisdn, message));
            return message;
        }
    }
}
