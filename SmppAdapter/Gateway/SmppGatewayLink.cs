using System.ComponentModel.DataAnnotations;
using CarrierPay.SmppAdapter.Receipts;
using CarrierPay.SmppAdapter.Session;
using CarrierPay.SmppAdapter.Text;
using CarrierPay.SmppAdapter.Ussd;

namespace CarrierPay.SmppAdapter.Gateway;

/// <summary>Which receipts an SMSC is asked for.</summary>
/// <remarks>registered_delivery, bits 1 and 0 (SMPP 3.4, section 5.2.17).</remarks>
public enum WantedReceipts : byte
{
    None = 0,

    /// <summary>On success and on failure.</summary>
    All = 1,
    Failures = 2,
}

/// <summary>How the end of a message's validity is written.</summary>
public enum ValidityForm
{
    /// <summary>As a time from now: SMSC and engine need not agree on the time of day.</summary>
    Relative,

    /// <summary>As a time of day, in UTC: for SMSCs that do not know the other form.</summary>
    Absolute,
}

/// <summary>How texts travel that need several messages.</summary>
public enum LongTextForm
{
    /// <summary>In parts with a header and an 8-bit reference. Every handset knows it.</summary>
    Udh8,

    /// <summary>In parts with a header and a 16-bit reference.</summary>
    Udh16,

    /// <summary>In parts with sar_ parameters; the SMSC makes the headers.</summary>
    Sar,

    /// <summary>In one message_payload; the SMSC cuts it.</summary>
    Payload,
}

/// <summary>One link to an SMSC, and what the engine does over it.</summary>
public sealed class SmppGatewayLink : SmppLinkOptions
{
    internal const string ShortCodesForm = "^ *([0-9A-Za-z]{1,20} *(, *[0-9A-Za-z]{1,20} *)*)?$";

    /// <summary>The SMSC's name in routes and in the log of deliveries. Links with the same name lead to one SMSC: its ids are compared over all of them.</summary>
    [Required, RegularExpression("^[0-9A-Za-z_.-]{1,40}$", ErrorMessage = "is a name of letters, digits, dots and hyphens.")]
    public string Smsc { get; set; } = "smsc";

    /// <summary>The short codes that this link serves, separated by commas: messages from one of them go over it while it is bound. Empty: any.</summary>
    [RegularExpression(ShortCodesForm, ErrorMessage = "is a list of short codes separated by commas, such as 500,501.")]
    public string ShortCodes { get; set; } = "";

    /// <summary>The kind of USSD gateway behind the link: its_session_info, user_message_reference, none or vendor_abort. Empty: there is none, and all that comes is SMS.</summary>
    public string UssdProfile { get; set; } = "";

    /// <summary>What this gateway does otherwise than its kind, such as <c>Ussd:EndOp</c> = 0x03.</summary>
    public UssdSettings Ussd { get; set; } = new();

    /// <summary>Until when a USSD input can be answered; later the text goes by SMS. A little below what the gateway allows. Default 10 s.</summary>
    public TimeSpan UssdAnswerWithin { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>After so long a USSD session is told that its answer follows by SMS. Default 3 s.</summary>
    public TimeSpan UssdFollowsAfter { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>A text that is not decided by then is not decided at all and answered with a temporary error. Below the time after which the SMSC sends it again. Default 5 s.</summary>
    public TimeSpan AnswerWithin { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Which receipts are asked for and kept. Each costs rows in the database; without any nothing is written.</summary>
    public WantedReceipts Receipts { get; set; }

    /// <summary>How message_id is written in this SMSC's responses.</summary>
    public MessageIdForm ResponseIds { get; set; }

    /// <summary>How an id is written in the text of its receipts.</summary>
    public MessageIdForm ReceiptIds { get; set; }

    /// <summary>How receipted_message_id is written. Default: as in responses.</summary>
    public MessageIdForm? ReceiptParameterIds { get; set; }

    /// <summary>Leading zeros of its ids mean nothing.</summary>
    public bool StripIdZeros { get; set; }

    /// <summary>Upper and lower case of its ids are the same.</summary>
    public bool FoldIdCase { get; set; }

    /// <summary>What data_coding 0 means to this SMSC, in both directions: Gsm (unpacked), GsmPacked, Ascii, Latin1 or Utf8.</summary>
    public TextEncoding DefaultAlphabet { get; set; } = TextEncoding.Gsm;

    /// <summary>How long texts travel.</summary>
    public LongTextForm LongTexts { get; set; }

    /// <summary>Languages whose GSM tables the network's handsets know, separated by commas. Default none: a handset without them shows garbage.</summary>
    public string Languages { get; set; } = "";

    /// <summary>A text that needs more parts is not sent, and noted as refused.</summary>
    [Range(1, ShortMessageText.MaxParts)]
    public int MaxParts { get; set; } = 8;

    /// <summary>How the end of a prompt's validity is written.</summary>
    public ValidityForm Validity { get; set; }

    internal static string[] SplitList(string list) => list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    internal string[] ShortCodeList() => SplitList(ShortCodes);

    internal MessageIdPolicy ToMessageIdPolicy() =>
        new() { Response = ResponseIds, Receipt = ReceiptIds, Parameter = ReceiptParameterIds, StripZeros = StripIdZeros, FoldCase = FoldIdCase };

    internal SplitOptions ToSplitOptions() => new()
    {
        DefaultAlphabet = DefaultAlphabet,
        ReferenceSize = LongTexts == LongTextForm.Udh16 ? ReferenceSize.Sixteen : ReferenceSize.Eight,
        Carriage = LongTexts switch
        {
            LongTextForm.Sar => LongTextCarriage.SarParameters,
            LongTextForm.Payload => LongTextCarriage.MessagePayload,
            _ => LongTextCarriage.UserDataHeader,
        },
        Languages = [.. SplitList(Languages).Select(l => Enum.Parse<NationalLanguage>(l, ignoreCase: true))],
    };

    /// <summary>The profile with what is set otherwise; null if there is no USSD, or it cannot be.</summary>
    /// <param name="problems">Each begins with the name of the setting, as it stands under the link.</param>
    internal UssdProfile? Profile(out IReadOnlyList<string> problems)
    {
        problems = [];
        if (UssdProfile.Length == 0)
            return null;
        if (SmppAdapter.Ussd.UssdProfile.Named(UssdProfile) is not { } named)
        {
            problems = [$"{nameof(UssdProfile)} is \"{UssdProfile}\"; it must be {string.Join(", ", SmppAdapter.Ussd.UssdProfile.Names)}, or empty."];
            return null;
        }
        var profile = Ussd.ApplyTo(named, out var wrong);
        problems = [.. wrong.Select(problem => $"{nameof(Ussd)}:{problem}")];
        return problems.Count == 0 ? profile : null;
    }

    /// <summary>What no attribute can say.</summary>
    internal IEnumerable<(string Setting, string Fault)> Faults()
    {
        if (DefaultAlphabet is not (TextEncoding.Gsm or TextEncoding.GsmPacked or TextEncoding.Ascii or TextEncoding.Latin1 or TextEncoding.Utf8))
            yield return (nameof(DefaultAlphabet), $"is {DefaultAlphabet}, which has a data_coding of its own; it must be one of Gsm, GsmPacked, Ascii, Latin1, Utf8.");
        foreach (var language in SplitList(Languages))
        {
            if (!language.All(char.IsAsciiLetter) || !Enum.TryParse<NationalLanguage>(language, ignoreCase: true, out var known) || known == NationalLanguage.None)
                yield return (nameof(Languages), $"has '{language}', which has no tables: there are {string.Join(", ", Enum.GetNames<NationalLanguage>().Skip(1))}.");
        }
        if (Languages.Length > 0 && DefaultAlphabet is not (TextEncoding.Gsm or TextEncoding.GsmPacked))
            yield return (nameof(Languages), $"are tables of GSM, and the default alphabet is {DefaultAlphabet}.");
    }
}
