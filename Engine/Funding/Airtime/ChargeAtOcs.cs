using CarrierPay.Engine.Lanes;
using CarrierPay.Engine.Primitives;
using CarrierPay.Engine.Protocols.Diameter.CreditControl;
using CarrierPay.Engine.Protocols.Diameter.Peers;
using CarrierPay.Engine.Subscribers;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CarrierPay.Engine.Funding.Airtime;

/// <summary>The connector to the charging system: sends what was stored after the commit that wants it, again with the T flag what may have been sent, and brings the answers back as events.</summary>
public sealed partial class ChargeAtOcs : BackgroundService
{
    private static readonly TimeSpan DisconnectWithin = TimeSpan.FromMilliseconds(500);

    private readonly DiameterClient _diameter;
    private readonly CreditControlClient _ocs;
    private readonly Rails _rails;
    private readonly TimeProvider _time;
    private readonly ILogger<ChargeAtOcs> _logger;
    private readonly CallRunner _runner;

    public ChargeAtOcs(
        OutgoingCalls outgoing, PostToLane post, DiameterClient diameter, CreditControlClient ocs, Rails rails, StopGrace grace, TimeProvider time, ILogger<ChargeAtOcs> logger)
    {
        (_diameter, _ocs, _rails, _time, _logger) = (diameter, ocs, rails, time, logger);
        var calls = outgoing.Open(ConnectorKind.OcsDebit, ConnectorKind.OcsRefund, ConnectorKind.OcsCredit);
        _runner = new(calls, post, grace, time, AskAsync, (call, failure) => LogUnexpected(call.Payment, failure));
    }

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        _diameter.Start();
        return base.StartAsync(cancellationToken);
    }

    /// <summary>What is under way may still be answered; then the peers are told that we go. Both are bounded: what has no answer by then is for whoever lives.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        using var hurry = new CancellationTokenSource(DisconnectWithin, _time);
        await _diameter.StopAsync(hurry.Token);
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(_runner.RunAsync(stoppingToken), ReadLateAsync(stoppingToken));

    private async Task<SubscriberEvent?> AskAsync(ConnectorCall call, CancellationToken stoppingToken)
    {
        // From the moment when it is given to the client its octets may leave, whatever happens then.
        var mayHaveLeft = call.Attempts > 0;
        try
        {
            var request = OcsRequest.FromJson(call.Request);
            if (call.Attempts > 0 && _time.GetUtcNow() - call.CreatedAt >= _rails.Ocs!.Resends.GiveUpAfter)
                return NotRepeated(call);
            mayHaveLeft = true;
            var result = await _ocs.SendAsync(request.Octets, mayHaveBeenSent: call.Attempts > 0, context: call);
            // Who is taken for dead by the others sends nothing: they have taken the call over. (Asked by the client, right before the first octet.)
            if (result.NoAnswer == NoAnswerReason.Withheld)
                return null;
            Note(call, request.SessionId, result);
            return Answered(call, result);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            LogNotAsked(call.Payment, failure);
            return Failed(call, mayHaveLeft, $"it could not be asked: {failure.GetType().Name}");
        }
        finally
        {
            call.Room?.Return();
        }
    }

    /// <summary>What is stored is no request. So its schedule goes on, and in the end a person decides.</summary>
    /// <param name="mayHaveLeft">False = certainly no octet was sent, at this attempt or before.</param>
    private static SubscriberEvent Failed(ConnectorCall call, bool mayHaveLeft, string said) => call.Kind switch
    {
        ConnectorKind.OcsRefund => new UndoAnswered(call, UndoVerdict.Unknown, said),
        _ when mayHaveLeft => new ChargeAnswered(call, ChargeVerdict.Unknown, null, null, said),
        _ => new ChargeAnswered(call, ChargeVerdict.NotCharged, PaymentOutcome.DeclinedSourceUnavailable, null, said),
    };

    /// <summary>It comes from a time when no engine with this rail ran. The charging system may have forgotten it, and would do it once more.</summary>
    private static SubscriberEvent NotRepeated(ConnectorCall call)
    {
        const string said = "not repeated: too old for the charging system to know the repeat for certain";
        return call.Kind == ConnectorKind.OcsRefund
            ? new UndoAnswered(call, UndoVerdict.Unknown, said)
            : new ChargeAnswered(call, ChargeVerdict.Unknown, null, null, said);
    }

    /// <summary>An answer that came after its request was given up: what it says was done, was done, and need not wait for the next resend to say it again.</summary>
    /// <remarks>A refusal is left to that resend: a copy that was sent later, or to another peer, may have been charged. So is a refund of another amount.</remarks>
    private async Task ReadLateAsync(CancellationToken stoppingToken)
    {
        try
        {
            await foreach (var late in _diameter.LateAnswers.ReadAllAsync(stoppingToken))
            {
                if (late.Context is not ConnectorCall call)
                    continue;
                var result = _ocs.Judge(late.Request, late.Answer);
                LogLate(call.Payment, Summary(result));
                if (result.Verdict != Verdict.Done && (result.Verdict != Verdict.DoneDifferently || call.Kind == ConnectorKind.OcsRefund))
                    continue;
                Note(call, OcsRequest.FromJson(call.Request).SessionId, result);
                await _runner.BringAsync(call, Answered(call, result), stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The process stops.
        }
    }

    private static SubscriberEvent Answered(ConnectorCall call, CreditControlResult result) => call.Kind == ConnectorKind.OcsRefund ? Undone(call, result) : Charged(call, result);

    private static ChargeAnswered Charged(ConnectorCall call, CreditControlResult result) => result.Verdict switch
    {
        Verdict.Done => new(call, ChargeVerdict.Charged, null, null, Summary(result)),
        Verdict.DoneDifferently => new(call, ChargeVerdict.ChargedDifferently, null, result.Granted?.MinorUnits, Summary(result)),
        Verdict.Declined => new(call, ChargeVerdict.NotCharged, Reason(result.Reason), null, Summary(result)),
        // Of an earlier sending it says nothing.
        Verdict.NotSent when call.Attempts == 0 => new(call, ChargeVerdict.NotCharged, PaymentOutcome.DeclinedSourceUnavailable, null, Summary(result)),
        _ => new(call, ChargeVerdict.Unknown, null, null, Summary(result)),
    };

    private static UndoAnswered Undone(ConnectorCall call, CreditControlResult result) => new(
        call,
        result.Verdict switch
        {
            Verdict.Done => UndoVerdict.Undone,
            // A refund of another amount is as wrong as none: a person looks.
            Verdict.Declined or Verdict.DoneDifferently => UndoVerdict.Refused,
            _ => UndoVerdict.Unknown,
        },
        Summary(result));

    private static PaymentOutcome Reason(DeclineReason reason) =>
        reason == DeclineReason.CreditLimit ? PaymentOutcome.DeclinedInsufficientFunds : PaymentOutcome.DeclinedBySource;

    private static string Summary(CreditControlResult result) => result.Verdict switch
    {
        Verdict.NotSent => $"not sent: {result.NoAnswer}",
        Verdict.Unknown when result.Doubt == DoubtReason.NoAnswer => $"no answer from {result.PeerName}: {result.NoAnswer}",
        Verdict.Unknown => $"unknown from {result.PeerName}: {result.Doubt}, result {result.Answer?.Result}",
        Verdict.DoneDifferently => $"done differently by {result.Answer?.OriginHost}: {result.Difference}, {result.Granted?.MinorUnits}",
        _ => $"{result.Verdict} by {result.Answer?.OriginHost}, result {result.Answer?.Result}",
    };

    private void Note(ConnectorCall call, string sessionId, CreditControlResult result)
    {
        switch (result)
        {
            case { Verdict: Verdict.Declined, Reason: DeclineReason.BadRequest }:
                LogBadRequest(call.Payment, sessionId, Summary(result));
                break;
            case { Verdict: Verdict.DoneDifferently }:
                LogDifferent(call.Payment, sessionId, Summary(result));
                break;
            case { Verdict: Verdict.Declined } when call.Kind == ConnectorKind.OcsRefund:
                LogRefundRefused(call.Payment, sessionId, Summary(result));
                break;
            case { Verdict: Verdict.Unknown }:
                LogUnknown(call.Payment, call.Attempts + 1, Summary(result));
                break;
        }
    }

    [LoggerMessage(EventIds.OcsUnknown, LogLevel.Warning, "The charging system's answer for {PaymentId} is not known after attempt {Attempt}: {Problem}. The same request goes out again")]
    private partial void LogUnknown(PaymentId paymentId, int attempt, string problem);

    [LoggerMessage(EventIds.OcsBadRequest, LogLevel.Error, "ALARM: the charging system refused our request for {PaymentId}, session {SessionId}, as wrong: {Problem}. Compare CarrierPay:Diameter with what was agreed")]
    private partial void LogBadRequest(PaymentId paymentId, string sessionId, string problem);

    [LoggerMessage(EventIds.OcsDifferent, LogLevel.Error, "ALARM: the charging system did something else for {PaymentId}, session {SessionId}, than it was asked: {Problem}. It is given back where the amount is known, else a person decides")]
    private partial void LogDifferent(PaymentId paymentId, string sessionId, string problem);

    [LoggerMessage(EventIds.OcsRefundRefused, LogLevel.Error, "ALARM: the charging system refused to give back for {PaymentId}, session {SessionId}: {Problem}. A person decides")]
    private partial void LogRefundRefused(PaymentId paymentId, string sessionId, string problem);

    [LoggerMessage(EventIds.OcsLate, LogLevel.Warning, "The charging system answered late for {PaymentId}: {Answer}")]
    private partial void LogLate(PaymentId paymentId, string answer);

    [LoggerMessage(EventIds.OcsNotAsked, LogLevel.Error, "ALARM: the charging system could not be asked for {PaymentId}. A debit is declined, anything else waits for its next attempt")]
    private partial void LogNotAsked(PaymentId paymentId, Exception failure);

    [LoggerMessage(EventIds.OcsUnexpected, LogLevel.Error, "The call to the charging system for {PaymentId} failed unexpectedly; it is made again")]
    private partial void LogUnexpected(PaymentId paymentId, Exception failure);
}
