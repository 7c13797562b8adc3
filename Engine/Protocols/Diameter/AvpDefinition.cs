namespace CarrierPay.Engine.Protocols.Diameter;

/// <summary>How the data of an AVP is read.</summary>
/// <remarks>RFC 6733, sections 4.2 and 4.3.</remarks>
public enum AvpType
{
    OctetString,
    Utf8String,

    /// <summary>A fully qualified domain name in ASCII.</summary>
    DiameterIdentity,
    Unsigned32,
    Integer32,
    Unsigned64,
    Integer64,

    /// <summary>An Integer32 with names.</summary>
    Enumerated,

    /// <summary>Seconds since 1900 in 32 bits.</summary>
    Time,

    /// <summary>Two octets of address family, then the address.</summary>
    Address,
    Grouped,
}

/// <summary>One line of the dictionary.</summary>
/// <param name="Code">Unique within the vendor.</param>
/// <param name="VendorId">0 for the IETF's own.</param>
/// <param name="Name">As the specification writes it.</param>
/// <param name="IsMandatory">Whether the M flag is set when it is sent.</param>
public sealed record AvpDefinition(uint Code, uint VendorId, string Name, AvpType Type, bool IsMandatory)
{
    public AvpFlags Flags => (IsMandatory ? AvpFlags.Mandatory : 0) | (VendorId == VendorIds.None ? 0 : AvpFlags.Vendor);

    /// <summary>Octets of the header, which is longer with a vendor id.</summary>
    public int HeaderLength => VendorId == VendorIds.None ? AvpView.ShortHeader : AvpView.LongHeader;

    /// <summary>Octets that the data must have; null where the type allows several lengths.</summary>
    public int? FixedLength => Type switch
    {
        AvpType.Unsigned32 or AvpType.Integer32 or AvpType.Enumerated or AvpType.Time => 4,
        AvpType.Unsigned64 or AvpType.Integer64 => 8,
        _ => null,
    };

    public override string ToString() => $"{Name} ({Code})";
}
