using CarrierPay.Engine.Messaging;
using CarrierPay.Engine.Primitives;
using CarrierPay.Engine.Subscribers;
using CarrierPay.SmppAdapter.Ussd;

namespace CarrierPay.SmppAdapter.Gateway;

/// <summary>One USSD session of a number, as an answer names it.</summary>
/// <param name="Session">The key of the gateway without the number: it stands in the database.</param>
internal readonly record struct UssdSessionId(string Link, Msisdn Number, string Session)
{
    public static UssdSessionId Of(string link, Msisdn number, UssdSessionKey key) =>
        new(link, number, string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{key.ServiceCode}/{key.Reference}"));

    public static UssdSessionId Of(Msisdn number, UssdAnswer answer) => new(answer.Link, number, answer.Session);
}

/// <summary>What this process knows of USSD sessions beyond the engine's dialogues: how to write to them, and which answers have arrived. For any number of threads.</summary>
/// <remarks>
/// Not a second dialogue: what is decided by an input stands in the subscriber's row, so that a restart or another engine goes on with it. What is lost here with the
/// process costs a screen that is shown once more, or an SMS in place of a screen. The memory is bounded: what nobody has touched for
/// <see cref="Dialogue.Life"/> is forgotten, and while it is full no further session is taken.
/// </remarks>
internal sealed class UssdSessions(TimeProvider time, int capacity = 50_000)
{
    private static readonly TimeSpan SweepInterval = TimeSpan.FromSeconds(10);

    private readonly Dictionary<UssdSessionId, Entry> _entries = [];
    private readonly Lock _gate = new();
    private long _sweptAt = time.GetTimestamp();

    /// <summary>How many sessions are remembered.</summary>
    public int Remembered
    {
        get
        {
            lock (_gate)
                return _entries.Count;
        }
    }

    /// <summary>Notes an input.</summary>
    /// <param name="replyPath">The short code that stands for the session in texts by SMS.</param>
    /// <param name="by">Until when it must be answered.</param>
    /// <returns>The last answer of the session that is known to have arrived, 0 = none, and the short code of its begin; null if there is no room.</returns>
    public (long AfterStep, string ReplyPath)? Take(UssdSessionId id, UssdInput input, string replyPath, DateTimeOffset by)
    {
        lock (_gate)
        {
            Sweep();
            if (!_entries.TryGetValue(id, out var known))
            {
                if (_entries.Count >= capacity)
                    return null;
                _entries[id] = known = new() { ReplyPath = replyPath, FirstBy = by };
            }
            else if (input.Kind == UssdInputKind.Begin)
            {
                // Keys are used again: a session under this one has ended, whatever was known of it. Steps go on.
                (known.ReplyPath, known.FirstBy, known.IsOver) = (replyPath, by, false);
            }
            known.Session = input.Session;
            known.Pages = [];
            known.TouchedAt = time.GetTimestamp();
            return (known.AcceptedStep, known.ReplyPath);
        }
    }

    /// <summary>How to write to a session; null if it is not known here, or over.</summary>
    public UssdSession? Find(UssdSessionId id)
    {
        lock (_gate)
            return _entries.GetValueOrDefault(id) is { IsOver: false } entry ? entry.Session : null;
    }

    /// <summary>Notes that somebody is about to answer; what was owed needs no further care.</summary>
    public void Answering(UssdSessionId id, UssdAnswer answer)
    {
        lock (_gate)
        {
            if (_entries.GetValueOrDefault(id) is { } entry && answer.By > entry.AnsweredBy)
                entry.AnsweredBy = answer.By;
        }
    }

    public bool IsAnswered(UssdSessionId id, UssdAnswer answer)
    {
        lock (_gate)
            return _entries.GetValueOrDefault(id) is not { } entry || entry.IsOver || entry.AnsweredBy >= answer.By;
    }

    /// <summary>The answer is about to be shown. Its further pages are known before it is: who sees the first may ask for the next before we hear that it was taken.</summary>
    /// <param name="pages">What did not fit and is shown when it is asked for.</param>
    public void Showing(UssdSessionId id, UssdAnswer answer, string[] pages)
    {
        lock (_gate)
        {
            // An answer to an earlier session of the same key says nothing about this one.
            if (_entries.GetValueOrDefault(id) is not { } entry || answer.By < entry.FirstBy)
                return;
            entry.Pages = pages;
            entry.EndsAfterPages = answer.Ends && pages.Length > 0;
        }
    }

    /// <summary>The gateway has taken the answer: an equal input is now the next one, no repeat.</summary>
    public void Accepted(UssdSessionId id, UssdAnswer answer)
    {
        lock (_gate)
        {
            if (_entries.GetValueOrDefault(id) is not { } entry)
                return;
            entry.AcceptedStep = Math.Max(entry.AcceptedStep, answer.Step);
            if (answer.By >= entry.FirstBy)
                entry.IsOver |= answer.Ends && !entry.EndsAfterPages;
        }
    }

    /// <summary>Whether the gateway has taken this answer: then it was given to an earlier delivery of the same input, and must not be shown once more.</summary>
    public bool HasTaken(UssdSessionId id, UssdAnswer answer)
    {
        lock (_gate)
            return _entries.GetValueOrDefault(id) is { } entry && answer.Step > 0 && answer.Step <= entry.AcceptedStep;
    }

    /// <summary>Nothing can be shown in the session any more.</summary>
    /// <param name="by">Of the answer that could not be shown: it says nothing about a later session of the same key. Null: whatever came.</param>
    public void Drop(UssdSessionId id, DateTimeOffset? by = null)
    {
        lock (_gate)
        {
            if (_entries.GetValueOrDefault(id) is { } entry && !(by < entry.FirstBy))
                entry.IsOver = true;
        }
    }

    /// <summary>The next page of an answer that is longer than a screen, and whether the session ends with it; null if there is none.</summary>
    public (string Page, bool Ends)? TakePage(UssdSessionId id, UssdSession session)
    {
        lock (_gate)
        {
            if (_entries.GetValueOrDefault(id) is not { IsOver: false, Pages: [var page, .. var rest] } entry)
                return null;
            entry.Session = session;
            entry.Pages = rest;
            entry.TouchedAt = time.GetTimestamp();
            return (page, entry.EndsAfterPages && rest.Length == 0);
        }
    }

    private void Sweep()
    {
        var now = time.GetTimestamp();
        if (time.GetElapsedTime(_sweptAt, now) < SweepInterval)
            return;
        _sweptAt = now;
        foreach (var (id, entry) in _entries)
        {
            if (time.GetElapsedTime(entry.TouchedAt, now) > Dialogue.Life)
                _entries.Remove(id);
        }
    }

    private sealed class Entry
    {
        public UssdSession? Session { get; set; }
        public required string ReplyPath { get; set; }

        /// <summary>Until when its first input must be answered: an answer owed for less long belongs to an earlier session.</summary>
        public required DateTimeOffset FirstBy { get; set; }
        public DateTimeOffset AnsweredBy { get; set; }
        public long AcceptedStep { get; set; }
        public string[] Pages { get; set; } = [];
        public bool EndsAfterPages { get; set; }
        public bool IsOver { get; set; }
        public long TouchedAt { get; set; }
    }
}
