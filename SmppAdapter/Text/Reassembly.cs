using CarrierPay.SmppAdapter.Pdu;

namespace CarrierPay.SmppAdapter.Text;

/// <summary>Bounds of a <see cref="Reassembly"/>.</summary>
public sealed record ReassemblyOptions
{
    /// <summary>How long parts wait for the others, and how long a whole message is remembered to know a repeated part. Longer than an SMSC's retries are apart.</summary>
    public TimeSpan Expiry { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Messages remembered at once, whole or not.</summary>
    public int MaxMessages { get; init; } = 10_000;

    /// <summary>Of these, messages of one sender: a phone that floods must not take the room of others.</summary>
    public int MaxMessagesPerSender { get; init; } = 16;
}

/// <summary>Which message a part belongs to. Parts may come over several binds, so no session is named.</summary>
public readonly record struct PartKey(Address Source, Address Destination, int Reference, int Total);

/// <summary>A received part as a store keeps it: everything that is needed to go on after a restart.</summary>
/// <param name="Key">The message.</param>
/// <param name="Sequence">1 to the message's total.</param>
/// <param name="Encoding">How the content is written.</param>
/// <param name="LockingShift">The language of a GSM text's first table.</param>
/// <param name="SingleShift">The language of a GSM text's second table.</param>
/// <param name="Content">Octets behind the header; septets unpacked.</param>
/// <param name="ReceivedAt">When it came.</param>
public sealed record ReceivedPart(
    PartKey Key, int Sequence, TextEncoding Encoding, NationalLanguage LockingShift, NationalLanguage SingleShift, Octets Content, DateTimeOffset ReceivedAt)
{
    /// <exception cref="ArgumentException">The text is no part of a longer one.</exception>
    public static ReceivedPart Of(Address source, Address destination, DecodedText text, DateTimeOffset receivedAt)
    {
        var place = text.Concatenation ?? throw new ArgumentException("The text is no part of a longer one.", nameof(text));
        return new(new(source, destination, place.Reference, place.Total), place.Sequence, text.Encoding, text.LockingShift, text.SingleShift, text.Content, receivedAt);
    }

    internal bool HasSameContent(ReceivedPart other) => Encoding == other.Encoding && Content == other.Content;
}

/// <summary>Every answer to a part. When several apply, the one listed first is given.</summary>
public enum PartOutcome
{
    /// <summary>The same part with the same content came before: the SMSC missed our answer. Answer OK.</summary>
    Repeated,

    /// <summary>There is no room for one more message: ask the SMSC to come again (RX_T_APPN).</summary>
    NoRoom,

    /// <summary>Kept; others are missing.</summary>
    Waiting,

    /// <summary>This was the last one missing.</summary>
    Complete,
}

/// <summary>What became of a part.</summary>
/// <param name="Outcome">See <see cref="PartOutcome"/>.</param>
/// <param name="Text">The whole text if it is complete, else "".</param>
/// <param name="GivenUp">Parts of an older message that had the same reference and will never be whole: the sender's numbers have come round.</param>
public readonly record struct PartResult(PartOutcome Outcome, string Text, IReadOnlyList<ReceivedPart> GivenUp)
{
    /// <summary>Without the text: it may reach a log.</summary>
    public override string ToString() => $"{Outcome}, {Text.Length} characters";
}

/// <summary>Puts the parts of long messages together, in any order, over any number of links. State and arithmetic only: the caller has the clock, the store and the lock.</summary>
/// <remarks>
/// A store writes each part that came as Waiting or Complete, deletes what <see cref="RemoveExpired"/> and GivenUp name, and after a restart gives the
/// rest to <see cref="Restore"/>. Not safe for use by several threads at once.
/// </remarks>
public sealed class Reassembly(ReassemblyOptions options)
{
    private readonly Dictionary<PartKey, Message> _messages = [];
    private readonly Dictionary<Address, int> _bySender = [];

    /// <summary>In order of expiry.</summary>
    private readonly LinkedList<Message> _byAge = [];

    /// <summary>Messages remembered, whole or not.</summary>
    public int Count => _messages.Count;

    /// <summary>Takes a part. A part that repeats its text changes nothing.</summary>
    public PartResult Add(ReceivedPart part)
    {
        IReadOnlyList<ReceivedPart> givenUp = [];
        if (_messages.TryGetValue(part.Key, out var message) && message.Find(part.Sequence) is { } earlier)
        {
            if (earlier.HasSameContent(part))
            {
                return new(PartOutcome.Repeated, "", []);
            }
            givenUp = message.IsComplete ? [] : message.Parts;
            Remove(message);
            message = null;
        }
        if (message is null)
        {
            if (_messages.Count >= options.MaxMessages || _bySender.GetValueOrDefault(part.Key.Source) >= options.MaxMessagesPerSender)
            {
                return new(PartOutcome.NoRoom, "", givenUp);
            }
            message = Begin(part);
        }
        message.Put(part);
        return message.IsComplete ? new(PartOutcome.Complete, message.ReadText(), givenUp) : new(PartOutcome.Waiting, "", givenUp);
    }

    /// <summary>Forgets what is older than <see cref="ReassemblyOptions.Expiry"/>, counted from a message's first part. Returns the parts of messages that never became whole.</summary>
    public IReadOnlyList<ReceivedPart> RemoveExpired(DateTimeOffset now)
    {
        List<ReceivedPart> expired = [];
        while (_byAge.First is { Value: var oldest } && now - oldest.BeganAt >= options.Expiry)
        {
            Remove(oldest);
            expired.AddRange(oldest.IsComplete ? [] : oldest.Parts);
        }
        return expired;
    }

    /// <summary>The state that these stored parts, in any order, had led to. A message that they make whole counts as handed over: its parts were stored with its effect.</summary>
    public static Reassembly Restore(ReassemblyOptions options, IEnumerable<ReceivedPart> parts)
    {
        var reassembly = new Reassembly(options);
        foreach (var part in parts.OrderBy(part => part.ReceivedAt))
        {
            reassembly.Add(part);
        }
        return reassembly;
    }

    private Message Begin(ReceivedPart part)
    {
        var message = new Message(part.Key, part.ReceivedAt);
        _messages.Add(part.Key, message);
        _bySender[part.Key.Source] = _bySender.GetValueOrDefault(part.Key.Source) + 1;
        message.ByAge = _byAge.AddLast(message);
        return message;
    }

    private void Remove(Message message)
    {
        _byAge.Remove(message.ByAge!);
        _messages.Remove(message.Key);
        var left = _bySender[message.Key.Source] - 1;
        if (left == 0)
        {
            _bySender.Remove(message.Key.Source);
        }
        else
        {
            _bySender[message.Key.Source] = left;
        }
    }

    private sealed class Message(PartKey key, DateTimeOffset beganAt)
    {
        private readonly ReceivedPart?[] _parts = new ReceivedPart?[key.Total];
        private int _missing = key.Total;

        public PartKey Key { get; } = key;

        public DateTimeOffset BeganAt { get; } = beganAt;

        public LinkedListNode<Message>? ByAge { get; set; }

        public bool IsComplete => _missing == 0;

        public IReadOnlyList<ReceivedPart> Parts => [.. _parts.OfType<ReceivedPart>()];

        public ReceivedPart? Find(int sequence) => _parts[sequence - 1];

        public void Put(ReceivedPart part)
        {
            _parts[part.Sequence - 1] = part;
            _missing--;
        }

        /// <summary>Joined before it is read where that is possible: other senders cut through pairs.</summary>
        public string ReadText()
        {
            var first = _parts[0]!;
            var isOneKind = Array.TrueForAll(_parts, part =>
                (part!.Encoding, part.LockingShift, part.SingleShift) == (first.Encoding, first.LockingShift, first.SingleShift));
            return isOneKind
                ? MessageText.Read(_parts.SelectMany(part => part!.Content.Memory.ToArray()).ToArray(), first.Encoding, first.LockingShift, first.SingleShift)
                : string.Concat(_parts.Select(part => MessageText.Read(part!.Content.Span, part.Encoding, part.LockingShift, part.SingleShift)));
        }
    }
}
