using CarrierPay.Engine.Funding;
using CarrierPay.Engine.Primitives;
using CarrierPay.Engine.Subscribers;
using CarrierPay.Engine.Tests.Subscribers;

namespace CarrierPay.Engine.Tests.Payments;

/// <summary>The rows of calls, and engines that make them: slowly, twice at a time, after others have taken them over, or not at all. What is asked reaches <see cref="OutsideBooks"/>.</summary>
internal sealed class OutsideCalls(PureLane lane, OutsideBooks books)
{
    private static readonly TimeSpan LookAgainAfter = TimeSpan.FromMinutes(2);

    private readonly List<Row> _rows = [];
    private readonly List<ConnectorCall> _inHand = [];
    private readonly List<ConnectorCall> _underWay = [];
    private readonly List<SubscriberEvent> _answers = [];
    private int _called;
    private int _ended;
    private int _kept;
    private int _putOff;

    private sealed class Row(ConnectorCall call, DateTimeOffset nextAt)
    {
        public ConnectorCall Call { get; set; } = call;

        /// <summary>Null = a person.</summary>
        public DateTimeOffset? NextAt { get; set; } = nextAt;
    }

    /// <summary>Whether the answered attempt is the last that was counted, and the call still waits.</summary>
    public bool IsLastAttempt(ConnectorCall call) => _rows.Find(r => r.Call.Id == call.Id) is { } row && row.Call.Attempts == call.Attempts;

    /// <summary>Payments that a person has to decide about.</summary>
    public IEnumerable<PaymentId> LeftToPerson => _rows.Where(r => r.NextAt is null).Select(r => r.Call.Payment);

    public bool HasRow(PaymentId payment) => _rows.Exists(r => r.Call.Payment == payment);

    /// <summary>What the last decision wants asked, asked no more, or asked later.</summary>
    public void Take()
    {
        foreach (var call in lane.Calls.Skip(_called).Where(c => c.Kind != ConnectorKind.Quote))
            Add(call);
        foreach (var ended in lane.CallsEnded.Skip(_ended))
            _rows.RemoveAll(r => r.Call.Id == ended.Id);
        foreach (var kept in lane.CallsKept.Skip(_kept).Where(c => !_rows.Exists(r => r.Call.Id == c.Id)))
            _rows.Add(new(kept, lane.Now + LookAgainAfter));
        foreach (var putOff in lane.CallsPutOff.Skip(_putOff))
        {
            if (_rows.Find(r => r.Call.Id == putOff.Id) is { } row)
                row.NextAt = putOff.NextAt;
        }
        (_called, _ended, _kept, _putOff) = (lane.Calls.Count, lane.CallsEnded.Count, lane.CallsKept.Count, lane.CallsPutOff.Count);
    }

    /// <summary>A call that came with something else than a decision.</summary>
    public void Add(ConnectorCall call)
    {
        _rows.Add(new(call, lane.Now + LookAgainAfter));
        _inHand.Add(call);
    }

    /// <summary>An engine takes up a call that is due, or whose engine is gone.</summary>
    /// <returns>False if there is none.</returns>
    public bool TakeUp(int which)
    {
        var due = _rows.FindAll(r => r.NextAt <= lane.Now);
        if (due.Count == 0)
            return false;
        var row = due[which % due.Count];
        row.Call = row.Call with { Attempts = row.Call.Attempts + 1, Merchant = default, Room = null };
        row.NextAt = lane.Now + LookAgainAfter;
        _inHand.Add(row.Call);
        return true;
    }

    /// <summary>An engine makes one of the calls that it has.</summary>
    /// <returns>What it brings to the lane at once; null = nothing.</returns>
    public SubscriberEvent? Make(int which, int fate, int choice)
    {
        if (_inHand.Count == 0)
            return null;
        var call = _inHand[which % _inHand.Count];
        _inHand.Remove(call);
        call.Room?.Return();
        var isTakenOver = _rows.Find(r => r.Call.Id == call.Id) is not { } row || row.Call.Attempts > call.Attempts;
        if (call.Kind == ConnectorKind.BankLinking)
            return OutsideBooks.AnswerLinking(call, fate, choice);
        if (call is { Kind: ConnectorKind.BankDebit, Attempts: > 0 })
            return Nothing(call); // it may have been sent, and is never sent again
        if (call is { Kind: not ConnectorKind.BankReversal, Attempts: > 0 } && IsTooOld(call))
            return Nothing(call); // it may be forgotten, and would be done once more
        // Woken after others have taken it over, an engine sends nothing, but for one that slept between the look at its lease and the first octet.
        if (isTakenOver && (fate / 12 % 3 != 0 || IsTooOld(call)))
            return null;
        switch (fate % 12)
        {
            case 5:
                return Keep(books.Answer(call, choice));
            case 6: // late
                Keep(books.Answer(call, choice));
                return Nothing(call);
            case 7: // the answer is lost
                books.Answer(call, choice);
                return Nothing(call);
            case 8: // held up on its way, and given up before it arrives
                _underWay.Add(call);
                return Nothing(call);
            case 9 when !isTakenOver:
                return NotSent(call);
            case 10 when !isTakenOver:
                Orphan(call);
                return null;
            case 11 when !isTakenOver:
                books.Answer(call, choice);
                Orphan(call);
                return null;
            default:
                return books.Answer(call, choice);
        }

        SubscriberEvent Keep(SubscriberEvent answer)
        {
            _answers.Add(answer);
            return answer;
        }
    }

    /// <summary>Something that was held up arrives where it was sent to; its answer is under way.</summary>
    public bool Arrive(int which, int choice)
    {
        if (_underWay.Count == 0)
            return false;
        var call = _underWay[which % _underWay.Count];
        _underWay.Remove(call);
        if (IsTooOld(call))
            return true; // no network holds anything so long
        _answers.Add(books.Answer(call, choice));
        return true;
    }

    /// <summary>An answer that comes late, or once more.</summary>
    /// <param name="again">It will come once more.</param>
    public SubscriberEvent? Late(int which, bool again)
    {
        if (_answers.Count == 0)
            return null;
        var answer = _answers[which % _answers.Count];
        if (!again)
            _answers.Remove(answer);
        return answer;
    }

    /// <summary>Everything that is under way comes to its end, and all who are asked answer; only what is left to a person stays.</summary>
    /// <param name="decide">Brings an event to its lane.</param>
    public void Settle(Action<SubscriberEvent> decide)
    {
        for (var steps = 0; ; steps++)
        {
            Assert.That(steps, Is.LessThan(5_000), "It comes to an end.");
            if (Late(0, false) is { } answer)
                decide(answer);
            else if (_inHand.Count > 0 && Make(0, 0, 2) is { } made)
                decide(made);
            else if (_inHand.Count == 0 && !Arrive(0, 2) && !TakeUp(0))
            {
                if (_rows.Min(r => r.NextAt) is not { } next)
                    return;
                lane.Now = next;
            }
        }
    }

    private bool IsTooOld(ConnectorCall call) => lane.Now - call.CreatedAt >= PureRails.ResendFor;

    private void Orphan(ConnectorCall call) => _rows.Find(r => r.Call.Id == call.Id)!.NextAt = lane.Now;

    private static SubscriberEvent Nothing(ConnectorCall call) => IsUndoing(call)
        ? new UndoAnswered(call, UndoVerdict.Unknown, "no answer")
        : new ChargeAnswered(call, ChargeVerdict.Unknown, null, null, "no answer");

    private static SubscriberEvent NotSent(ConnectorCall call) => IsUndoing(call) || call.Attempts > 0
        ? Nothing(call)
        : new ChargeAnswered(call, ChargeVerdict.NotCharged, PaymentOutcome.DeclinedSourceUnavailable, null, "not sent");

    private static bool IsUndoing(ConnectorCall call) => call.Kind is ConnectorKind.OcsRefund or ConnectorKind.BankReversal;
}
