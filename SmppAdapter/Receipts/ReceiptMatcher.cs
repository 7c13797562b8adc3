using CarrierPay.SmppAdapter.Pdu;

namespace CarrierPay.SmppAdapter.Receipts;

/// <summary>Bounds of a <see cref="ReceiptMatcher{T}"/>.</summary>
public sealed record ReceiptMatcherOptions
{
    /// <summary>How long a message waits for its receipts: longer than its validity.</summary>
    public TimeSpan MessageLife { get; init; } = TimeSpan.FromDays(3);

    /// <summary>How long a receipt waits for its message: receipts overtake responses, and come over other links.</summary>
    public TimeSpan ReceiptLife { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Messages remembered at once; beyond it the oldest is forgotten.</summary>
    public int MaxMessages { get; init; } = 100_000;

    /// <summary>Receipts without a message kept at once; beyond it the oldest is given up.</summary>
    public int MaxParked { get; init; } = 10_000;
}

/// <summary>What became of a receipt.</summary>
public enum ReceiptOutcome
{
    /// <summary>Its message is known.</summary>
    Matched,

    /// <summary>Its message is known, and had a receipt that said the same.</summary>
    Repeated,

    /// <summary>No message is known yet; it waits for one.</summary>
    Parked,
}

/// <summary>A receipt and the message that it is about.</summary>
public readonly record struct MatchedReceipt<T>(T Message, DeliveryReceipt Receipt);

/// <summary>Brings receipts and sent messages together, whichever comes first. State and arithmetic only: the caller has the clock and the lock.</summary>
/// <remarks>
/// One for each SMSC, not for each link: receipts come over any bind. Match by <see cref="MessageIdPolicy"/>'s keys and by destination: some SMSCs give every
/// message the same id, and then a receipt belongs to the oldest message to its number that has no final one. Not safe for use by several threads at once.
/// </remarks>
/// <typeparam name="T">What the caller knows a message by.</typeparam>
public sealed class ReceiptMatcher<T>(ReceiptMatcherOptions options)
{
    private readonly Dictionary<Place, List<Sent>> _sent = [];
    private readonly LinkedList<Sent> _sentByAge = [];
    private readonly Dictionary<Place, List<Parked>> _parked = [];
    private readonly LinkedList<Parked> _parkedByAge = [];

    /// <summary>Messages remembered.</summary>
    public int Messages => _sentByAge.Count;

    /// <summary>Receipts that wait for their message.</summary>
    public int Waiting => _parkedByAge.Count;

    /// <summary>Remembers a message that was accepted.</summary>
    /// <param name="key">Of the response's id; "" if it had none: receipts without an id find it by its destination.</param>
    /// <returns>Its receipts that came before, in order.</returns>
    public IReadOnlyList<MatchedReceipt<T>> Add(string key, Address destination, T message, DateTimeOffset now)
    {
        var sent = new Sent(new(key, destination), message, now);
        ListOf(_sent, sent.Place).Add(sent);
        sent.ByAge = _sentByAge.AddLast(sent);
        if (_sentByAge.Count > options.MaxMessages)
        {
            Remove(_sentByAge.First!.Value);
        }
        List<MatchedReceipt<T>> found = [];
        foreach (var parked in _parked.TryGetValue(sent.Place, out var waiting) ? waiting.ToList() : [])
        {
            // With equal ids the next message may want the rest.
            if (sent.IsFinal)
            {
                break;
            }
            Remove(parked);
            sent.Note(parked.Receipt);
            found.Add(new(message, parked.Receipt));
        }
        return found;
    }

    /// <summary>Finds the message of a receipt.</summary>
    /// <param name="key">Of the receipt's id; "" if it has none.</param>
    /// <param name="message">The message; means nothing if the receipt was parked.</param>
    public ReceiptOutcome Receive(string key, DeliveryReceipt receipt, DateTimeOffset now, out T? message)
    {
        var place = new Place(key, receipt.From);
        var candidates = _sent.GetValueOrDefault(place);
        if ((candidates?.Find(s => !s.IsFinal) ?? candidates?[^1]) is not { } sent)
        {
            Park(place, receipt, now);
            message = default;
            return ReceiptOutcome.Parked;
        }
        message = sent.Message;
        return sent.Note(receipt) ? ReceiptOutcome.Matched : ReceiptOutcome.Repeated;
    }

    /// <summary>Forgets what is too old.</summary>
    /// <returns>Receipts that never found a message.</returns>
    public IReadOnlyList<DeliveryReceipt> RemoveExpired(DateTimeOffset now)
    {
        while (_sentByAge.First is { Value: var oldest } && now - oldest.At >= options.MessageLife)
        {
            Remove(oldest);
        }
        List<DeliveryReceipt> givenUp = [];
        while (_parkedByAge.First is { Value: var oldest } && now - oldest.At >= options.ReceiptLife)
        {
            Remove(oldest);
            givenUp.Add(oldest.Receipt);
        }
        return givenUp;
    }

    private void Park(Place place, DeliveryReceipt receipt, DateTimeOffset now)
    {
        var parked = new Parked(place, receipt, now);
        ListOf(_parked, place).Add(parked);
        parked.ByAge = _parkedByAge.AddLast(parked);
        if (_parkedByAge.Count > options.MaxParked)
        {
            Remove(_parkedByAge.First!.Value);
        }
    }

    private void Remove(Sent sent)
    {
        _sentByAge.Remove(sent.ByAge!);
        RemoveFrom(_sent, sent.Place, sent);
    }

    private void Remove(Parked parked)
    {
        _parkedByAge.Remove(parked.ByAge!);
        RemoveFrom(_parked, parked.Place, parked);
    }

    private static List<TItem> ListOf<TItem>(Dictionary<Place, List<TItem>> lists, Place place)
    {
        if (!lists.TryGetValue(place, out var list))
        {
            lists.Add(place, list = []);
        }
        return list;
    }

    private static void RemoveFrom<TItem>(Dictionary<Place, List<TItem>> lists, Place place, TItem item)
    {
        lists[place].Remove(item);
        if (lists[place].Count == 0)
        {
            lists.Remove(place);
        }
    }

    /// <summary>Where messages and receipts meet: the id's key and the end of the number, for SMSCs add and drop country codes, plus signs and zeros.</summary>
    private readonly record struct Place
    {
        private const int Telling = 7;

        private readonly string _key;
        private readonly string _end;

        public Place(string key, Address number)
        {
            _key = key;
            var digits = number.Digits;
            _end = digits.Length <= Telling ? digits : digits[^Telling..];
        }
    }

    private sealed class Sent(Place place, T message, DateTimeOffset at)
    {
        private (SmMessageState? State, bool IsNoted) _last;

        public Place Place { get; } = place;

        public T Message { get; } = message;

        public DateTimeOffset At { get; } = at;

        public LinkedListNode<Sent>? ByAge { get; set; }

        public bool IsFinal { get; private set; }

        /// <summary>False if it says nothing new.</summary>
        public bool Note(DeliveryReceipt receipt)
        {
            if (IsFinal || _last == (receipt.State, true))
            {
                return false;
            }
            _last = (receipt.State, true);
            IsFinal = receipt.IsFinal;
            return true;
        }
    }

    private sealed class Parked(Place place, DeliveryReceipt receipt, DateTimeOffset at)
    {
        public Place Place { get; } = place;

        public DeliveryReceipt Receipt { get; } = receipt;

        public DateTimeOffset At { get; } = at;

        public LinkedListNode<Parked>? ByAge { get; set; }
    }
}
