namespace CarrierPay.Engine.Protocols.Diameter;

/// <summary>One message where it lies in a buffer: nothing is copied or allocated.</summary>
/// <remarks>
/// Limits: <see cref="MaxLength"/> octets, groups inside groups up to <see cref="MaxNesting"/>. What is odd but whole is read: AVPs in another order,
/// unknown ones, flags without a meaning. Reading goes over the AVPs without recursion, so nothing that a peer sends can cost more than its own length.
/// </remarks>
public readonly ref struct MessageView
{
    /// <summary>The longest message that is read or written, in octets; a credit-control event has some 300 to 1,500.</summary>
    public const int MaxLength = 65_536;

    /// <summary>Groups inside groups. The deepest that is known here is three: Requested-Service-Unit, CC-Money, Unit-Value.</summary>
    public const int MaxNesting = 8;

    private MessageView(ReadOnlySpan<byte> octets, DiameterHeader header)
    {
        Octets = octets;
        Header = header;
    }

    public ReadOnlySpan<byte> Octets { get; }

    public DiameterHeader Header { get; }

    /// <exception cref="DiameterException">The octets are not one message: version or length is wrong.</exception>
    public static MessageView Read(ReadOnlySpan<byte> octets)
    {
        if (octets.Length < DiameterHeader.Size)
            throw new DiameterException(ResultCode.InvalidMessageLength, $"{octets.Length} octets are no message");
        if (octets[0] != DiameterHeader.Version)
            throw new DiameterException(ResultCode.UnsupportedVersion, $"Version {octets[0]} is not known");
        var header = DiameterHeader.Read(octets);
        if (header.Length != octets.Length || header.Length % 4 != 0 || header.Length > MaxLength)
            throw new DiameterException(ResultCode.InvalidMessageLength, $"The message says that it has {header.Length} octets and has {octets.Length}");
        return new(octets, header);
    }

    /// <summary>The AVPs of the first level.</summary>
    public AvpEnumerator GetEnumerator() => new(Octets[DiameterHeader.Size..], isWhole: true);

    /// <summary>The first AVP of a kind. False if there is none.</summary>
    public bool TryFind(AvpDefinition definition, out AvpView found)
    {
        foreach (var avp in this)
        {
            if (avp.Is(definition))
            {
                found = avp;
                return true;
            }
        }
        found = default;
        return false;
    }

    /// <summary>Result-Code, or <see cref="ResultCode.None"/>; Experimental-Result is another matter.</summary>
    public ResultCode ResultCode => TryFind(Avps.ResultCode, out var avp) ? (ResultCode)avp.ToUInt32() : ResultCode.None;

    /// <summary>Checks a request as the node that is to act on it: lengths of all known AVPs at all levels, and no unknown one with the M flag.</summary>
    /// <exception cref="DiameterException">5001, 5014, or 5004 for what is nested too deep.</exception>
    public void Check() => CheckLevel(GetEnumerator(), depth: 0);

    private static void CheckLevel(AvpEnumerator avps, int depth)
    {
        foreach (var avp in avps)
        {
            var known = Avps.Find(avp.VendorId, avp.Code);
            if (known is null)
            {
                if (avp.IsMandatory)
                    throw DiameterException.Unsupported(avp);
                continue;
            }
            if (known.FixedLength is { } length && avp.Data.Length != length)
                throw DiameterException.WrongLength(known);
            if (known.Type != AvpType.Grouped || known == Avps.FailedAvp)
                continue;
            if (depth == MaxNesting)
                throw DiameterException.WrongValue(known, avp, "is nested too deep");
            CheckLevel(avp.GetEnumerator(), depth + 1);
        }
    }
}
