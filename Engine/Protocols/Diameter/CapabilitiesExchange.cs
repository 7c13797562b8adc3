using System.Net;

namespace CarrierPay.Engine.Protocols.Diameter;

/// <summary>Capabilities-Exchange-Request and -Answer: who a node is, and what it speaks.</summary>
/// <remarks>RFC 6733, section 5.3.</remarks>
public sealed record CapabilitiesExchange
{
    public required NodeIdentity Node { get; init; }

    public ValueList<IPAddress> Addresses { get; init; }

    /// <summary>The maker's enterprise number; 0 where it has none.</summary>
    public uint VendorId { get; init; }

    public string ProductName { get; init; } = "";

    public ValueList<uint> SupportedVendors { get; init; }

    /// <summary>Auth-Application-Ids, those inside Vendor-Specific-Application-Id included.</summary>
    public ValueList<uint> Applications { get; init; }

    /// <summary>Of an answer; None in a request.</summary>
    public ResultCode Result { get; init; }

    /// <summary>Whether requests of this application can be given to the node; a relay passes on all.</summary>
    public bool Speaks(uint application) => Applications.Contains(application) || IsRelay;

    public bool IsRelay => Applications.Contains(ApplicationIds.Relay);

    public byte[] EncodeRequest(uint endToEnd) => Write(BaseMessages.Request(CommandCodes.CapabilitiesExchange, endToEnd)).ToMessage();

    public byte[] EncodeAnswer(in DiameterHeader request) => Write(BaseMessages.Answer(request, Result)).ToMessage();

    /// <exception cref="DiameterException">An AVP that must be there is missing, or one is malformed.</exception>
    public static CapabilitiesExchange Decode(in MessageView message)
    {
        var addresses = new List<IPAddress>();
        var vendors = new List<uint>();
        var applications = new List<uint>();
        uint? vendor = null;
        var product = "";
        var result = ResultCode.None;
        foreach (var avp in message)
        {
            if (avp.Is(Avps.HostIpAddress))
                addresses.Add(avp.ToAddress());
            else if (avp.Is(Avps.VendorId))
                vendor ??= avp.ToUInt32();
            else if (avp.Is(Avps.ProductName))
                product = avp.ToText();
            else if (avp.Is(Avps.SupportedVendorId))
                vendors.Add(avp.ToUInt32());
            else if (avp.Is(Avps.AuthApplicationId))
                applications.Add(avp.ToUInt32());
            else if (avp.Is(Avps.VendorSpecificApplicationId))
                AddInside(avp, applications);
            else if (avp.Is(Avps.AcctApplicationId) && avp.ToUInt32() == ApplicationIds.Relay)
                applications.Add(ApplicationIds.Relay);
            else if (avp.Is(Avps.ResultCode))
                result = (ResultCode)avp.ToUInt32();
        }
        // An answer that refuses us need not hold more than its reason.
        if (message.Header.IsRequest && addresses.Count == 0)
            throw DiameterException.Missing(Avps.HostIpAddress);
        return new()
        {
            Node = BaseMessages.ReadOrigin(message),
            Addresses = [.. addresses],
            VendorId = vendor ?? (message.Header.IsRequest ? throw DiameterException.Missing(Avps.VendorId) : VendorIds.None),
            ProductName = product,
            SupportedVendors = [.. vendors],
            Applications = [.. applications],
            Result = result,
        };
    }

    private static void AddInside(in AvpView group, List<uint> applications)
    {
        foreach (var avp in group)
        {
            if (avp.Is(Avps.AuthApplicationId))
                applications.Add(avp.ToUInt32());
        }
    }

    private DiameterWriter Write(DiameterWriter writer)
    {
        writer.Origin(Node);
        foreach (var address in Addresses)
            writer.Write(Avps.HostIpAddress, address);
        writer.Write(Avps.VendorId, VendorId).Write(Avps.ProductName, ProductName);
        if (Node.OriginStateId is { } state)
            writer.Write(Avps.OriginStateId, state);
        foreach (var vendor in SupportedVendors)
            writer.Write(Avps.SupportedVendorId, vendor);
        foreach (var application in Applications)
            writer.Write(Avps.AuthApplicationId, application);
        return writer;
    }
}
