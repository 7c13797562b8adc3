using CarrierPay.Engine.Protocols.Iso8583.Wire;

namespace CarrierPay.Engine.Protocols.Iso8583.Messages;

/// <summary>Which message a reversal undoes.</summary>
/// <remarks>
/// <code>
/// 1987, field 90                     1993, field 56
/// message type       4  n            message type     4  n
/// STAN               6  n            STAN             6  n
/// transmission time 10  n            local time      12  n
/// acquirer          11  n, zeros     acquirer      ..11  n, two digits of length before it
/// forwarder         11  n, zeros
/// </code>
/// </remarks>
/// <param name="Mti">Of the first attempt: 0200, never 0201.</param>
/// <param name="Time">Field 7 (1987) or field 12 (1993) of the original.</param>
/// <param name="Acquirer">Field 32 of the original, or empty.</param>
public sealed record OriginalData(string Mti, string Stan, string Time, string Acquirer)
{
    public const int Field1987 = 90;
    public const int Field1993 = 56;

    private const int InstitutionLength = 11;
    private const int Length1987 = 42;
    private const int FixedLength1993 = 24;

    public static int FieldOf(Iso8583Version version) => version == Iso8583Version.V1987 ? Field1987 : Field1993;

    /// <summary>The data of this message.</summary>
    /// <exception cref="Iso8583Exception">A field that must be in it is missing.</exception>
    public static OriginalData Of(IsoMessage original, Iso8583Version version)
    {
        ArgumentNullException.ThrowIfNull(original);
        return new(Wire.Mti.FirstOf(original.Mti), Needed(original, 11), Needed(original, version == Iso8583Version.V1987 ? 7 : 12), original[32] ?? "");
    }

    public string Format(Iso8583Version version) => version == Iso8583Version.V1987
        ? $"{Mti}{Stan}{Time}{Acquirer.PadLeft(InstitutionLength, '0')}{new string('0', InstitutionLength)}"
        : $"{Mti}{Stan}{Time}{Acquirer.Length:D2}{Acquirer}";

    /// <summary>Reads the field of a reversal.</summary>
    /// <exception cref="Iso8583Exception">The field is not there, or too short.</exception>
    public static OriginalData Read(IsoMessage reversal, Iso8583Version version)
    {
        ArgumentNullException.ThrowIfNull(reversal);
        var field = FieldOf(version);
        var value = Needed(reversal, field);
        if (value.Length < (version == Iso8583Version.V1987 ? Length1987 : FixedLength1993))
            throw new Iso8583Exception(Iso8583Fault.WrongContent, field, $"field {field}", -1, $"{value.Length} digits are too few");
        return version == Iso8583Version.V1987
            ? new(value[..4], value[4..10], value[10..20], value[20..31].TrimStart('0'))
            : new(value[..4], value[4..10], value[10..22], value[24..]);
    }

    private static string Needed(IsoMessage message, int field) =>
        message[field] ?? throw new Iso8583Exception(Iso8583Fault.FieldMissing, field, $"field {field}", -1, $"a {message.Mti} cannot be without it");
}
