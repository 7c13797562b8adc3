namespace CarrierPay.SmppAdapter.Text;

/// <summary>How a long text travels.</summary>
public enum LongTextCarriage
{
    /// <summary>In parts, each with a user data header. Every SMSC knows it.</summary>
    UserDataHeader,

    /// <summary>In parts that sar_msg_ref_num, sar_total_segments and sar_segment_seqnum put in order; the SMSC makes the headers.</summary>
    SarParameters,

    /// <summary>In one PDU as message_payload; the SMSC cuts. Only where it says that it does.</summary>
    MessagePayload,
}

/// <summary>What an SMSC and its handsets take: the settings of a link.</summary>
public sealed record SplitOptions
{
    private readonly TextEncoding _defaultAlphabet = TextEncoding.Gsm;

    public static SplitOptions Default { get; } = new();

    /// <summary>What data_coding 0 carries at this SMSC: Gsm, GsmPacked, Ascii, Latin1 or Utf8. The standard leaves it to the SMSC; most mean unpacked GSM.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Another encoding: it has a data_coding of its own.</exception>
    public TextEncoding DefaultAlphabet
    {
        get => _defaultAlphabet;
        init => _defaultAlphabet = value is TextEncoding.Gsm or TextEncoding.GsmPacked or TextEncoding.Ascii or TextEncoding.Latin1 or TextEncoding.Utf8
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "Not an SMSC's default alphabet.");
    }

    public ReferenceSize ReferenceSize { get; init; } = ReferenceSize.Eight;

    public LongTextCarriage Carriage { get; init; } = LongTextCarriage.UserDataHeader;

    /// <summary>Languages whose GSM tables the handsets of this network know. None by default: a handset without them shows garbage.</summary>
    public IReadOnlyList<NationalLanguage> Languages { get; init; } = [];
}
