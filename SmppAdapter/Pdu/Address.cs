namespace CarrierPay.SmppAdapter.Pdu;

/// <summary>Type of number.</summary>
/// <remarks>SMPP 3.4, section 5.2.5. One octet.</remarks>
public enum Ton : byte
{
    Unknown = 0,
    International = 1,
    National = 2,
    NetworkSpecific = 3,
    SubscriberNumber = 4,
    Alphanumeric = 5,
    Abbreviated = 6,
}

/// <summary>Numbering plan.</summary>
/// <remarks>SMPP 3.4, section 5.2.6. One octet.</remarks>
public enum Npi : byte
{
    Unknown = 0,
    E164 = 1,
    X121 = 3,
    Telex = 4,
    LandMobile = 6,
    National = 8,
    Private = 9,
    Ermes = 10,
    Internet = 14,
    WapClientId = 18,
}

/// <summary>A sender or receiver: addr_ton, addr_npi and the address itself, at most 20 octets in submit_sm and deliver_sm.</summary>
/// <remarks>An alphanumeric address is GSM 7-bit text in which '@' would be the octet 0, the end of the field: such an address cannot be sent.</remarks>
public readonly record struct Address(Ton Ton, Npi Npi, string Digits)
{
    private readonly string? _digits = Digits;

    /// <summary>The digits or, for <see cref="Ton.Alphanumeric"/>, the name. Octets map to U+0000 to U+00FF. Never null.</summary>
    public string Digits
    {
        get => _digits ?? "";
        init => _digits = value;
    }

    public static Address International(string digits) => new(Ton.International, Npi.E164, digits);

    /// <summary>A short code such as 500: TON and NPI unknown, as most SMSCs want it.</summary>
    public static Address ShortCode(string digits) => new(Ton.Unknown, Npi.Unknown, digits);

    public bool Equals(Address other) => Ton == other.Ton && Npi == other.Npi && Digits == other.Digits;

    public override int GetHashCode() => HashCode.Combine(Ton, Npi, Digits);

    /// <summary>Masked, because it may reach a log: numbers longer than a short code show their first three and last two digits.</summary>
    public override string ToString() =>
        Digits.Length <= 6 ? $"{Ton}/{Npi}/{Digits}" : $"{Ton}/{Npi}/{Digits.AsSpan(0, 3)}****{Digits.AsSpan(Digits.Length - 2)}";
}
