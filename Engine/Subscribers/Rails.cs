using System.Collections.Frozen;
using CarrierPay.Engine.Protocols.Diameter.CreditControl;
using CarrierPay.Engine.Protocols.Iso8583.Messages;

namespace CarrierPay.Engine.Subscribers;

/// <summary>The systems outside that keep money, as decisions see them: made at the start, the same for all batches of a process.</summary>
/// <param name="Ocs">The operator's charging system; null = there is none.</param>
/// <param name="Banks">By the code that linked accounts name.</param>
public sealed record Rails(OcsRail? Ocs, FrozenDictionary<string, BankRail> Banks)
{
    public static readonly Rails None = new(null, FrozenDictionary<string, BankRail>.Empty);

    public BankRail? Find(BankLink? link) => link is null ? null : Banks.GetValueOrDefault(link.Bank);
}

/// <summary>The operator's charging system: prepaid airtime, and phone bills where they are charged in the same system.</summary>
/// <param name="Orders">Makes its requests.</param>
/// <param name="ChargesBills">Whether phone bills are charged here, and not by a file to billing.</param>
/// <param name="Resends">When a request without an answer goes out again.</param>
public sealed record OcsRail(CreditControlOrders Orders, RailRoom Room, bool ChargesBills, ResendSchedule Resends);

/// <summary>A bank.</summary>
/// <param name="Number">Its own in this installation: the owner of its account in the books.</param>
/// <param name="Terminal">Field 41 of what we send.</param>
/// <param name="Numbers">STANs that are ours.</param>
/// <param name="LateAnswers">How long after the making of a reversal "never had it" is not believed: an engine that was frozen may still send the debit.</param>
/// <param name="Credits">When a credit without an answer goes out again.</param>
public sealed record BankRail(
    string Code, int Number, BankDialect Dialect, string Terminal, RailRoom Room, TraceNumbers Numbers, ReversalSettings Reversals, TimeSpan LateAnswers, ResendSchedule Credits);

/// <summary>When a request that was not answered is sent again, and for how long.</summary>
/// <param name="Pauses">After the first attempt, the second, ...; the last one goes on.</param>
/// <param name="GiveUpAfter">As long as the other side knows a repeat for certain. After it a person decides.</param>
public sealed record ResendSchedule(IReadOnlyList<TimeSpan> Pauses, TimeSpan GiveUpAfter)
{
    /// <summary>Null = never again.</summary>
    public DateTimeOffset? Next(ConnectorCall call, DateTimeOffset now)
    {
        var next = now + Pauses[Math.Min(call.Attempts, Pauses.Count - 1)];
        return next - call.CreatedAt < GiveUpAfter ? next : null;
    }
}

/// <summary>Room at a rail, taken before the decision that needs it: so a slow one holds up itself only. Without room a payment is declined at once.</summary>
/// <param name="most">How many requests may be under way at a time.</param>
/// <param name="isOpen">Whether the rail can be reached now.</param>
public sealed class RailRoom(int most, Func<bool> isOpen)
{
    private int _taken;

    public int Taken => Volatile.Read(ref _taken);

    /// <summary>Given back by <see cref="Return"/>.</summary>
    public bool TryTake()
    {
        if (!isOpen())
            return false;
        if (Interlocked.Increment(ref _taken) <= most)
            return true;
        Return();
        return false;
    }

    public void Return() => Interlocked.Decrement(ref _taken);
}

/// <summary>Numbers by which a bank knows our messages (STAN), reserved in the database in blocks and handed out from memory. Safe for threads.</summary>
/// <remarks>
/// A number that was reserved and not used is lost with the process: the bank sees a gap, never the same twice. The last of them are for reversals: they must
/// get through. Numbers come round, and a bank knows a message by number and day: so what is given on a day was reserved on that day (UTC) or the day before,
/// and what is older is thrown away. How many may be reserved a day allows for both.
/// </remarks>
public sealed class TraceNumbers
{
    /// <summary>So many are left to reversals.</summary>
    public const int KeptForReversals = 100;

    private readonly Queue<(int Day, int Stan)> _free = [];
    private readonly Lock _gate = new();

    /// <summary>Those that are too old by now included.</summary>
    public int Free
    {
        get
        {
            lock (_gate)
                return _free.Count;
        }
    }

    /// <param name="day">On which they were reserved, UTC, by the database's clock.</param>
    /// <param name="stans">1 to 999,999, reserved for this process.</param>
    public void Add(DateOnly day, IEnumerable<int> stans)
    {
        lock (_gate)
        {
            foreach (var stan in stans)
                _free.Enqueue((day.DayNumber, stan));
        }
    }

    /// <summary>How many are left of those that were reserved on this day. What is too old is thrown away.</summary>
    public int FreshOn(DateTimeOffset now)
    {
        var today = DayOf(now);
        lock (_gate)
        {
            ThrowAwayOld(today);
            var fresh = 0;
            foreach (var (day, _) in _free)
                fresh += day >= today ? 1 : 0;
            return fresh;
        }
    }

    /// <summary>A number for a debit, or for anything else that may be declined.</summary>
    public bool TryTake(DateTimeOffset now, out Trace trace) => TryTake(now, KeptForReversals, out trace);

    public bool TryTakeForReversal(DateTimeOffset now, out Trace trace) => TryTake(now, 0, out trace);

    private bool TryTake(DateTimeOffset now, int keep, out Trace trace)
    {
        trace = default;
        lock (_gate)
        {
            ThrowAwayOld(DayOf(now));
            if (_free.Count <= keep)
                return false;
            trace = Trace.Of(_free.Dequeue().Stan, now);
            return true;
        }
    }

    private void ThrowAwayOld(int today)
    {
        while (_free.TryPeek(out var oldest) && oldest.Day < today - 1)
            _free.Dequeue();
    }

    private static int DayOf(DateTimeOffset now) => DateOnly.FromDateTime(now.UtcDateTime).DayNumber;
}
