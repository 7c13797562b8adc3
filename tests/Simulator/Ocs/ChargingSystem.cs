using CarrierPay.Engine.Primitives;
using CarrierPay.Engine.Protocols.Diameter;
using CarrierPay.Engine.Protocols.Diameter.CreditControl;

namespace CarrierPay.Simulator.Ocs;

/// <summary>An account as it stands, in minor units.</summary>
public sealed record AccountView(string Msisdn, long Balance, long CreditLimit);

/// <summary>One line of the ledger. The balance of an account is that of its last line.</summary>
/// <param name="Kind">set, debit or refund.</param>
/// <param name="Amount">Minor units, never negative; of set, the new balance.</param>
/// <param name="SessionId">The request that asked for it; null for what was set by hand.</param>
public sealed record LedgerLine(long Seq, DateTimeOffset At, string Msisdn, string Kind, long Amount, long Balance, string? SessionId, uint? RequestNumber);

/// <summary>What the charging system decided.</summary>
/// <param name="Answer">Without the names of the node.</param>
/// <param name="IsRepeat">It had been decided before, and nothing was booked again.</param>
internal sealed record ChargeDecision(CreditControlAnswer Answer, bool IsRepeat);

/// <summary>What the charging system was told: an account was opened or changed, or closed, or a request was decided.</summary>
/// <param name="Granted">Booked in place of the amount that the request asks for.</param>
internal sealed record OcsEntry(
    DateTimeOffset At, string? Msisdn = null, long? Balance = null, long? CreditLimit = null, bool IsClosed = false, byte[]? Request = null, long? Granted = null);

/// <summary>Accounts, their ledger, and the memory of requests: the money of the simulated operator. Safe to use from several threads.</summary>
public sealed class ChargingSystem(OcsOptions options, TimeProvider time) : IDisposable
{
    /// <summary>Lines kept; the oldest go first.</summary>
    private const int LedgerKept = 100_000;

    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, AccountView> _accounts = new(StringComparer.Ordinal);
    private readonly Queue<LedgerLine> _ledger = new();
    private readonly Dictionary<(string SessionId, uint Number), CreditControlAnswer> _known = [];
    private readonly Queue<((string, uint) Key, DateTimeOffset At)> _knownOrder = new();
    private Journal<OcsEntry>? _journal;
    private DateTimeOffset _now;
    private long _seq;

    public Currency Currency { get; } = Currency.Of(options.Currency);

    public IReadOnlyList<AccountView> Accounts
    {
        get { lock (_lock) return [.. _accounts.Values]; }
    }

    /// <summary>Whether nothing has ever been booked here.</summary>
    public bool IsNew
    {
        get { lock (_lock) return _seq == 0; }
    }

    /// <summary>Debits booked since the books were begun.</summary>
    public long Debits { get; private set; }

    /// <summary>Refunds booked since the books were begun.</summary>
    public long Refunds { get; private set; }

    /// <summary>Requests that came again and were known.</summary>
    public long Repeats { get; private set; }

    /// <summary>Adds an account or changes the one that is there; null leaves a figure as it is.</summary>
    /// <returns>True if it was added.</returns>
    /// <exception cref="ArgumentException">The number is none, or the limit is below 0.</exception>
    public bool Put(string msisdn, long? balance, long? creditLimit)
    {
        var digits = msisdn.TrimStart('+');
        if (digits.Length is < 5 or > 15 || !digits.All(char.IsAsciiDigit))
            throw new ArgumentException($"\"{msisdn}\" is not a number: 5 to 15 digits, country code first.");
        if (creditLimit < 0)
            throw new ArgumentException("creditLimit is 0 or more, in minor units.");
        lock (_lock)
        {
            var isNew = !_accounts.ContainsKey(digits);
            Tell(new(time.GetUtcNow(), digits, balance, creditLimit));
            return isNew;
        }
    }

    public bool Remove(string msisdn)
    {
        var digits = msisdn.TrimStart('+');
        lock (_lock)
        {
            if (!_accounts.ContainsKey(digits)) return false;
            Tell(new(time.GetUtcNow(), digits, IsClosed: true));
            return true;
        }
    }

    /// <summary>Lines after a number, oldest first, at most <paramref name="limit"/>.</summary>
    public IReadOnlyList<LedgerLine> LedgerAfter(long seq, int limit = 1000)
    {
        lock (_lock) return [.. _ledger.Where(line => line.Seq > seq).Take(limit)];
    }

    /// <summary>Decides a request, books what it asks for, and remembers both.</summary>
    /// <param name="grant">Books this amount instead of the one asked for.</param>
    /// <exception cref="DiameterException">The request is not one that can be decided; nothing was booked.</exception>
    internal ChargeDecision Decide(CreditControlRequest request, long? grant = null)
    {
        lock (_lock)
        {
            _now = time.GetUtcNow();
            var decision = DecideNow(request, grant);
            if (!decision.IsRepeat) _journal?.Append(new(_now, Request: request.Encode(), Granted: grant));
            return decision;
        }
    }

    /// <summary>Goes on with the books that this journal makes, and writes on in it.</summary>
    /// <exception cref="SettingException">It cannot be had or read.</exception>
    internal void Keep(string path)
    {
        lock (_lock) _journal = new(path, Apply);
    }

    public void Dispose()
    {
        lock (_lock) _journal?.Dispose();
    }

    private void Tell(OcsEntry entry)
    {
        Apply(entry);
        _journal?.Append(entry);
    }

    private void Apply(OcsEntry entry)
    {
        _now = entry.At;
        if (entry.Request is { } octets) DecideNow(CreditControlRequest.Decode(MessageView.Read(octets)), entry.Granted);
        else if (entry.IsClosed) _accounts.Remove(entry.Msisdn!);
        else PutNow(entry.Msisdn!, entry.Balance, entry.CreditLimit);
    }

    private void PutNow(string digits, long? balance, long? creditLimit)
    {
        var isKnown = _accounts.TryGetValue(digits, out var account);
        account ??= new(digits, 0, 0);
        _accounts[digits] = account with { CreditLimit = creditLimit ?? account.CreditLimit };
        if (!isKnown || balance is not null) Book(digits, "set", balance ?? 0, balance ?? 0, null);
    }

    private ChargeDecision DecideNow(CreditControlRequest request, long? grant)
    {
        Forget();
        var key = (request.SessionId, request.RequestNumber);
        if (_known.TryGetValue(key, out var answered))
        {
            Repeats++;
            return new(answered, true);
        }
        var answer = Answer(request, grant);
        if (options.DuplicateWindow > TimeSpan.Zero)
        {
            _known.Add(key, answer);
            _knownOrder.Enqueue((key, _now));
        }
        return new(answer, false);
    }

    private CreditControlAnswer Answer(CreditControlRequest request, long? grant)
    {
        var answer = new CreditControlAnswer
        {
            SessionId = request.SessionId,
            Result = ResultCode.Success,
            OriginHost = options.OriginHost,
            OriginRealm = options.Realm,
            RequestType = request.RequestType,
            RequestNumber = request.RequestNumber,
        };
        if (request.RequestType != CCRequestType.Event)
            return answer with { Result = ResultCode.UnableToComply, ErrorMessage = "Only single events are charged here." };
        var number = request.Subscribers.FirstOrDefault(id => id.Type == SubscriptionIdType.E164)?.Data ?? throw DiameterException.Missing(Avps.SubscriptionId);
        if (!_accounts.TryGetValue(number, out var account))
            return answer with { Result = ResultCode.UserUnknown };
        if (request.Action == RequestedAction.PriceEnquiry)
            return answer with { Cost = CCMoney.Of(new(options.Price, Currency)) };

        if (request.RequestedUnits is not { } units)
            throw DiameterException.Missing(Avps.RequestedServiceUnit);
        if ((units.CurrencyCode ?? (uint)Currency.Numeric) != (uint)Currency.Numeric)
            return answer with { Result = ResultCode.RatingFailed, ErrorMessage = $"Accounts are in {Currency.Code} here." };
        if (units.Value.TryToMoney(Currency, out var asked) != UnitValueOutcome.Exact || asked.MinorUnits < 0)
            return answer with { Result = ResultCode.InvalidAvpValue, ErrorMessage = "The amount is no whole number of minor units." };
        return Charge(answer, request, account, grant ?? asked.MinorUnits);
    }

    private CreditControlAnswer Charge(CreditControlAnswer answer, CreditControlRequest request, AccountView account, long amount)
    {
        // As 128 bits: the amount may be anything that 64 hold.
        var left = (Int128)account.Balance + account.CreditLimit - amount;
        switch (request.Action)
        {
            case RequestedAction.CheckBalance:
                return answer with { Balance = left >= 0 ? BalanceCheck.EnoughCredit : BalanceCheck.NoCredit, RemainingBalance = CCMoney.Of(new(account.Balance, Currency)) };
            case RequestedAction.DirectDebiting when left < 0:
                return answer with { Result = ResultCode.CreditLimitReached };
            case RequestedAction.DirectDebiting:
                Book(account.Msisdn, "debit", amount, account.Balance - amount, request);
                Debits++;
                break;
            case RequestedAction.RefundAccount when (Int128)account.Balance + amount > long.MaxValue:
                return answer with { Result = ResultCode.InvalidAvpValue };
            default:
                Book(account.Msisdn, "refund", amount, account.Balance + amount, request);
                Refunds++;
                break;
        }
        return answer with { GrantedUnits = CCMoney.Of(new(amount, Currency)) };
    }

    private void Book(string msisdn, string kind, long amount, long balance, CreditControlRequest? request)
    {
        _accounts[msisdn] = _accounts[msisdn] with { Balance = balance };
        _ledger.Enqueue(new(++_seq, _now, msisdn, kind, amount, balance, request?.SessionId, request?.RequestNumber));
        while (_ledger.Count > LedgerKept) _ledger.Dequeue();
    }

    private void Forget()
    {
        var oldest = _now - options.DuplicateWindow;
        while (_knownOrder.TryPeek(out var first) && first.At < oldest)
            _known.Remove(_knownOrder.Dequeue().Key);
    }
}
