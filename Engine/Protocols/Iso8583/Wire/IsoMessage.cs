using System.Globalization;
using System.Text;

namespace CarrierPay.Engine.Protocols.Iso8583.Wire;

/// <summary>One field: its number and its value. <see cref="ToString"/> shows what may be logged.</summary>
public readonly record struct IsoField(int Number, string Value)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Number}={FieldMask.Show(this)}");
}

/// <summary>A message: its type and its fields, 2 to 192. Immutable; two with the same type and fields are equal.</summary>
/// <remarks>
/// Values are text; binary content is hexadecimal digits in capitals. The bitmaps are made by the writer. <see cref="ToString"/> shows no account,
/// no PIN, no text: only fields that are known to be harmless, and it is what may be logged.
/// </remarks>
public sealed class IsoMessage : IEquatable<IsoMessage>
{
    public const int HighestField = 192;

    private readonly IsoField[] _fields;

    /// <param name="mti">Four digits.</param>
    /// <param name="fields">In any order; one without a value is left out.</param>
    /// <exception cref="ArgumentException">The type is not four digits, a number is out of its range or comes twice.</exception>
    public IsoMessage(string mti, params ReadOnlySpan<(int Number, string? Value)> fields)
    {
        if (!Wire.Mti.IsValid(mti)) throw new ArgumentException("A message type is four digits.", nameof(mti));
        Mti = mti;
        var present = new List<IsoField>(fields.Length);
        foreach (var (number, value) in fields)
        {
            if (value is null) continue;
            // 65 is the third bitmap, made by the writer like 1.
            if (number is < 2 or > HighestField or 65) throw new ArgumentException($"There is no field {number} to set.", nameof(fields));
            present.Add(new(number, value));
        }
        present.Sort(static (a, b) => a.Number.CompareTo(b.Number));
        for (var i = 1; i < present.Count; i++)
            if (present[i].Number == present[i - 1].Number) throw new ArgumentException($"Field {present[i].Number} is there twice.", nameof(fields));
        _fields = [.. present];
    }

    /// <summary>For the reader, which has them in order.</summary>
    internal IsoMessage(string mti, List<IsoField> ordered)
    {
        Mti = mti;
        _fields = [.. ordered];
    }

    public string Mti { get; }

    /// <summary>In the order of their numbers.</summary>
    public IReadOnlyList<IsoField> Fields => _fields;

    /// <summary>0 if there is no field.</summary>
    public int Highest => _fields.Length == 0 ? 0 : _fields[^1].Number;

    /// <summary>The value, or null if the field is not there.</summary>
    public string? this[int number]
    {
        get
        {
            foreach (var field in _fields)
                if (field.Number == number) return field.Value;
            return null;
        }
    }

    /// <summary>The same message with this field set, or without it when the value is null.</summary>
    public IsoMessage With(int number, string? value) => new(Mti, [.. _fields.Where(field => field.Number != number).Select(field => (field.Number, (string?)field.Value)), (number, value)]);

    /// <summary>The same fields under another type.</summary>
    public IsoMessage WithMti(string mti) => new(mti, [.. _fields.Select(field => (field.Number, (string?)field.Value))]);

    public bool Equals(IsoMessage? other) => other is not null && Mti == other.Mti && _fields.AsSpan().SequenceEqual(other._fields);

    public override bool Equals(object? obj) => Equals(obj as IsoMessage);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.Add(Mti);
        foreach (var field in _fields) hash.Add(field);
        return hash.ToHashCode();
    }

    public override string ToString()
    {
        var text = new StringBuilder(Mti);
        foreach (var field in _fields) text.Append(' ').Append(field);
        return text.ToString();
    }
}
