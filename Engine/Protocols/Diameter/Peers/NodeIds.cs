namespace CarrierPay.Engine.Protocols.Diameter.Peers;

/// <summary>Ids of requests that this node makes: End-to-End ids and Session-Ids. Unique over restarts; safe for threads.</summary>
public sealed class NodeIds
{
    private readonly string _originHost;
    private readonly uint _high;
    private uint _endToEnd;
    private uint _low;

    /// <param name="originHost">Of this node; no other node or process may use it.</param>
    public NodeIds(string originHost, TimeProvider time)
    {
        _originHost = originHost;
        _high = (uint)(time.GetUtcNow().ToUnixTimeSeconds() & 0xffffffff);
        _endToEnd = ((_high & 0xfff) << 20) | (uint)Random.Shared.Next(1 << 20);
        _low = (uint)Random.Shared.NextInt64(1L << 32);
    }

    /// <summary>Unique for four minutes and more, also over a restart: it begins with the seconds of the start in its high 12 bits, and below a million requests a second the clock goes up faster than it does.</summary>
    /// <remarks>RFC 6733, section 3.</remarks>
    public uint NextEndToEnd() => Interlocked.Increment(ref _endToEnd);

    /// <summary>Unique for ever: <c>host;seconds of the start;number;reference</c>.</summary>
    /// <param name="reference">Our own name of what is charged, so that the operator's records lead back to it; printable ASCII without a semicolon.</param>
    /// <remarks>RFC 6733, section 8.8.</remarks>
    public string NextSessionId(string reference)
    {
        if (reference.AsSpan().ContainsAnyExceptInRange('!', '~') || reference.Contains(';', StringComparison.Ordinal))
            throw new ArgumentException($"\"{reference}\" does not go into a Session-Id: printable ASCII without spaces and semicolons.", nameof(reference));
        return $"{_originHost};{_high};{Interlocked.Increment(ref _low)};{reference}";
    }
}
