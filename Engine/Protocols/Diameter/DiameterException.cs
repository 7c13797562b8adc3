namespace CarrierPay.Engine.Protocols.Diameter;

/// <summary>A message whose frame is whole but whose content is wrong: answer with <see cref="ResultCode"/> and keep the connection.</summary>
/// <remarks>RFC 6733, section 7: the only exception that reading octets from a peer throws.</remarks>
public sealed class DiameterException(ResultCode resultCode, string message, byte[]? failedAvp = null)
    : Exception($"{message} ({(uint)resultCode} {resultCode})")
{
    /// <summary>What to answer; never a success.</summary>
    public ResultCode ResultCode { get; } = resultCode;

    /// <summary>The AVP at fault with its header, padded: what goes into Failed-AVP. Null where none can be named.</summary>
    public ReadOnlyMemory<byte>? FailedAvp { get; } = failedAvp;

    /// <summary>An AVP that must be there is not.</summary>
    /// <remarks>RFC 6733, section 7.1.5: Failed-AVP then holds an example with the shortest data, filled with zeros.</remarks>
    public static DiameterException Missing(AvpDefinition definition) =>
        new(ResultCode.MissingAvp, $"{definition} is missing", Example(definition));

    /// <summary>An AVP stands more often than it may.</summary>
    public static DiameterException TooOften(AvpDefinition definition, in AvpView avp) =>
        new(ResultCode.AvpOccursTooManyTimes, $"{definition} occurs too many times", avp.ToPadded());

    /// <summary>The data of an AVP is of the right length and yet no value.</summary>
    public static DiameterException WrongValue(AvpDefinition definition, in AvpView avp, string problem) =>
        new(ResultCode.InvalidAvpValue, $"{definition} {problem}", avp.ToPadded());

    /// <summary>An AVP that is not known says that it must be understood.</summary>
    public static DiameterException Unsupported(in AvpView avp) =>
        new(ResultCode.AvpUnsupported, $"AVP {avp.Code} of vendor {avp.VendorId} is mandatory and not known", avp.ToPadded());

    /// <summary>The data cannot be of this length.</summary>
    /// <remarks>RFC 6733, section 7.1.5, and its erratum 4615: the header and the shortest data, since the length as it came would break the answer.</remarks>
    public static DiameterException WrongLength(AvpDefinition definition) =>
        new(ResultCode.InvalidAvpLength, $"{definition} has a wrong length", Example(definition));

    private static byte[] Example(AvpDefinition definition)
    {
        var avp = new byte[definition.HeaderLength + (definition.FixedLength ?? 0)];
        AvpView.WriteHeader(avp, definition.Code, definition.Flags, definition.VendorId, avp.Length);
        return avp;
    }
}
