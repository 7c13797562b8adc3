using System.Net;
using CarrierPay.SmppAdapter.Pdu;

namespace CarrierPay.SmppAdapter.Trace;

/// <summary>One connection as a <see cref="PduTrace"/> sees it. Its session tells it of every PDU; it decides whether it is recorded, and copies it. Never waits.</summary>
internal sealed class TracedConnection(PduTrace trace, string link, IPEndPoint local, IPEndPoint remote)
{
    private readonly AwaitedAnswers _ofPeer = new();
    private readonly AwaitedAnswers _ofUs = new();

    public string Link => link;

    public IPEndPoint Local => local;

    public IPEndPoint Remote => remote;

    /// <summary>What was recorded in each direction: the sequence numbers of the file's TCP. Only the loop that writes the file uses it.</summary>
    public uint SentOctets { get; set; }

    public uint ReceivedOctets { get; set; }

    /// <summary>Asked before each PDU, so that a trace that is off costs one read.</summary>
    public bool IsOn => trace.Selection is not null;

    /// <summary>Called in the order of sending: under the session's gate.</summary>
    public void Sent(ReadOnlySpan<byte> pdu) => See(pdu, isSent: true, requests: _ofUs, answers: _ofPeer);

    /// <summary>Called in the order of arrival: on the read loop.</summary>
    public void Received(ReadOnlySpan<byte> pdu) => See(pdu, isSent: false, requests: _ofPeer, answers: _ofUs);

    private void See(ReadOnlySpan<byte> pdu, bool isSent, AwaitedAnswers requests, AwaitedAnswers answers)
    {
        if (trace.Selection is { } selection && (selection.HasLink(link) || (selection.HasNumbers && IsOfNumber(selection, pdu, requests, answers))))
        {
            trace.Record(selection, this, pdu, isSent);
        }
    }

    /// <summary>An answer names no number: it belongs to one if its request did.</summary>
    private static bool IsOfNumber(TraceSelection selection, ReadOnlySpan<byte> pdu, AwaitedAnswers requests, AwaitedAnswers answers)
    {
        var header = PduHeader.Read(pdu);
        if (header.CommandId.IsResponse())
        {
            return answers.Take(header.SequenceNumber);
        }
        if (!selection.HasNumberOf(pdu))
        {
            return false;
        }
        requests.Add(header.SequenceNumber);
        return true;
    }

    /// <summary>Sequence numbers of recorded requests. Of a fixed size: when too many are open, an older one's answer is not recorded.</summary>
    private sealed class AwaitedAnswers
    {
        private const int Places = 256;
        private const ulong IsTaken = 1UL << 32;

        // One thread adds and another takes.
        private readonly ulong[] _places = new ulong[Places];

        public void Add(uint sequenceNumber) => Volatile.Write(ref _places[sequenceNumber % Places], sequenceNumber | IsTaken);

        public bool Take(uint sequenceNumber)
        {
            ref var place = ref _places[sequenceNumber % Places];
            return Interlocked.CompareExchange(ref place, 0, sequenceNumber | IsTaken) == (sequenceNumber | IsTaken);
        }
    }
}
