using CarrierPay.SmppAdapter.Session;

namespace CarrierPay.Simulator.Smsc.Receipts;

/// <summary>A receipt that is to go out, with all its copies.</summary>
internal sealed class DueReceipt(ReceiptSubject subject, ReceiptOptions options, bool hasIntermediate, SmppSession from, StoreAndForward outgoing, DateTimeOffset expiresAt)
{
    /// <summary>Goes before the response to its message.</summary>
    public bool IsBefore => options.When == ReceiptTime.Before && options.DelayMs == 0;

    public void Send()
    {
        if (options.Copies == 0) return;
        // A line of its own: a receipt that is late holds up no other.
        var line = $"receipt {subject.Id.Text}>{subject.Destination.Digits}";
        if (hasIntermediate) Add(line, isIntermediate: true);
        for (var copy = 0; copy < options.Copies; copy++) Add(line, isIntermediate: false);
    }

    private void Add(string line, bool isIntermediate) => outgoing.Add(
        new Forwarding(line, "Receipt", [ReceiptWriter.Write(subject, options, isIntermediate)], expiresAt, IsReceipt: true, _ => { })
        {
            Delay = TimeSpan.FromMilliseconds(options.DelayMs),
            Bind = options.Bind,
            From = from,
        },
        atOnce: IsBefore);
}
