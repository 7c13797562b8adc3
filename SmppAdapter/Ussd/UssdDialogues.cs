using System.Diagnostics.CodeAnalysis;

namespace CarrierPay.SmppAdapter.Ussd;

/// <summary>
/// The dialogues of one gateway. It has no clock: it is given inputs, texts and the time, and says what each means. Bounded by <see cref="UssdTimers.MaxDialogues"/>.
/// Safe to use from several threads.
/// </summary>
/// <remarks>
/// A repeat and the same answer once more look alike on the wire. Told apart by order: the gateway reads our deliver_sm_resp before the text that follows it on the
/// same connection, so once it has taken the text (<see cref="Accepted"/>) it has no reason to repeat, and an equal input is the user's next answer. Before, it is a repeat.
/// Where the order is not certain, over two connections or two threads, a second's delay decides (<see cref="UssdTimers.RepeatWithin"/>): a repeated "1" must never
/// choose from the menu that follows.
/// A handset has one dialogue at a time (3GPP TS 24.090, section 5): a new one of the same number ends the one before, of which the network told nobody.
/// </remarks>
public sealed class UssdDialogues<TLink>
    where TLink : class
{
    private readonly Lock _lock = new();
    private readonly UssdTimers _timers;
    private readonly Dictionary<long, UssdDialogueEntry<TLink>> _byId = [];
    private readonly Dictionary<UssdSessionKey, UssdDialogueEntry<TLink>> _byKey = [];

    /// <summary>The one that has not ended, by number.</summary>
    private readonly Dictionary<string, UssdDialogueEntry<TLink>> _live = new(StringComparer.Ordinal);

    /// <summary>Ended ones in the order of their ends, which is the order in which they are forgotten.</summary>
    private readonly Queue<UssdDialogueEntry<TLink>> _ended = new();
    private long _lastId;

    /// <param name="timers">Not to be changed afterwards.</param>
    /// <param name="firstId">Above those of an earlier process, if ids outlive one.</param>
    public UssdDialogues(UssdTimers timers, long firstId = 1)
    {
        _timers = timers;
        _lastId = firstId - 1;
    }

    /// <summary>Dialogues in the table, those that have ended and are remembered included.</summary>
    public int Count
    {
        get { lock (_lock) return _byId.Count; }
    }

    /// <summary>Takes an input.</summary>
    public UssdTaken<TLink> Take(UssdInput input, TLink link, DateTimeOffset now)
    {
        lock (_lock)
        {
            if (Find(input, now) is not { } entry)
            {
                return input.Kind == UssdInputKind.Begin ? Begin(input, link, now) : new(UssdTakenKind.Unknown);
            }
            EndIfOver(entry, now);
            if (input.Kind == UssdInputKind.Begin)
            {
                return entry.Repeats(input, now, _timers.RepeatWithin) ? Repeat(entry, input, link) : Begin(input, link, now);
            }
            if (entry.Repeats(input, now, _timers.RepeatWithin))
            {
                return Repeat(entry, input, link);
            }
            if (entry.Turn == UssdTurn.Nobody)
            {
                return new(UssdTakenKind.AfterEnd, entry.View);
            }
            return Step(entry, input, link, now);
        }
    }

    /// <summary>Gives the text that a dialogue is owed. False if it has ended, or the time is over, or nothing is owed: then the text goes another way.</summary>
    /// <param name="step">With <see cref="UssdStep.End"/> the dialogue ends here; else the user has the turn.</param>
    public bool TryReply(long id, string text, UssdStep step, DateTimeOffset now, [NotNullWhen(true)] out UssdReply<TLink>? reply)
    {
        lock (_lock)
        {
            reply = null;
            if (!_byId.TryGetValue(id, out var entry))
            {
                return false;
            }
            EndIfOver(entry, now);
            if (entry.Turn != UssdTurn.Application)
            {
                return false;
            }
            Say(entry, text, step, now);
            reply = entry.Reply!;
            return true;
        }
    }

    /// <summary>Begins a dialogue from here. False if the number has one, or there is no room.</summary>
    public bool TryPush(UssdSession session, string text, UssdStep step, TLink link, DateTimeOffset now, [NotNullWhen(true)] out UssdReply<TLink>? reply)
    {
        lock (_lock)
        {
            reply = null;
            var number = session.Subscriber.Digits;
            if (_live.TryGetValue(number, out var live))
            {
                EndIfOver(live, now);
            }
            if (_live.ContainsKey(number) || !MakeRoom(now))
            {
                return false;
            }
            var entry = Add(session, link, now);
            Say(entry, text, step, now);
            reply = entry.Reply!;
            return true;
        }
    }

    /// <summary>The gateway has taken the text: submit_sm_resp ROK.</summary>
    public void Accepted(long id, DateTimeOffset now)
    {
        lock (_lock)
        {
            if (_byId.TryGetValue(id, out var entry))
            {
                entry.AcceptedAt = now;
            }
        }
    }

    /// <summary>The gateway has not taken the text, so the dialogue is gone: submit_sm_resp with an error, or no link to send it over.</summary>
    public void Refused(long id, DateTimeOffset now)
    {
        lock (_lock)
        {
            if (_byId.TryGetValue(id, out var entry))
            {
                entry.Reply = null;
                End(entry, now);
            }
        }
    }

    /// <summary>Ends what is over its time and forgets what ended long ago. To be called about once a second.</summary>
    /// <returns>The dialogues that were owed a text and have got none in time.</returns>
    public IReadOnlyList<UssdDialogue<TLink>> Expire(DateTimeOffset now)
    {
        lock (_lock)
        {
            List<UssdDialogue<TLink>> unanswered = [];
            foreach (var entry in _live.Values.Where(entry => entry.IsOver(now)).ToArray())
            {
                if (entry.IsOwed)
                {
                    unanswered.Add(entry.View);
                }
                End(entry, now);
            }
            while (_ended.TryPeek(out var oldest) && now - oldest.EndedAt > _timers.Remember)
            {
                Forget(_ended.Dequeue());
            }
            return unanswered;
        }
    }

    private UssdDialogueEntry<TLink>? Find(UssdInput input, DateTimeOffset now)
    {
        // Numbers of dialogues are used again: what comes of another handset is of another dialogue.
        var known = _byKey.TryGetValue(input.Key, out var entry) && entry.Number == input.Msisdn ? entry : null;
        if (known is { Turn: not UssdTurn.Nobody } || input.Kind == UssdInputKind.Begin)
        {
            return known;
        }
        if (!_live.TryGetValue(input.Msisdn, out var pushed) || pushed.Key is not null)
        {
            return known;
        }
        // The gateway numbers a dialogue that was begun from here in its first answer. Whoever had that number has it no more.
        if (entry is not null)
        {
            End(entry, now);
        }
        pushed.Key = input.Key;
        _byKey[input.Key] = pushed;
        return pushed;
    }

    private UssdTaken<TLink> Begin(UssdInput input, TLink link, DateTimeOffset now)
    {
        // Numbers of dialogues are used again, and a handset has one at a time: whichever was there is over.
        if (_byKey.TryGetValue(input.Key, out var former))
        {
            End(former, now);
        }
        if (_live.TryGetValue(input.Msisdn, out var other))
        {
            End(other, now);
        }
        if (!MakeRoom(now))
        {
            return new(UssdTakenKind.NoRoom);
        }
        var entry = Add(input.Session, link, now);
        entry.Key = input.Key;
        _byKey[input.Key] = entry;
        Owe(entry, input, link, now);
        return new(UssdTakenKind.Began, entry.View);
    }

    private UssdTaken<TLink> Step(UssdDialogueEntry<TLink> entry, UssdInput input, TLink link, DateTimeOffset now)
    {
        switch (input.Kind)
        {
            case UssdInputKind.Answer when entry.Turn == UssdTurn.User:
                Owe(entry, input, link, now);
                return new(UssdTakenKind.Answered, entry.View);
            case UssdInputKind.Answer:
                // Not asked, and no repeat of what is being decided: there is nothing that it could answer.
                return new(UssdTakenKind.Repeated, entry.View);
            case UssdInputKind.Acknowledged when !input.Ends:
                if (entry.Turn == UssdTurn.User)
                {
                    Owe(entry, input, link, now);
                }
                return new(UssdTakenKind.Acknowledged, entry.View);
            default:
                var view = entry.View;
                End(entry, now);
                return new(input.Kind == UssdInputKind.Acknowledged ? UssdTakenKind.Acknowledged : UssdTakenKind.GivenUp, view);
        }
    }

    private static UssdTaken<TLink> Repeat(UssdDialogueEntry<TLink> entry, UssdInput input, TLink link)
    {
        entry.Link = link;
        entry.Session = input.Session;
        entry.Reply = entry.Reply is { } reply ? reply with { Link = link, Session = input.Session } : null;
        return new(UssdTakenKind.Repeated, entry.View, entry.AcceptedAt is null ? entry.Reply : null);
    }

    private UssdDialogueEntry<TLink> Add(UssdSession session, TLink link, DateTimeOffset now)
    {
        var entry = new UssdDialogueEntry<TLink> { Id = ++_lastId, Number = session.Subscriber.Digits, Session = session, Link = link, Until = now + _timers.Whole };
        _byId.Add(entry.Id, entry);
        _live[entry.Number] = entry;
        return entry;
    }

    private void Owe(UssdDialogueEntry<TLink> entry, UssdInput input, TLink link, DateTimeOffset now)
    {
        entry.Session = input.Session;
        entry.Link = link;
        entry.LastInput = (input.Kind, input.Text);
        entry.Reply = null;
        entry.AcceptedAt = null;
        entry.Turn = UssdTurn.Application;
        entry.TurnUntil = Earlier(now + _timers.AnswerWithin, entry.Until);
    }

    private void Say(UssdDialogueEntry<TLink> entry, string text, UssdStep step, DateTimeOffset now)
    {
        entry.Reply = new(entry.Id, entry.Link, entry.Session, text, step);
        entry.AcceptedAt = null;
        entry.Turn = UssdTurn.User;
        entry.TurnUntil = Earlier(now + _timers.UserIdle, entry.Until);
        if (step == UssdStep.End)
        {
            End(entry, now);
        }
    }

    private void EndIfOver(UssdDialogueEntry<TLink> entry, DateTimeOffset now)
    {
        if (entry.IsOver(now))
        {
            End(entry, now);
        }
    }

    private void End(UssdDialogueEntry<TLink> entry, DateTimeOffset now)
    {
        if (entry.Turn == UssdTurn.Nobody)
        {
            return;
        }
        entry.Turn = UssdTurn.Nobody;
        entry.EndedAt = now;
        _live.Remove(entry.Number);
        _ended.Enqueue(entry);
    }

    private bool MakeRoom(DateTimeOffset now)
    {
        while (_byId.Count >= _timers.MaxDialogues)
        {
            if (!_ended.TryDequeue(out var oldest))
            {
                return false;
            }
            Forget(oldest);
        }
        return true;
    }

    private void Forget(UssdDialogueEntry<TLink> entry)
    {
        _byId.Remove(entry.Id);
        // Its key may belong to a newer one.
        if (entry.Key is { } key && _byKey.TryGetValue(key, out var owner) && owner == entry)
        {
            _byKey.Remove(key);
        }
    }

    private static DateTimeOffset Earlier(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;
}
