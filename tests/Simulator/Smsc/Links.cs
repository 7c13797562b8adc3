using System.Collections.Immutable;
using CarrierPay.Simulator.Smsc.Receipts;
using CarrierPay.SmppAdapter.Pdu;
using CarrierPay.SmppAdapter.Session;

namespace CarrierPay.Simulator.Smsc;

/// <summary>The bound systems, and whose turn it is to be given a message.</summary>
internal sealed class Links(Accounts accounts)
{
    private readonly Lock _lock = new();
    private ImmutableArray<Link> _links = [];
    private TaskCompletionSource _receiverCame = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private uint _turn;

    /// <param name="RemoteName">Where the system really is: kept, because the front forgets a connection as soon as it is over.</param>
    internal sealed record Link(SmppSession Session, DateTimeOffset Since, string RemoteName)
    {
        public bool Receives => Session.BindType is BindType.Receiver or BindType.Transceiver;
    }

    public ImmutableArray<Link> All => _links;

    public void Add(Link link)
    {
        lock (_lock)
        {
            _links = _links.Add(link);
            if (!link.Receives) return;
            _receiverCame.SetResult();
            _receiverCame = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    /// <summary>Null if the session never was bound.</summary>
    public Link? Remove(SmppSession session)
    {
        lock (_lock)
        {
            var link = _links.FirstOrDefault(link => link.Session == session);
            if (link is not null) _links = _links.Remove(link);
            return link;
        }
    }

    /// <summary>A session that takes messages to this short code, each in its turn; null if there is none, and then <paramref name="receiverCame"/> ends as soon as one binds.</summary>
    public SmppSession? NextReceiver(string shortCode, out Task receiverCame) =>
        Next(link => accounts.Takes(link.Session.SystemId, shortCode), _ => true, out receiverCame);

    /// <summary>A session for what is about a message of <paramref name="from"/>: one of the same system_id, if possible as <paramref name="bind"/> wishes.</summary>
    public SmppSession? NextReceiver(SmppSession from, ReceiptBind bind, out Task receiverCame) =>
        Next(link => link.Session.SystemId == from.SystemId, link => bind == ReceiptBind.Any || (link.Session == from) == (bind == ReceiptBind.Same), out receiverCame);

    private SmppSession? Next(Func<Link, bool> may, Func<Link, bool> isWished, out Task receiverCame)
    {
        lock (_lock)
        {
            receiverCame = _receiverCame.Task;
            var links = _links;
            SmppSession? last = null;
            for (var tried = 0; tried < links.Length; tried++)
            {
                var link = links[(int)(unchecked(++_turn) % (uint)links.Length)];
                if (!link.Receives || !may(link) || link.Session.State is not (SessionState.BoundRx or SessionState.BoundTrx)) continue;
                last = link.Session;
                if (isWished(link)) return last;
            }
            return last;
        }
    }
}
