namespace CarrierPay.Engine.Protocols.Iso8583.Wire;

/// <summary>What is wrong with a frame, a message or a field.</summary>
public enum Iso8583Fault
{
    /// <summary>The length before a message is not written as the profile says, or is beyond its bounds: where the next message begins is unknown.</summary>
    FrameLengthMalformed,
    /// <summary>The octets after the length are not the header that the profile promises.</summary>
    HeaderMalformed,
    /// <summary>The message type is not four digits, or belongs to another version of the standard.</summary>
    MtiMalformed,
    /// <summary>A bitmap is cut off, or is not written as the profile says.</summary>
    BitmapMalformed,
    /// <summary>The bitmap names a field that the profile does not have.</summary>
    UnknownField,
    /// <summary>A field ends behind the end of the message.</summary>
    Truncated,
    /// <summary>Octets are left when the last field has been read.</summary>
    TrailingOctets,
    /// <summary>The length of a variable field is not written as the profile says.</summary>
    LengthMalformed,
    /// <summary>The value is longer than the field may be.</summary>
    TooLong,
    /// <summary>The value has characters that the field may not have, or not the one length that it must have.</summary>
    WrongContent,
    /// <summary>The half octet that makes an odd number of digits even is not what the profile says.</summary>
    PaddingMalformed,
    /// <summary>The message as a whole is longer than the profile allows.</summary>
    MessageTooLong,
    /// <summary>The amount has more than twelve digits in the minor units of the field.</summary>
    AmountTooLarge,
    /// <summary>The amount has a fraction of the unit that the field counts in. Nothing is ever rounded.</summary>
    AmountNotExact,
    /// <summary>A field that this kind of message must have is not there.</summary>
    FieldMissing,
}

/// <summary>Octets that are not a message of the profile, or a value that cannot be one. The only exception of the codec.</summary>
/// <remarks>No value of a field is in the message: it may be a card number.</remarks>
public sealed class Iso8583Exception : Exception
{
    public Iso8583Exception(Iso8583Fault fault, int field, string path, int offset, string problem)
        : base(offset < 0 ? $"{path}: {problem}" : $"{path}, octet {offset}: {problem}")
    {
        Fault = fault;
        Field = field;
        Path = path;
        Offset = offset;
    }

    public Iso8583Fault Fault { get; }

    /// <summary>2 to 192; 0 for the message type, 1 for the bitmaps, -1 for the frame.</summary>
    public int Field { get; }

    /// <summary>The place in words: <c>mti</c>, <c>bitmap 2</c>, <c>field 48</c>, <c>field 48 length</c>, <c>field 54 amount 2</c>.</summary>
    public string Path { get; }

    /// <summary>From the first octet of the message type; -1 when a value, not octets, is at fault.</summary>
    public int Offset { get; }

    /// <summary>The meaning of everything behind this place is lost, and of the stream with it: close the connection.</summary>
    public bool StreamIsLost => Field <= 1;
}
