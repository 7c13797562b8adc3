using System.Text;

namespace CarrierPay.SmppAdapter.Text;

/// <summary>How text is written in octets.</summary>
public enum TextEncoding
{
    /// <summary>A GSM 7-bit alphabet, one septet per octet.</summary>
    Gsm,

    /// <summary>The same, packed.</summary>
    GsmPacked,
    Ascii,
    Latin1,

    /// <summary>UCS-2, read and written as UTF-16 big-endian.</summary>
    Ucs2,

    /// <summary>No text: binary, or an alphabet that this library has no table for.</summary>
    Binary,

    /// <summary>Only as an SMSC's default alphabet: no data_coding stands for it.</summary>
    Utf8,

    /// <summary>ISO 8859-5.</summary>
    Cyrillic,

    /// <summary>ISO 8859-8.</summary>
    Hebrew,

    /// <summary>ISO-2022-JP, Japanese in 7 bits.</summary>
    Iso2022Jp,

    /// <summary>KS C 5601, Korean, as EUC-KR.</summary>
    Korean,
}

/// <summary>The encodings that are not GSM's.</summary>
internal static class TextEncodings
{
    private static readonly EncodingProvider CodePages = CodePagesEncodingProvider.Instance;
    private static readonly Encoding Cyrillic = CodePages.GetEncoding("iso-8859-5")!;
    private static readonly Encoding Hebrew = CodePages.GetEncoding("iso-8859-8")!;
    private static readonly Encoding Iso2022Jp = CodePages.GetEncoding("iso-2022-jp")!;
    private static readonly Encoding Korean = CodePages.GetEncoding("euc-kr")!;

    /// <summary>Null for GSM's and for binary. Octets that are no text read as a replacement character.</summary>
    public static Encoding? Of(TextEncoding encoding) => encoding switch
    {
        TextEncoding.Ascii => Encoding.ASCII,
        TextEncoding.Latin1 => Encoding.Latin1,
        TextEncoding.Ucs2 => Encoding.BigEndianUnicode,
        TextEncoding.Utf8 => Encoding.UTF8,
        TextEncoding.Cyrillic => Cyrillic,
        TextEncoding.Hebrew => Hebrew,
        TextEncoding.Iso2022Jp => Iso2022Jp,
        TextEncoding.Korean => Korean,
        _ => null,
    };
}
