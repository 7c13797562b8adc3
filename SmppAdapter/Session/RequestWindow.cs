using System.Numerics;
using CarrierPay.SmppAdapter.Pdu;

namespace CarrierPay.SmppAdapter.Session;

/// <summary>The requests in flight by sequence number. Not safe for threads: the session's gate guards it.</summary>
/// <remarks>
/// A table indexed by the low bits of the sequence number. It has at least twice as many places as the window, and a number whose place is taken is
/// skipped; so a number in flight is never used twice, and nothing is allocated or searched. An entry that timed out stays as a tombstone until its
/// place is used again, so that a late answer still finds its request.
/// </remarks>
internal sealed class RequestWindow
{
    /// <summary>Places for bind, unbind and enquire_link.</summary>
    private const int ControlPlaces = 8;

    private const uint LastSequenceNumber = 0x7FFFFFFF;

    private readonly int _size;
    private readonly uint _mask;
    private readonly PendingRequest?[] _table;
    private readonly Tombstone[] _tombstones;
    private uint _lastSequenceNumber;

    public RequestWindow(int size, uint firstSequenceNumber = 1)
    {
        _size = size;
        var places = (int)BitOperations.RoundUpToPowerOf2((uint)((size * 2) + ControlPlaces));
        _mask = (uint)(places - 1);
        _table = new PendingRequest?[places];
        _tombstones = new Tombstone[places];
        _lastSequenceNumber = firstSequenceNumber - 1;
    }

    private readonly record struct Tombstone(uint SequenceNumber, SmppPdu? Request);

    /// <summary>Requests that take a place; control requests do not count.</summary>
    public int InFlight { get; private set; }

    /// <summary>A place is free.</summary>
    public bool HasRoom => InFlight < _size;

    /// <summary>Gives the request a sequence number and registers it.</summary>
    public void Add(PendingRequest pending)
    {
        pending.SequenceNumber = NextNumber();
        _table[pending.SequenceNumber & _mask] = pending;
        if (pending.TakesPlace)
        {
            InFlight++;
        }
    }

    /// <summary>A number that no request in flight has.</summary>
    public uint NextNumber()
    {
        do
        {
            _lastSequenceNumber = _lastSequenceNumber >= LastSequenceNumber ? 1 : _lastSequenceNumber + 1;
        }
        while (_table[_lastSequenceNumber & _mask] is not null);
        return _lastSequenceNumber;
    }

    /// <summary>The request with this number if it is in flight; it stays.</summary>
    public PendingRequest? Find(uint sequenceNumber) =>
        _table[sequenceNumber & _mask] is { } pending && pending.SequenceNumber == sequenceNumber ? pending : null;

    public void Remove(PendingRequest pending)
    {
        _table[pending.SequenceNumber & _mask] = null;
        if (pending.TakesPlace)
        {
            InFlight--;
        }
    }

    /// <summary>Moves what is overdue to <paramref name="expired"/>.</summary>
    public void Expire(long now, List<PendingRequest> expired)
    {
        foreach (var pending in _table)
        {
            if (pending is not null && pending.Deadline <= now)
            {
                _tombstones[pending.SequenceNumber & _mask] = new(pending.SequenceNumber, pending.Request);
                expired.Add(pending);
            }
        }
        foreach (var pending in expired)
        {
            Remove(pending);
        }
    }

    /// <summary>The request of a late answer, once.</summary>
    public SmppPdu? TakeTombstone(uint sequenceNumber)
    {
        ref var tombstone = ref _tombstones[sequenceNumber & _mask];
        if (tombstone.SequenceNumber != sequenceNumber)
        {
            return null;
        }
        var request = tombstone.Request;
        tombstone = default;
        return request;
    }

    /// <summary>Empties the table at the session's end.</summary>
    public List<PendingRequest> TakeAll()
    {
        var all = new List<PendingRequest>();
        foreach (var pending in _table)
        {
            if (pending is not null)
            {
                all.Add(pending);
            }
        }
        all.ForEach(Remove);
        return all;
    }
}
