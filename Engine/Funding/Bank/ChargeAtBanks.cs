using CarrierPay.Engine.Lanes;
using CarrierPay.Engine.Primitives;
using CarrierPay.Engine.Protocols.Iso8583.Messages;
using CarrierPay.Engine.Protocols.Iso8583.Wire;
using CarrierPay.Engine.Subscribers;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace CarrierPay.Engine.Funding.Bank;

/// <summary>The connector to the banks: sends debits once, reversals until they are answered, asks for accounts that are to be linked, and brings the answers back as events.</summary>
/// <remarks>A debit that may have been sent is never sent again: its outcome is unknown, and that is what is brought to the lane.</remarks>
public sealed partial class ChargeAtBanks : BackgroundService
{
    private static readonly TimeSpan SignOffWithin = TimeSpan.FromMilliseconds(500);

    private readonly BankNodes _banks;
    private readonly BankAccounts _accounts;
    private readonly NpgsqlDataSource _database;
    private readonly TimeProvider _time;
    private readonly ILogger<ChargeAtBanks> _logger;
    private readonly CallRunner _runner;

    public ChargeAtBanks(
        OutgoingCalls outgoing, PostToLane post, BankNodes banks, BankAccounts accounts, NpgsqlDataSource database, StopGrace grace, TimeProvider time,
        ILogger<ChargeAtBanks> logger)
    {
        (_banks, _accounts, _database, _time, _logger) = (banks, accounts, database, time, logger);
        var calls = outgoing.Open(ConnectorKind.BankDebit, ConnectorKind.BankReversal, ConnectorKind.BankLinking, ConnectorKind.BankCredit);
        _runner = new(calls, post, grace, time, AskAsync, (call, failure) => LogUnexpected(call.Bank, call.Payment, failure));
    }

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var bank in _banks.ByCode.Values)
            bank.Client.Start();
        return base.StartAsync(cancellationToken);
    }

    /// <summary>What is under way may still be answered; then we sign off. Both are bounded: what has no answer by then is for whoever lives.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        using var hurry = new CancellationTokenSource(SignOffWithin, _time);
        await Task.WhenAll(_banks.ByCode.Values.Select(bank => bank.Client.StopAsync(hurry.Token)));
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll([_runner.RunAsync(stoppingToken), .. _banks.ByCode.Values.Select(bank => ReadLateAsync(bank, stoppingToken))]);

    private async Task<SubscriberEvent?> AskAsync(ConnectorCall call, CancellationToken stoppingToken)
    {
        // From the moment when it is given to the client its octets may leave, whatever happens then.
        var mayHaveLeft = call.Attempts > 0;
        try
        {
            if (!_banks.ByCode.TryGetValue(call.Bank, out var bank))
            {
                LogMissing(call.Bank, call.Payment);
                return null;
            }
            if (NotSentAgain(bank, call) is { } why)
                return new ChargeAnswered(call, ChargeVerdict.Unknown, null, null, why);
            if (await MessageAsync(bank, call, stoppingToken) is not { } message)
                return LinkNotAsked(call, "no number");
            mayHaveLeft = true;
            var askedAt = _time.GetUtcNow();
            var outcome = await bank.Client.RequestAsync(message, context: call, cancellationToken: CancellationToken.None);
            // It may be the engine's own no more when its turn comes, though the engine lives: under another number, after it was frozen. Others have taken it over.
            return outcome.Reason == NoAnswerReason.Withheld ? null : Answered(bank, call, message, outcome, askedAt);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            LogNotAsked(call.Bank, call.Payment, failure);
            return Failed(call, mayHaveLeft, $"it could not be asked: {failure.GetType().Name}");
        }
        finally
        {
            call.Room?.Return();
        }
    }

    /// <summary>Why what may have been sent is not sent again; null = it goes.</summary>
    private string? NotSentAgain(BankNode bank, ConnectorCall call) => call switch
    {
        { Attempts: 0 } => null,
        { Kind: ConnectorKind.BankDebit } => "it may have been sent, and nobody waits for its answer",
        { Kind: ConnectorKind.BankCredit } when _time.GetUtcNow() - call.CreatedAt >= bank.Rail.Credits.GiveUpAfter => "not repeated: too old for the bank to know the repeat for certain",
        _ => null,
    };

    /// <summary>What is sent: as it was stored, with the account. A question for the balance is made anew each time: it changes nothing at the bank, and that it is answered means that the account is there and that we may ask for it.</summary>
    /// <returns>Null if there is no number for a question now.</returns>
    private async Task<IsoMessage?> MessageAsync(BankNode bank, ConnectorCall call, CancellationToken stoppingToken)
    {
        if (call.Kind != ConnectorKind.BankLinking)
        {
            var request = BankRequest.FromJson(call.Request);
            var stored = request.ToMessage(await _accounts.ReadAsync(_database, call.Lane, call.Subscriber, request.Link, stoppingToken));
            // A debit is sent once; a credit may be repeated, and the bank knows it by its number.
            return call.Attempts == 0 ? stored : BankMessages.Repeat(stored);
        }
        var question = BankLinkRequest.FromJson(call.Request);
        var account = await _accounts.ReadAsync(_database, call.Lane, call.Subscriber, question.Link, stoppingToken);
        var now = _time.GetUtcNow();
        return bank.Rail.Numbers.TryTake(now, out var trace)
            ? BankMessages.Balance(bank.Rail.Dialect, new(new(0, Currency.Of(question.Currency)), trace, now, account, bank.Rail.Terminal, ""))
            : null;
    }

    private SubscriberEvent Answered(BankNode bank, ConnectorCall call, IsoMessage message, in BankOutcome outcome, DateTimeOffset askedAt) => call.Kind switch
    {
        ConnectorKind.BankReversal => Undone(bank, call, message, outcome, askedAt),
        ConnectorKind.BankLinking => Linked(bank, call, message, outcome),
        _ => Charged(bank, call, message, outcome),
    };

    /// <summary>The account cannot be read, as with other keys, or what is stored is no request. So its schedule goes on, and in the end a person decides.</summary>
    /// <param name="mayHaveLeft">False = certainly no octet was sent, at this attempt or before.</param>
    private static SubscriberEvent Failed(ConnectorCall call, bool mayHaveLeft, string said) => call.Kind switch
    {
        ConnectorKind.BankReversal => new UndoAnswered(call, UndoVerdict.Unknown, said),
        ConnectorKind.BankLinking => LinkNotAsked(call, said),
        _ when mayHaveLeft => new ChargeAnswered(call, ChargeVerdict.Unknown, null, null, said),
        _ => new ChargeAnswered(call, ChargeVerdict.NotCharged, PaymentOutcome.DeclinedSourceUnavailable, null, said),
    };

    private static BankLinkAnswered LinkNotAsked(ConnectorCall call, string said) => new(call, BankLinkRequest.FromJson(call.Request).Link, LinkVerdict.NotAsked, said);

    private BankLinkAnswered Linked(BankNode bank, ConnectorCall call, IsoMessage message, in BankOutcome outcome)
    {
        if (outcome.Kind == BankOutcomeKind.NotSent)
            return LinkNotAsked(call, $"not asked: {outcome.Reason}");
        var verdict = BankVerdict.Of(bank.Rail.Dialect, message, outcome);
        if (verdict.Kind != BankVerdictKind.Approved)
            LogLinkFailed(call.Bank, call.Subscriber, Summary(verdict));
        return new(
            call, BankLinkRequest.FromJson(call.Request).Link,
            verdict.Kind switch
            {
                BankVerdictKind.Approved => LinkVerdict.Accepted,
                BankVerdictKind.Declined => LinkVerdict.Refused,
                _ => LinkVerdict.Unknown,
            },
            Summary(verdict));
    }

    private ChargeAnswered Charged(BankNode bank, ConnectorCall call, IsoMessage message, BankOutcome outcome)
    {
        var verdict = BankVerdict.Of(bank.Rail.Dialect, message, outcome);
        var said = verdict.Kind == BankVerdictKind.NotDone ? $"not done: {outcome.Reason}" : Summary(verdict);
        if (verdict is { Kind: BankVerdictKind.Declined, Reason: DeclineReason.InvalidRequest })
            LogBadRequest(call.Bank, call.Payment, said);
        if (verdict.Kind == BankVerdictKind.Unknown)
            LogUnknown(call.Bank, call.Payment, said);
        return verdict.Kind switch
        {
            BankVerdictKind.Approved => new(call, ChargeVerdict.Charged, null, null, said),
            BankVerdictKind.Declined => new(
                call, ChargeVerdict.NotCharged, verdict.Reason == DeclineReason.InsufficientFunds ? PaymentOutcome.DeclinedInsufficientFunds : PaymentOutcome.DeclinedBySource, null, said),
            // Not sent, or answered with a code by which the bank promises that this attempt did nothing: of an earlier one it says nothing.
            BankVerdictKind.NotDone when call.Attempts == 0 => new(call, ChargeVerdict.NotCharged, PaymentOutcome.DeclinedSourceUnavailable, null, said),
            _ => new(call, ChargeVerdict.Unknown, null, null, said),
        };
    }

    private UndoAnswered Undone(BankNode bank, ConnectorCall call, IsoMessage reversal, BankOutcome outcome, DateTimeOffset askedAt)
    {
        var now = _time.GetUtcNow();
        var progress = new ReversalProgress(call.Attempts, call.CreatedAt, now, ReversalState.Open, false).After(bank.Rail.Dialect, reversal, outcome, bank.Rail.Reversals, now);
        var said = outcome.Answer is { } answer ? $"code {answer[39]}" : $"no answer: {outcome.Reason}";
        if (progress.State is not (ReversalState.Reversed or ReversalState.NeverThere))
            LogReversalOpen(call.Bank, call.Payment, call.Attempts + 1, said);
        return new(
            call,
            progress.State switch
            {
                ReversalState.Reversed => UndoVerdict.Undone,
                ReversalState.NeverThere => UndoVerdict.NothingThere,
                _ => UndoVerdict.Unknown,
            },
            said)
        {
            AskedAt = askedAt,
        };
    }

    /// <summary>An answer that came after its request was given up: it still may say that what was given up had been charged.</summary>
    private async Task ReadLateAsync(BankNode bank, CancellationToken stoppingToken)
    {
        try
        {
            await foreach (var late in bank.Client.LateAnswers.ReadAllAsync(stoppingToken))
            {
                if (!late.IsAuthentic || late.Context is not ConnectorCall { Kind: not ConnectorKind.BankLinking } call)
                    continue;
                LogLate(call.Bank, call.Payment, late.Answer[39]);
                var outcome = BankOutcome.Answered(late.Answer);
                var answered = Answered(bank, call, late.Request, outcome, call.CreatedAt);
                // A credit is repeated, and a repeat that was sent after what is refused here may have been made: its own answer says so.
                if (call.Kind != ConnectorKind.BankCredit || answered is ChargeAnswered { Verdict: ChargeVerdict.Charged })
                    await _runner.BringAsync(call, answered, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The process stops.
        }
    }

    private static string Summary(BankVerdict verdict) => verdict.Kind switch
    {
        BankVerdictKind.Approved => $"approved {verdict.Approval}, code {verdict.Code}, settled {verdict.SettlementDate}",
        BankVerdictKind.Declined => $"declined: {verdict.Reason}, code {verdict.Code}",
        BankVerdictKind.NotDone => $"not done, code {verdict.Code}",
        _ when verdict.Doubt == DoubtReason.NoAnswer => "no answer",
        _ when verdict.DifferingField > 0 => $"unknown: {verdict.Doubt}, code {verdict.Code}, field {verdict.DifferingField}",
        _ => $"unknown: {verdict.Doubt}, code {verdict.Code}",
    };

    [LoggerMessage(EventIds.BankUnknown, LogLevel.Warning, "What bank {Bank} did for {PaymentId} is not known: {Problem}. It is reversed")]
    private partial void LogUnknown(string bank, PaymentId paymentId, string problem);

    [LoggerMessage(EventIds.BankBadRequest, LogLevel.Error, "ALARM: bank {Bank} refused our request for {PaymentId} as wrong: {Problem}. Compare CarrierPay:Iso8583 with what was agreed")]
    private partial void LogBadRequest(string bank, PaymentId paymentId, string problem);

    [LoggerMessage(EventIds.BankReversalOpen, LogLevel.Warning, "Bank {Bank} has not undone {PaymentId} after attempt {Attempt}: {Problem}. It is asked again")]
    private partial void LogReversalOpen(string bank, PaymentId paymentId, int attempt, string problem);

    [LoggerMessage(EventIds.BankLate, LogLevel.Warning, "Bank {Bank} answered late for {PaymentId}, with code {Code}")]
    private partial void LogLate(string bank, PaymentId paymentId, string? code);

    [LoggerMessage(EventIds.BankLinkFailed, LogLevel.Warning, "Bank {Bank} has not agreed to link an account of {SubscriberId}: {Problem}")]
    private partial void LogLinkFailed(string bank, SubscriberId subscriberId, string problem);

    [LoggerMessage(EventIds.BankMissing, LogLevel.Error, "ALARM: there is no bank {Bank} in the settings, and a call for {PaymentId} waits for it. Put it back")]
    private partial void LogMissing(string bank, PaymentId paymentId);

    [LoggerMessage(EventIds.BankNotAsked, LogLevel.Error, "ALARM: bank {Bank} could not be asked for {PaymentId}. A debit is declined, anything else waits for its next attempt. Look at the keys and at CarrierPay:Iso8583")]
    private partial void LogNotAsked(string bank, PaymentId paymentId, Exception failure);

    [LoggerMessage(EventIds.BankUnexpected, LogLevel.Error, "The call to bank {Bank} for {PaymentId} failed unexpectedly; it is taken up again")]
    private partial void LogUnexpected(string bank, PaymentId paymentId, Exception failure);
}
