using CarrierPay.SmppAdapter.Text;

namespace CarrierPay.SmppAdapter.Ussd;

/// <summary>What tells the dialogues of a gateway apart.</summary>
public enum UssdSessionKeying
{
    /// <summary>its_session_info without its end bit.</summary>
    ItsSessionInfo,

    /// <summary>The subscriber's number and its_session_info without its end bit.</summary>
    MsisdnAndItsSessionInfo,

    /// <summary>The subscriber's number and user_message_reference.</summary>
    MsisdnAndUserMessageReference,

    /// <summary>Nothing on the wire does: the subscriber's number and the address that it dialled, so one dialogue at a time. An its_session_info that changes with each message is echoed.</summary>
    MsisdnAndShortCode,
}

/// <summary>What tells a gateway that a text is the last one of its dialogue.</summary>
public enum UssdEndMarker
{
    /// <summary>The operation <see cref="UssdProfile.EndOp"/>.</summary>
    Operation,

    /// <summary>Bit 0 of its_session_info; the operation stays <see cref="UssdProfile.AskOp"/>.</summary>
    EndBit,

    /// <summary>Both.</summary>
    OperationAndEndBit,
}

/// <summary>Where a gateway puts what the subscriber dialled.</summary>
public enum UssdDialledCode
{
    ShortMessage,
    DestinationAddr,
}

/// <summary>How one kind of USSD gateway speaks SMPP. Immutable; <see cref="Problems"/> says whether it can be.</summary>
/// <remarks>
/// The specification leaves it open: SMPP 3.4 has the parameters ussd_service_op (section 5.3.2.44) and its_session_info (5.3.2.43) and no word on how they make a
/// dialogue. Values of ussd_service_op: 0 PSSD indication, 1 PSSR indication, 2 USSR request, 3 USSN request, 0x10 PSSD response, 0x11 PSSR response, 0x12 USSR
/// confirm, 0x13 USSN confirm, from 0x20 on a vendor's own.
/// </remarks>
public sealed record UssdProfile
{
    /// <summary>Septets of one USSD string: 160 octets packed.</summary>
    /// <remarks>3GPP TS 23.038, section 6.1.2.3; the same octets hold 80 UTF-16 units.</remarks>
    public const int MostSeptets = 182;
    public const int MostUcs2Units = 80;

    private static readonly UssdProfile[] BuiltIn =
    [
        new() { Name = "its_session_info", SessionKeying = UssdSessionKeying.ItsSessionInfo, EndMarker = UssdEndMarker.OperationAndEndBit },
        new() { Name = "user_message_reference", SessionKeying = UssdSessionKeying.MsisdnAndUserMessageReference, AbortOp = 0x81 },
        new() { Name = "none", SessionKeying = UssdSessionKeying.MsisdnAndShortCode },
        new() { Name = "vendor_abort", SessionKeying = UssdSessionKeying.MsisdnAndItsSessionInfo, EndMarker = UssdEndMarker.OperationAndEndBit, AbortOp = 0x81 },
    ];

    /// <summary>The names that <see cref="Named"/> knows.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. BuiltIn.Select(profile => profile.Name)];

    public required string Name { get; init; }

    public required UssdSessionKeying SessionKeying { get; init; }

    /// <summary>deliver_sm: the subscriber dialled. PSSR indication.</summary>
    public byte BeginOp { get; init; } = 0x01;

    /// <summary>deliver_sm: the subscriber answered. USSR confirm.</summary>
    public byte AnswerOp { get; init; } = 0x12;

    /// <summary>deliver_sm: a notification was shown. USSN confirm.</summary>
    public byte AcknowledgedOp { get; init; } = 0x13;

    /// <summary>deliver_sm: the subscriber or the network gave the dialogue up. A vendor's own; null if this gateway does not say it.</summary>
    public byte? AbortOp { get; init; }

    /// <summary>submit_sm: a text that waits for an answer. USSR request.</summary>
    public byte AskOp { get; init; } = 0x02;

    /// <summary>submit_sm: a text that begins no menu and waits only to be seen. USSN request.</summary>
    public byte NotifyOp { get; init; } = 0x03;

    /// <summary>submit_sm: the last text. PSSR response: 0x11, which is 17 in decimal. Some gateways want 0x03.</summary>
    public byte EndOp { get; init; } = 0x11;

    public UssdEndMarker EndMarker { get; init; } = UssdEndMarker.Operation;

    public UssdDialledCode DialledCode { get; init; } = UssdDialledCode.ShortMessage;

    /// <summary>service_type of every message, at most 5 characters.</summary>
    public string ServiceType { get; init; } = "USSD";

    /// <summary>Most septets of a text, 1 to 182; an extension character takes two. Many gateways take only 160 or 140.</summary>
    public int MaxSeptets { get; init; } = MostSeptets;

    /// <summary>Most UTF-16 units of a text that is not of the GSM alphabet, 0 to 80; 70 is common. 0: the gateway takes no such text.</summary>
    public int MaxUcs2Units { get; init; } = MostUcs2Units;

    /// <summary>What <see cref="GsmDataCoding"/> carries: Gsm (a septet per octet, the usual), GsmPacked, Ascii, Latin1 or Utf8.</summary>
    public TextEncoding Alphabet { get; init; } = TextEncoding.Gsm;

    /// <summary>data_coding of GSM texts: 0x00, or 0x0F as TS 23.038, section 5, has it for USSD.</summary>
    public byte GsmDataCoding { get; init; } = MessageText.DefaultAlphabet;

    /// <summary>data_coding of UCS-2 texts: 0x08, or 0x48 as TS 23.038, section 5, has it for USSD.</summary>
    public byte Ucs2DataCoding { get; init; } = MessageText.Ucs2;

    /// <summary>True if the gateway says that a dialogue was given up. If not, only time tells.</summary>
    public bool TellsAborts => AbortOp is not null || UsesEndBit;

    internal bool UsesEndBit => EndMarker != UssdEndMarker.Operation;

    internal bool UsesItsSessionInfo => SessionKeying is UssdSessionKeying.ItsSessionInfo or UssdSessionKeying.MsisdnAndItsSessionInfo;

    /// <summary>The built-in profile of this name; null if there is none. Their settings can be changed by <see cref="UssdSettings"/>.</summary>
    /// <remarks>
    /// its_session_info: what SMPP 3.4 has in mind; Tata, NowSMS, TOPS. vendor_abort: numbers are unique only with the subscriber's, and 0x81 aborts; 6D.
    /// user_message_reference: that parameter in its_session_info's place; Mica. none: no number on the wire (Huawei), or one that changes with each message.
    /// </remarks>
    public static UssdProfile? Named(string name) => Array.Find(BuiltIn, profile => string.Equals(profile.Name, name, StringComparison.OrdinalIgnoreCase));

    /// <summary>Why this profile cannot be: each line begins with the name of a property. Empty if it can.</summary>
    public IReadOnlyList<string> Problems()
    {
        var problems = new List<string>();
        void Unless(bool holds, string problem)
        {
            if (!holds)
            {
                problems.Add(problem);
            }
        }

        byte?[] incoming = [BeginOp, AnswerOp, AcknowledgedOp, AbortOp];
        Unless(incoming.Distinct().Count() == incoming.Length, $"{nameof(BeginOp)}, {nameof(AnswerOp)}, {nameof(AcknowledgedOp)} and {nameof(AbortOp)} must differ: each tells one step.");
        Unless(AskOp != NotifyOp, $"{nameof(NotifyOp)} must differ from {nameof(AskOp)}.");
        Unless(EndMarker == UssdEndMarker.EndBit || EndOp != AskOp, $"{nameof(EndOp)} must differ from {nameof(AskOp)}, unless {nameof(EndMarker)} is {nameof(UssdEndMarker.EndBit)}.");
        Unless(!UsesEndBit || UsesItsSessionInfo, $"{nameof(EndMarker)}: the end bit is part of its_session_info, which {nameof(SessionKeying)} {SessionKeying} does not have.");
        Unless(MaxSeptets is >= 1 and <= MostSeptets, $"{nameof(MaxSeptets)} is {MaxSeptets}; it must be 1 to {MostSeptets}.");
        Unless(MaxUcs2Units is >= 0 and <= MostUcs2Units, $"{nameof(MaxUcs2Units)} is {MaxUcs2Units}; it must be 0 to {MostUcs2Units}.");
        Unless(ServiceType.Length <= 5 && ServiceType.All(char.IsAsciiLetterOrDigit), $"{nameof(ServiceType)} has at most 5 letters and digits.");
        Unless(GsmDataCoding != Ucs2DataCoding, $"{nameof(Ucs2DataCoding)} must differ from {nameof(GsmDataCoding)}.");
        Unless(Alphabet is TextEncoding.Gsm or TextEncoding.GsmPacked or TextEncoding.Ascii or TextEncoding.Latin1 or TextEncoding.Utf8,
            $"{nameof(Alphabet)} is {Alphabet}; it must be Gsm, GsmPacked, Ascii, Latin1 or Utf8.");
        return problems;
    }
}
