namespace CarrierPay.Engine.Protocols.Diameter;

/// <summary>Any message as its header and the AVPs of its first level, none of them left out. For commands that have no record of their own.</summary>
/// <param name="Header">Its length is that of the octets it came from, or 0; it is not compared.</param>
public sealed record DiameterMessage(DiameterHeader Header, ValueList<Avp> Avps)
{
    /// <exception cref="DiameterException">The octets are no message, or an AVP has a wrong length.</exception>
    public static DiameterMessage Decode(ReadOnlySpan<byte> octets)
    {
        var view = MessageView.Read(octets);
        var avps = new List<Avp>();
        foreach (var avp in view)
            avps.Add(avp.ToAvp());
        return new(view.Header, [.. avps]);
    }

    public byte[] Encode()
    {
        var writer = new DiameterWriter().Start(Header);
        foreach (var avp in Avps)
            writer.Write(avp);
        return writer.ToMessage();
    }

    public bool Equals(DiameterMessage? other) => other is not null && (Header with { Length = 0 }) == (other.Header with { Length = 0 }) && Avps == other.Avps;

    public override int GetHashCode() => HashCode.Combine(Header with { Length = 0 }, Avps);
}
