namespace CarrierPay.Engine.Messaging;

/// <summary>The messages of one batch on their way: one row of the outbox, deleted when the last of them is sent.</summary>
/// <remarks>Lives as long as its owner holds it. Whoever takes the row over makes a new one, so that what the former owner still sends counts for the former only.</remarks>
/// <param name="id">Of the outbox row; unique within the lane.</param>
public sealed class Parcel(short lane, long id)
{
    private readonly HashSet<long> _left = [];

    public short Lane => lane;
    public long Id => id;

    public void Add(long messageId)
    {
        lock (_left)
            _left.Add(messageId);
    }

    /// <summary>Notes that a message needs this row no more. True if it was the last one.</summary>
    public bool Remove(long messageId)
    {
        lock (_left)
            return _left.Remove(messageId) && _left.Count == 0;
    }
}
