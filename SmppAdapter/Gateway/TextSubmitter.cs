using CarrierPay.Engine.Lanes;
using CarrierPay.SmppAdapter.Pdu;
using CarrierPay.SmppAdapter.Session;
using Microsoft.Extensions.Options;

namespace CarrierPay.SmppAdapter.Gateway;

/// <summary>From a text to the submit_sm of its parts, over the first SMSC of its route that takes it.</summary>
/// <remarks>
/// The next SMSC is asked when the one before is not bound, or had no room or refused for the time being for <see cref="SmppOptions.FailoverAfter"/>: it has
/// certainly not taken the text then. Never after an outcome that nobody knows, and never for the rest of a text whose first part was taken.
/// </remarks>
internal sealed class TextSubmitter(GatewayLinks links, EngineLease lease, IOptions<SmppOptions> options, GatewayMetrics metrics, TimeProvider time)
{
    private readonly Func<bool> _maySend = () => lease.IsHeld;

    /// <summary>Sends what is left of the text.</summary>
    /// <exception cref="ArgumentException">The text cannot be sent in parts at all.</exception>
    public async Task<SubmitResult> SubmitAsync(Submission submission)
    {
        var route = links.Smscs.Find(submission.Destination, submission.ShortCode);
        for (var asked = 0; asked <= route.Count && Next(submission, route) is { } smsc; asked++)
        {
            var hasOther = submission.Smsc is null && route.Any(other => other != smsc && other.CanSend);
            var result = await SubmitOverAsync(submission, smsc, hasOther).ConfigureAwait(false);
            if (result.Outcome != SubmitOutcome.PutOff || submission.Smsc is not null)
                return result;
            if (!smsc.CanSend)
                continue;
            if (!hasOther || TimeLeft(submission) > TimeSpan.Zero)
                return result;
            submission.PassOn(time.GetTimestamp());
            metrics.CountSent("passed_on");
        }
        // None of its route is bound. While this engine has other links, giving the text back would bring it here again at once: it waits.
        return new(links.All.Any(l => l.CanSend) ? SubmitOutcome.PutOff : SubmitOutcome.Undone);
    }

    /// <summary>The SMSC whose turn it is; after the last one the first comes again. Null if none is bound.</summary>
    private static Smsc? Next(Submission submission, IReadOnlyList<Smsc> route)
    {
        if (submission.Smsc is { } begun)
            return begun.CanSend ? begun : null;
        for (var i = 0; i < route.Count; i++)
        {
            var smsc = route[(submission.Passed + i) % route.Count];
            if (smsc.CanSend)
                return smsc;
        }
        return null;
    }

    private async Task<SubmitResult> SubmitOverAsync(Submission submission, Smsc smsc, bool hasOther)
    {
        if (smsc.Choose(submission.ShortCode) is not { } link)
            return new(SubmitOutcome.PutOff);
        var segments = submission.Split(link);
        if (segments.Parts.Count > link.Options.MaxParts)
            return new(SubmitOutcome.Refused, $"needs {segments.Parts.Count} parts");
        while (submission.Accepted.Count < segments.Parts.Count)
        {
            if (!TryGetValidity(submission, link, out var validity))
                return new(SubmitOutcome.Refused, "no time left");
            var part = segments.Parts[submission.Accepted.Count];
            var submit = new SubmitSm
            {
                // What nobody asked for comes from the number that the link is known by.
                SourceAddr = Address.ShortCode(submission.ShortCode.Length > 0 ? submission.ShortCode : link.FirstShortCode),
                DestinationAddr = Address.International(submission.Destination),
                EsmClass = part.EsmClass,
                DataCoding = segments.DataCoding,
                ShortMessage = part.ShortMessage,
                Tlvs = part.Tlvs,
                ValidityPeriod = validity,
                RegisteredDelivery = submission.IsLogged ? (byte)link.Options.Receipts : (byte)0,
            };
            // Where there is no other SMSC, there is nothing to stop the wait for.
            using var turn = hasOther && submission.Smsc is null ? new CancellationTokenSource(TimeLeft(submission), time) : null;
            var outcome = await link.RequestAsync(submit, submission.Priority, _maySend, turn?.Token ?? CancellationToken.None).ConfigureAwait(false);
            if (!outcome.IsAccepted)
                return ResultOf(outcome, isTurnOver: turn?.IsCancellationRequested == true || !link.CanSend);
            submission.Accept(smsc, new(submit.RegisteredDelivery == 0 ? null : link.MessageIds.KeyOfResponse(outcome.MessageId), time.GetUtcNow()));
        }
        return new(SubmitOutcome.Accepted);
    }

    private static SubmitResult ResultOf(RequestOutcome outcome, bool isTurnOver) => outcome switch
    {
        { Kind: RequestOutcomeKind.Responded, Status: var status } when !status.IsTemporary() => new(SubmitOutcome.Refused, status.ToString()),
        { Kind: RequestOutcomeKind.Responded } or { Reason: NoAnswerReason.TooManyWaiting } => new(SubmitOutcome.PutOff),
        { Kind: RequestOutcomeKind.NotSent } when isTurnOver => new(SubmitOutcome.PutOff),
        _ => new(SubmitOutcome.Undone),
    };

    private TimeSpan TimeLeft(Submission submission)
    {
        var left = options.Value.FailoverAfter - time.GetElapsedTime(submission.TurnBeganAt);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    /// <summary>"" without an end; false if less than a second is left. Rounded down: never valid after the end.</summary>
    private bool TryGetValidity(Submission submission, GatewayLink link, out string validity)
    {
        validity = "";
        if (submission.Until is not { } until)
            return true;
        var left = until - time.GetUtcNow();
        if (left < TimeSpan.FromSeconds(1))
            return false;
        validity = link.Options.Validity == ValidityForm.Absolute ? SmppTime.Absolute(until) : SmppTime.Relative(TimeSpan.FromSeconds(Math.Floor(left.TotalSeconds)));
        return true;
    }
}
