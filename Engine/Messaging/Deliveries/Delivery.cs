using CarrierPay.Engine.Primitives;

namespace CarrierPay.Engine.Messaging.Deliveries;

/// <summary>A part of a message that an SMSC accepted.</summary>
/// <param name="Part">From 1.</param>
/// <param name="Smsc">The setting's name for the SMSC.</param>
/// <param name="SmscId">What it called the part, in the form that receipts are compared in; empty if it gave no name.</param>
public sealed record SentPart(short Lane, SubscriberId Subscriber, long MessageId, short Part, short Parts, string Smsc, string SmscId, DateTimeOffset AcceptedAt);

/// <summary>A receipt, as it came.</summary>
/// <param name="Subscriber">Who has the number that it names.</param>
/// <param name="Error">The SMSC's own code; empty = none.</param>
/// <param name="DoneAt">By the SMSC's clock, whose zone is not told; null = not told.</param>
public sealed record DeliveryReport(
    short Lane, SubscriberId Subscriber, string Smsc, string SmscId, DateTimeOffset ReceivedAt, DeliveryState State, string Error, DateTime? DoneAt);

/// <summary>A part of a message with what is known of its way.</summary>
/// <param name="Reports">In order of time; the same said twice is there once. Empty while nothing was heard.</param>
public sealed record PartDelivery(SentPart Part, IReadOnlyList<DeliveryReport> Reports)
{
    /// <summary>The last word; null while nothing was heard.</summary>
    public DeliveryReport? Last => Reports.Count == 0 ? null : Reports[^1];

    /// <summary>Brings parts and receipts of one subscriber together.</summary>
    /// <remarks>
    /// By SMSC and id. Where an SMSC gives all messages the same id, a receipt belongs to the oldest part that was accepted before it and has no final state.
    /// Accepted means when we heard so: <paramref name="slack"/> is how long a receipt may be ahead of that.
    /// </remarks>
    public static IReadOnlyList<PartDelivery> Match(IEnumerable<SentPart> parts, IEnumerable<DeliveryReport> reports, TimeSpan slack)
    {
        var deliveries = parts.OrderBy(p => p.AcceptedAt).ThenBy(p => p.MessageId).ThenBy(p => p.Part).Select(p => (Part: p, Reports: new List<DeliveryReport>())).ToList();
        var byName = deliveries.ToLookup(d => (d.Part.Smsc, d.Part.SmscId));
        foreach (var report in reports.OrderBy(r => r.ReceivedAt))
        {
            var candidates = byName[(report.Smsc, report.SmscId)].Where(d => d.Part.AcceptedAt <= report.ReceivedAt + slack).ToList();
            if (candidates.Count == 0)
                continue;
            var open = candidates.FindIndex(d => !d.Reports.Exists(r => r.State.IsFinal()));
            var said = candidates[open < 0 ? ^1 : open].Reports;
            if (said.Count == 0 || (!said[^1].State.IsFinal() && (said[^1].State, said[^1].Error) != (report.State, report.Error)))
                said.Add(report);
        }
        return [.. deliveries.Select(d => new PartDelivery(d.Part, d.Reports))];
    }
}
