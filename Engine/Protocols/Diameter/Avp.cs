using System.Text;

namespace CarrierPay.Engine.Protocols.Diameter;

/// <summary>One AVP by itself: what is kept of those that nothing here gives a meaning to, and what a setting adds to requests. Compared by content.</summary>
/// <param name="VendorId">0 without the V flag.</param>
/// <param name="Flags">As they came, or as they go.</param>
/// <param name="Data">Without padding; for a group, its AVPs one after the other.</param>
public sealed record Avp(uint Code, uint VendorId, AvpFlags Flags, ReadOnlyMemory<byte> Data)
{
    public bool IsMandatory => (Flags & AvpFlags.Mandatory) != 0;

    /// <summary>Octets with header and padding.</summary>
    internal int PaddedLength => AvpView.Padded(HeaderLength + Data.Length);

    internal int HeaderLength => (Flags & AvpFlags.Vendor) != 0 ? AvpView.LongHeader : AvpView.ShortHeader;

    /// <summary>A text in UTF-8.</summary>
    public static Avp Of(AvpDefinition definition, string text) => new(definition.Code, definition.VendorId, definition.Flags, Encoding.UTF8.GetBytes(text));

    /// <summary>A group.</summary>
    public static Avp Of(AvpDefinition definition, params ReadOnlySpan<Avp> inside)
    {
        var writer = new DiameterWriter();
        foreach (var avp in inside)
            writer.Write(avp);
        return new(definition.Code, definition.VendorId, definition.Flags, writer.Written.ToArray());
    }

    public bool Equals(Avp? other) =>
        other is not null && Code == other.Code && VendorId == other.VendorId && Flags == other.Flags && Data.Span.SequenceEqual(other.Data.Span);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.Add(Code);
        hash.Add(VendorId);
        hash.Add(Flags);
        hash.AddBytes(Data.Span);
        return hash.ToHashCode();
    }

    public override string ToString() => $"{Avps.Find(VendorId, Code)?.Name ?? $"AVP {VendorId}:{Code}"}, {Data.Length} octets";
}
