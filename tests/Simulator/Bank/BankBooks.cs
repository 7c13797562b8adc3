using System.Globalization;
using System.Text.RegularExpressions;
using CarrierPay.Engine.Primitives;
using CarrierPay.Engine.Protocols.Iso8583.Messages;
using CarrierPay.Engine.Protocols.Iso8583.Wire;

namespace CarrierPay.Simulator.Bank;

/// <summary>An account as it is shown. <paramref name="Balance"/> in minor units.</summary>
public sealed record BankAccountView(string Number, string Currency, long Balance);

/// <summary>One movement. <paramref name="Amount"/> in minor units, below zero when it left the account.</summary>
/// <param name="Kind">open, set, debit, refund or reversal.</param>
/// <param name="Balance">Of the account after it.</param>
public sealed record BankEntry(int Seq, DateTimeOffset At, string Account, string Kind, long Amount, string Currency, long Balance, string? Stan, string? Rrn, string? Acceptor);

/// <summary>What the bank was told: an account was opened or changed, or taken away, or a message about money came.</summary>
internal sealed record BankJournalEntry(
    DateTimeOffset At, string? Account = null, string? Currency = null, long? Balance = null, bool IsRemoved = false, string? Mti = null, IReadOnlyDictionary<int, string>? Fields = null);

/// <summary>The accounts and the ledger. A message counts once, however often it comes. Safe to use from several threads.</summary>
/// <param name="forgetsReversals">See <see cref="BankOptions.ForgetsReversals"/>.</param>
public sealed partial class BankBooks(Iso8583Version version, TimeProvider time, bool forgetsReversals = false) : IDisposable
{
    internal const string NumberPattern = "^[0-9A-Za-z]{1,28}$";

    /// <summary>As many movements are shown, and messages remembered; the oldest make room.</summary>
    public const int Memory = 100_000;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Account> _accounts = new(StringComparer.Ordinal);
    private readonly List<BankEntry> _ledger = [];
    private readonly Dictionary<string, Done> _done = new(StringComparer.Ordinal);
    private readonly Queue<string> _doneInOrder = new();
    private Journal<BankJournalEntry>? _journal;
    private DateTimeOffset _now;
    private int _seq;
    private int _approvals;

    private sealed class Account(string number, Currency currency)
    {
        public string Number => number;
        public Currency Currency => currency;
        public long Balance { get; set; }
    }

    /// <summary>What became of a message. One that was reversed before it came has no account.</summary>
    private sealed class Done
    {
        public required BankReply Reply { get; init; }
        public Account? Account { get; init; }
        public string AmountText { get; init; } = "";
        /// <summary>What its account got or, below zero, gave; nothing once it is reversed.</summary>
        public long Moved { get; set; }
        public bool IsReversed { get; set; }
    }

    public IReadOnlyList<BankAccountView> Accounts
    {
        get { lock (_lock) return [.. _accounts.Values.OrderBy(account => account.Number, StringComparer.Ordinal).Select(View)]; }
    }

    /// <summary>Whether nothing has ever been booked here.</summary>
    public bool IsNew
    {
        get { lock (_lock) return _seq == 0; }
    }

    /// <summary>Movements after this one, oldest first.</summary>
    public IReadOnlyList<BankEntry> LedgerAfter(int seq)
    {
        lock (_lock) return [.. _ledger.Where(entry => entry.Seq > seq)];
    }

    /// <summary>Adds an account, or sets the balance of one. True if it is new.</summary>
    /// <exception cref="ArgumentException">A field has no possible value; nothing was changed.</exception>
    public bool Put(string number, string? currency, long? balance)
    {
        if (number is null || !Number().IsMatch(number)) throw new ArgumentException("An account number is 1 to 28 letters and digits.");
        if (balance is < 0 or > AmountField.Greatest) throw new ArgumentException($"balance is 0 to {AmountField.Greatest} minor units.");
        lock (_lock)
        {
            var isNew = !_accounts.TryGetValue(number, out var account);
            var inCurrency = Currency.Of(currency ?? account?.Currency.Code ?? "EUR");
            if (account is not null && inCurrency != account.Currency) throw new ArgumentException($"The account is in {account.Currency}; an account does not change its currency.");
            Tell(new(time.GetUtcNow(), number, inCurrency.Code, balance));
            return isNew;
        }
    }

    public bool Remove(string number)
    {
        lock (_lock)
        {
            if (!_accounts.ContainsKey(number)) return false;
            Tell(new(time.GetUtcNow(), number, IsRemoved: true));
            return true;
        }
    }

    /// <summary>Does what a message about money asks for, or gives the answer of the first time.</summary>
    /// <exception cref="Iso8583Exception">A field that it cannot be without is missing; nothing was done.</exception>
    public BankReply Take(IsoMessage request)
    {
        lock (_lock)
        {
            _now = time.GetUtcNow();
            var reply = TakeNow(request);
            _journal?.Append(new(_now, Mti: request.Mti, Fields: request.Fields.ToDictionary(field => field.Number, field => field.Value)));
            return reply;
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

    private void Tell(BankJournalEntry entry)
    {
        Apply(entry);
        _journal?.Append(entry);
    }

    private void Apply(BankJournalEntry entry)
    {
        _now = entry.At;
        if (entry.Mti is { } mti) TakeNow(new(mti, [.. entry.Fields!.Select(field => (field.Key, (string?)field.Value))]));
        else if (entry.IsRemoved) _accounts.Remove(entry.Account!);
        else PutNow(entry.Account!, entry.Currency!, entry.Balance);
    }

    private void PutNow(string number, string currency, long? balance)
    {
        var isNew = !_accounts.TryGetValue(number, out var account);
        account ??= _accounts[number] = new(number, Currency.Of(currency));
        var wanted = balance ?? account.Balance;
        if (isNew || wanted != account.Balance) Book(account, isNew ? "open" : "set", wanted - account.Balance, null);
    }

    private BankReply TakeNow(IsoMessage request) => Mti.ClassOf(request.Mti) == Mti.Reversal ? Reverse(request) : Move(request);

    private BankReply Move(IsoMessage request)
    {
        var key = KeyOf(OriginalData.Of(request, version), request[41]);
        if (_done.TryGetValue(key, out var before))
            // The same trace again: as a repeat it is given the first answer, else it is an error of the sender. So is one that was reversed before it came.
            return Mti.IsRepeat(request.Mti) && !before.IsReversed ? before.Reply : new(BankAnswer.Duplicate);
        var (reply, account, moved) = Judge(request);
        if (account is not null && moved != 0) Book(account, moved < 0 ? "debit" : "refund", moved, request);
        Remember(key, new() { Reply = reply, Account = account, AmountText = request[4] ?? "", Moved = moved });
        return reply;
    }

    private (BankReply Reply, Account? Account, long Moved) Judge(IsoMessage request)
    {
        if (!_accounts.TryGetValue(request[102] ?? request[2] ?? "", out var account)) return (new(BankAnswer.NoSuchAccount), null, 0);
        if (request[49] is { } currency && currency != account.Currency.Numeric.ToString("D3", CultureInfo.InvariantCulture)) return (new(BankAnswer.Invalid), account, 0);
        var amount = request[4] is { } digits ? AmountField.Parse(digits, account.Currency).MinorUnits : 0;
        switch (request[3]?[..2])
        {
            case "00" when amount > account.Balance:
                return (new(BankAnswer.InsufficientFunds), account, 0);
            case "00" when amount > 0:
                return (new(BankAnswer.Approved) { Approval = NextApproval() }, account, -amount);
            case "20" when amount > 0:
                return (new(BankAnswer.Approved) { Approval = NextApproval() }, account, amount);
            case "31":
                var balance = new Money(account.Balance, account.Currency);
                return (new(BankAnswer.Approved)
                {
                    Balances = new AdditionalAmount("10", AdditionalAmount.LedgerBalance, balance, false).Format() + new AdditionalAmount("10", AdditionalAmount.AvailableBalance, balance, false).Format(),
                }, account, 0);
            default:
                return (new(BankAnswer.Invalid), account, 0);
        }
    }

    private BankReply Reverse(IsoMessage request)
    {
        var key = KeyOf(OriginalData.Read(request, version), request[41]);
        if (!_done.TryGetValue(key, out var original))
        {
            // Remembered, so that an original that comes later moves nothing.
            if (!forgetsReversals) Remember(key, new() { Reply = new(BankAnswer.NotFound), IsReversed = true });
            return new(BankAnswer.NotFound);
        }
        if (original.Reply.Answer == BankAnswer.NotFound) return original.Reply;
        if (request[4] is { } amount && original.AmountText != amount) return new(BankAnswer.Invalid);
        if (!original.IsReversed && original is { Account: { } account, Moved: not 0 }) Book(account, "reversal", -original.Moved, request);
        original.IsReversed = true;
        return new(BankAnswer.Reversed);
    }

    private void Book(Account account, string kind, long amount, IsoMessage? cause)
    {
        account.Balance += amount;
        if (_ledger.Count == Memory) _ledger.RemoveRange(0, Memory / 10);
        _ledger.Add(new(++_seq, _now, account.Number, kind, amount, account.Currency.Code, account.Balance, cause?[11], cause?[37], cause?[42]));
    }

    private void Remember(string key, Done done)
    {
        if (_doneInOrder.Count == Memory) _done.Remove(_doneInOrder.Dequeue());
        _done[key] = done;
        _doneInOrder.Enqueue(key);
    }

    private string NextApproval() => (++_approvals % 1_000_000).ToString("D6", CultureInfo.InvariantCulture);

    // What names a message for the bank: its own numbers and the terminal they belong to.
    private static string KeyOf(OriginalData data, string? terminal) => $"{data.Stan}|{data.Time}|{data.Acquirer}|{terminal}";

    private static BankAccountView View(Account account) => new(account.Number, account.Currency.Code, account.Balance);

    [GeneratedRegex(NumberPattern)]
    private static partial Regex Number();
}

/// <summary>What the bank answers to a message about money.</summary>
/// <param name="Approval">Field 38.</param>
/// <param name="Balances">Field 54.</param>
public sealed record BankReply(BankAnswer Answer, string? Approval = null, string? Balances = null);
