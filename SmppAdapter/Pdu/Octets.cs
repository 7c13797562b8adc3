namespace CarrierPay.SmppAdapter.Pdu;

/// <summary>A run of octets compared by content, so that records that hold one can be compared.</summary>
/// <remarks>Does not copy: whoever makes one must not change the array afterwards.</remarks>
public readonly struct Octets(ReadOnlyMemory<byte> memory) : IEquatable<Octets>
{
    public ReadOnlyMemory<byte> Memory { get; } = memory;

    public ReadOnlySpan<byte> Span => Memory.Span;

    public int Length => Memory.Length;

    public bool IsEmpty => Memory.IsEmpty;

    public static implicit operator Octets(byte[]? octets) => new(octets);

    public static implicit operator Octets(ReadOnlyMemory<byte> octets) => new(octets);

    public static Octets FromHex(string hex) => Convert.FromHexString(hex);

    public string ToHex() => Convert.ToHexString(Span);

    public bool Equals(Octets other) => Span.SequenceEqual(other.Span);

    public override bool Equals(object? obj) => obj is Octets other && Equals(other);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.AddBytes(Span);
        return hash.ToHashCode();
    }

    public static bool operator ==(Octets left, Octets right) => left.Equals(right);

    public static bool operator !=(Octets left, Octets right) => !left.Equals(right);

    /// <summary>The length only: message text must not reach a log by accident. The content is <see cref="ToHex"/>.</summary>
    public override string ToString() => $"{Length} octets";
}
