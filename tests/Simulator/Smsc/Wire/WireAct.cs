namespace CarrierPay.Simulator.Smsc.Wire;

/// <summary>How something goes to the bound system.</summary>
internal enum WireActKind
{
    Send,
    /// <summary>In two segments, cut inside the header.</summary>
    SendSplit,
    /// <summary>One octet at a time.</summary>
    SendOctets,
    /// <summary>The connection is reset.</summary>
    Reset,
}

/// <summary>One step of what a connection does with a PDU.</summary>
internal readonly record struct WireAct(WireActKind Kind, ReadOnlyMemory<byte> Octets)
{
    public static WireAct Send(ReadOnlyMemory<byte> octets) => new(WireActKind.Send, octets);
}
