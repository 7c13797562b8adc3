using CarrierPay.Admin.Web;
using CarrierPay.Engine.Messaging.Texts;
using CarrierPay.Engine.Payments;

namespace CarrierPay.Admin.Pages.Payments;

/// <summary>One step in the life of a payment, ready to be shown.</summary>
/// <param name="Kind">Of the mark beside it: in, out, call, money, audit.</param>
/// <param name="IsText">Words of a subscriber or to one, shown as they were.</param>
public sealed record PaymentStep(DateTimeOffset At, string Kind, string Word, string Text, string? Note = null, bool IsText = false, string? Language = null);

/// <summary>Puts what is known of a payment in order of time.</summary>
internal static class PaymentSteps
{
    public static IReadOnlyList<PaymentStep> Of(PaymentTimeline found, Words words) =>
        [.. Messages(found, words).Concat(Calls(found, words)).Concat(Transfers(found, words)).Concat(Looks(found, words)).OrderBy(s => s.At)];

    private static IEnumerable<PaymentStep> Messages(PaymentTimeline found, Words words)
    {
        foreach (var message in found.Messages)
        {
            var language = message.Language == Language.SimplifiedChinese ? "zh-Hans" : "en";
            if (message.Received is { } received)
                yield return new(message.At, "in", "Subscriber wrote", received, IsText: true, Language: language);
            if (message.Said is { } said)
                yield return new(message.At, "out", "Subscriber was told", said, Note(message, words), IsText: true, Language: language);
        }
    }

    private static string? Note(PaymentMessage message, Words words) =>
        message.Failure is { } failure ? words["Not delivered: {0}", failure]
        : message.Deliveries.Count == 0 ? null
        : words[PaymentWords.Delivery(message.Deliveries)];

    private static IEnumerable<PaymentStep> Calls(PaymentTimeline found, Words words) => found.Calls.Select(call => new PaymentStep(
        call.CalledAt, "call", PaymentWords.Asked(call.Kind), call.Answer,
        call.EndedAt is { } ended ? words["answered after {0} ms", (long)(ended - call.CalledAt).TotalMilliseconds] : words["its outcome is not known yet"]));

    private static IEnumerable<PaymentStep> Transfers(PaymentTimeline found, Words words) => found.Transfers.Select(transfer => new PaymentStep(
        transfer.At, "money", "Money moved",
        words["{0} from {1} to {2}", Formats.Amount(transfer.AmountMinor, found.Payment.Currency), words[PaymentWords.Account(transfer.DebitAccount)], words[PaymentWords.Account(transfer.CreditAccount)]],
        words["period {0}, transfer {1}", transfer.Period, transfer.Id]));

    private static IEnumerable<PaymentStep> Looks(PaymentTimeline found, Words words) =>
        found.Audit.Select(entry => new PaymentStep(entry.At, "audit", words[AuditWords.Action(entry.Action)], Who.Name(entry.Who, words)));
}
