using System.Text;

namespace CarrierPay.Engine.Protocols.Iso8583.Wire;

/// <summary>The characters of a profile: one octet each, both ways without loss.</summary>
/// <remarks>ASCII with the upper half of ISO 8859-1, or an EBCDIC code page with the same 256 characters (037, 500, 1047): a bank's accent is carried, not refused.</remarks>
public sealed class CharacterSet
{
    /// <summary>ASCII, with ISO 8859-1 above it.</summary>
    public static readonly CharacterSet Ascii = new(Encoding.Latin1);

    private readonly byte[] _toOctet = new byte[256];
    private readonly char[] _toCharacter = new char[256];

    private CharacterSet(Encoding encoding)
    {
        var seen = new bool[256];
        for (var octet = 0; octet < 256; octet++)
        {
            var character = encoding.GetString([(byte)octet])[0];
            if (character > 0xFF || seen[character]) throw new ArgumentException($"Code page {encoding.CodePage} has other characters than ISO 8859-1.", nameof(encoding));
            seen[character] = true;
            _toCharacter[octet] = character;
            _toOctet[character] = (byte)octet;
        }
    }

    /// <summary>EBCDIC: 37 (default in North America), 500 (international) or 1047 (open systems).</summary>
    /// <exception cref="ArgumentException">The code page is not there, or has other characters.</exception>
    public static CharacterSet Ebcdic(int codePage) => new(CodePagesEncodingProvider.Instance.GetEncoding(codePage)
        ?? throw new ArgumentException($"There is no code page {codePage}.", nameof(codePage)));

    /// <summary>False if a character is beyond the 256.</summary>
    public bool TryWrite(ReadOnlySpan<char> text, Span<byte> octets)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] > 0xFF) return false;
            octets[i] = _toOctet[text[i]];
        }
        return true;
    }

    public void Read(ReadOnlySpan<byte> octets, Span<char> text)
    {
        for (var i = 0; i < octets.Length; i++) text[i] = _toCharacter[octets[i]];
    }

    internal byte Octet(char character) => _toOctet[character];

    internal char Character(byte octet) => _toCharacter[octet];
}
