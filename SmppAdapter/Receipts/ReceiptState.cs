using CarrierPay.SmppAdapter.Pdu;

namespace CarrierPay.SmppAdapter.Receipts;

/// <summary>What receipts say of a message, and which of it is the last word.</summary>
public static class ReceiptState
{
    /// <summary>Fewer letters of a word that was cut off could be several states.</summary>
    private const int ShortestWord = 5;

    /// <summary>The words of SMPP 3.4, appendix B, table B-2, then those that other SMSCs write.</summary>
    private static readonly (string Word, SmMessageState State)[] Words =
    [
        ("ENROUTE", SmMessageState.Enroute), ("DELIVRD", SmMessageState.Delivered), ("EXPIRED", SmMessageState.Expired), ("DELETED", SmMessageState.Deleted),
        ("UNDELIV", SmMessageState.Undeliverable), ("ACCEPTD", SmMessageState.Accepted), ("UNKNOWN", SmMessageState.Unknown), ("REJECTD", SmMessageState.Rejected),
        ("DELIVERED", SmMessageState.Delivered), ("UNDELIVERABLE", SmMessageState.Undeliverable), ("UNDELIVERED", SmMessageState.Undeliverable),
        ("ACCEPTED", SmMessageState.Accepted), ("REJECTED", SmMessageState.Rejected), ("FAILED", SmMessageState.Undeliverable),
        ("ACKED", SmMessageState.Accepted), ("BUFFRED", SmMessageState.Enroute), ("BUFFERD", SmMessageState.Enroute), ("BUFFERED", SmMessageState.Enroute),
        ("SCHEDULED", SmMessageState.Scheduled), ("SKIPPED", SmMessageState.Skipped),
    ];

    /// <summary>False while another receipt is to be expected.</summary>
    /// <remarks>ACCEPTED is final in SMPP 3.4, section 5.2.28, but SMSCs (and Kannel) use it for "taken, not delivered yet".</remarks>
    public static bool IsFinal(this SmMessageState state) =>
        state is not (SmMessageState.Scheduled or SmMessageState.Enroute or SmMessageState.Accepted);

    /// <summary>Reads the word behind <c>stat:</c>, in any case, or the number that some SMSCs write there. A word that was cut off counts from five letters on; null for anything else.</summary>
    public static SmMessageState? Parse(ReadOnlySpan<char> word)
    {
        if (word is [>= '0' and <= '9'])
        {
            return (SmMessageState)(word[0] - '0');
        }
        foreach (var (known, state) in Words)
        {
            if (word.Length >= ShortestWord && known.AsSpan().StartsWith(word, StringComparison.OrdinalIgnoreCase))
            {
                return state;
            }
        }
        return null;
    }
}
