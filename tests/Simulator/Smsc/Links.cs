using System.Collections.Immutable;
using CarrierPay.Simulator.Smsc.Receipts;
using CarrierPay.SmppAdapter.Pdu;
using CarrierPay.SmppAdapter.Session;

namespace CarrierPay.Simulator.Smsc;

/// <summary>The bound systems, and whose turn it is to be given a message.</summary>
internal sealed class Links
{
    private readonly Lock _lock = new();
    private ImmutableArray<Link> _links = [];
    private TaskCompletionSource _receiverCame = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private uint _turn;

    internal sealed record Link(SmppSession Session, DateTimeOffset Since)
    {
        public bool Receives => Session.BindType is BindType.Receiver or BindType.Transceiver;
    }

    public ImmutableArray<Link> All => _links;

    public void Add(SmppSession session, DateTimeOffset at)
    {
        lock (_lock)
        {
            var link = new Link(session, at);
            _links = _links.Add(link);
            if (!link.Receives) return;
            _receiverCame.SetResult();
            _receiverCame = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    /// <summary>False if the session never was bound.</summary>
    public bool Remove(SmppSession session)
    {
        lock (_lock)
        {
            var before = _links.Length;
            _links = _links.RemoveAll(link => link.Session == session);
            return _links.Length < before;
        }
    }

    /// <summary>A session that takes messages, each in its turn; null if there is none, and then <paramref name="receiverCame"/> ends as soon as one binds.</summary>
    public SmppSession? NextReceiver(out Task receiverCame) => Receiver(ReceiptBind.Any, null, out receiverCame);

    /// <summary>The same with a wish: the bind of <paramref name="from"/>, or another one. If it cannot be had, any.</summary>
    public SmppSession? Receiver(ReceiptBind bind, SmppSession? from, out Task receiverCame)
    {
        lock (_lock)
        {
            receiverCame = _receiverCame.Task;
            var links = _links;
            SmppSession? last = null;
            for (var tried = 0; tried < links.Length; tried++)
            {
                var link = links[(int)(unchecked(++_turn) % (uint)links.Length)];
                if (!link.Receives || link.Session.State is not (SessionState.BoundRx or SessionState.BoundTrx)) continue;
                last = link.Session;
                if (bind == ReceiptBind.Any || (last == from) == (bind == ReceiptBind.Same)) return last;
            }
            return last;
        }
    }
}
