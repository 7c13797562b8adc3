using CarrierPay.Engine.Funding;
using CarrierPay.Engine.Funding.Airtime;
using CarrierPay.Engine.Funding.Bank;
using CarrierPay.Engine.Primitives;
using CarrierPay.Engine.Protocols.Iso8583.Messages;
using CarrierPay.Engine.Protocols.Iso8583.Wire;
using CarrierPay.Engine.Subscribers;
using CarrierPay.Engine.Tests.Subscribers;

namespace CarrierPay.Engine.Tests.Payments;

/// <summary>
/// A charging system that knows a repeat by its Session-Id, for a day, and banks that know a debit or credit by its STAN and time. They refuse, take another amount than
/// asked, and keep books.
/// </summary>
internal sealed class OutsideBooks(PureLane lane)
{
    private static readonly TimeSpan KnowsRepeatsFor = TimeSpan.FromDays(1);

    private readonly Dictionary<string, (DateTimeOffset At, SubscriberEvent Answer)> _sessions = [];
    private readonly Dictionary<string, Debit> _debits = [];

    private sealed class Debit
    {
        public required PaymentId Payment { get; init; }
        public required ChargeAnswered Answer { get; init; }

        /// <summary>What it took, until it is undone.</summary>
        public long TakenMinor { get; set; }

        public bool IsReversed { get; set; }
    }

    /// <summary>What was taken for a payment and not given back; below 0, what was paid out.</summary>
    public Dictionary<PaymentId, long> Taken { get; } = [];

    /// <summary>What the system that keeps the money says to a request that has arrived.</summary>
    public SubscriberEvent Answer(ConnectorCall call, int choice) => call.Kind switch
    {
        ConnectorKind.OcsDebit => Remembered(call, OcsRequest.FromJson(call.Request), choice, Charge),
        ConnectorKind.OcsRefund => Remembered(call, OcsRequest.FromJson(call.Request), choice, GiveBack),
        ConnectorKind.OcsCredit => Remembered(call, OcsRequest.FromJson(call.Request), choice, PayOut),
        ConnectorKind.BankDebit => ChargeAtBank(call, choice, takes: 1),
        ConnectorKind.BankCredit => ChargeAtBank(call, choice, takes: -1),
        _ => Reverse(call, choice),
    };

    public static BankLinkAnswered AnswerLinking(ConnectorCall call, int fate, int choice)
    {
        var verdict = fate % 3 == 1 ? LinkVerdict.Unknown : choice % 5 == 0 ? LinkVerdict.Refused : LinkVerdict.Accepted;
        return new BankLinkAnswered(call, BankLinkRequest.FromJson(call.Request).Link, verdict, "");
    }

    private SubscriberEvent Remembered(ConnectorCall call, OcsRequest request, int choice, Func<ConnectorCall, OcsRequest, int, SubscriberEvent> decide)
    {
        if (!_sessions.TryGetValue(request.SessionId, out var known) || lane.Now - known.At >= KnowsRepeatsFor)
            _sessions[request.SessionId] = known = (lane.Now, decide(call, request, choice));
        // The same answer, to whichever attempt.
        var answer = known.Answer;
        return answer is ChargeAnswered charged ? charged with { Call = call } : (UndoAnswered)answer with { Call = call };
    }

    private SubscriberEvent Charge(ConnectorCall call, OcsRequest request, int choice)
    {
        switch (choice % 10)
        {
            case 0:
                return new ChargeAnswered(call, ChargeVerdict.NotCharged, PaymentOutcome.DeclinedInsufficientFunds, null, "4012");
            case 1:
                return new ChargeAnswered(call, ChargeVerdict.NotCharged, PaymentOutcome.DeclinedBySource, null, "4010");
            case 3:
                var less = request.AmountMinor / 2;
                Book(call.Payment, less);
                // What cannot be read as an amount of ours is not known.
                return new ChargeAnswered(call, ChargeVerdict.ChargedDifferently, null, choice % 3 == 0 ? null : less, "2001, less");
            default:
                Book(call.Payment, request.AmountMinor);
                return new ChargeAnswered(call, ChargeVerdict.Charged, null, null, "2001");
        }
    }

    private SubscriberEvent PayOut(ConnectorCall call, OcsRequest request, int choice)
    {
        if (choice % 10 == 0)
            return new ChargeAnswered(call, ChargeVerdict.NotCharged, PaymentOutcome.DeclinedBySource, null, "5031");
        Book(call.Payment, -request.AmountMinor);
        return new ChargeAnswered(call, ChargeVerdict.Charged, null, null, "2001");
    }

    private SubscriberEvent GiveBack(ConnectorCall call, OcsRequest request, int choice)
    {
        if (choice % 10 == 0)
            return new UndoAnswered(call, UndoVerdict.Refused, "5031");
        Book(call.Payment, -request.AmountMinor);
        return new UndoAnswered(call, UndoVerdict.Undone, "2001");
    }

    private ChargeAnswered ChargeAtBank(ConnectorCall call, int choice, int takes)
    {
        var message = BankRequest.FromJson(call.Request).ToMessage("");
        var key = $"{call.Bank} {message[11]} {message[7]}";
        if (_debits.TryGetValue(key, out var known))
            return known.Answer with { Call = call };
        var asked = long.Parse(message[4]!);
        var (answer, taken) = (choice % 10) switch
        {
            0 => (new ChargeAnswered(call, ChargeVerdict.NotCharged, PaymentOutcome.DeclinedInsufficientFunds, null, "51"), 0),
            1 => (new ChargeAnswered(call, ChargeVerdict.NotCharged, PaymentOutcome.DeclinedBySource, null, "62"), 0),
            3 => (new ChargeAnswered(call, ChargeVerdict.Unknown, null, null, "00, another amount"), asked / 2),
            _ => (new ChargeAnswered(call, ChargeVerdict.Charged, null, null, "00"), asked),
        };
        _debits.Add(key, new() { Payment = call.Payment, Answer = answer, TakenMinor = takes * taken });
        Book(call.Payment, takes * taken);
        return answer;
    }

    private UndoAnswered Reverse(ConnectorCall call, int choice)
    {
        var message = BankRequest.FromJson(call.Request).ToMessage("");
        var original = OriginalData.Read(message, Iso8583Version.V1987);
        if (choice % 10 == 0)
            return new UndoAnswered(call, UndoVerdict.Unknown, "96");
        if (!_debits.TryGetValue($"{call.Bank} {original.Stan} {original.Time}", out var debit) || (debit.TakenMinor == 0 && !debit.IsReversed))
            return new UndoAnswered(call, UndoVerdict.NothingThere, "25");
        Book(debit.Payment, -debit.TakenMinor);
        (debit.TakenMinor, debit.IsReversed) = (0, true);
        return new UndoAnswered(call, UndoVerdict.Undone, "00");
    }

    private void Book(PaymentId payment, long amountMinor) => Taken[payment] = Taken.GetValueOrDefault(payment) + amountMinor;
}
