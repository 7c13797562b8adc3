using System.Globalization;
using CarrierPay.SmppAdapter.Text;

namespace CarrierPay.SmppAdapter.Ussd;

/// <summary>What is set otherwise than in a built-in profile, as an operator writes it. What is left out stays as the profile has it.</summary>
/// <remarks>
/// Octets are written in hex, <c>0x11</c>, and not otherwise: vendors' documents give them in hex and in decimal, and 11 and 17 are both plausible, so a bare number
/// is refused instead of guessed.
/// </remarks>
public class UssdSettings
{
    public UssdSessionKeying? SessionKeying { get; set; }

    public string? BeginOp { get; set; }

    public string? AnswerOp { get; set; }

    public string? AcknowledgedOp { get; set; }

    /// <summary>Empty takes the profile's away.</summary>
    public string? AbortOp { get; set; }

    public string? AskOp { get; set; }

    public string? NotifyOp { get; set; }

    public string? EndOp { get; set; }

    public UssdEndMarker? EndMarker { get; set; }

    public UssdDialledCode? DialledCode { get; set; }

    public string? ServiceType { get; set; }

    public int? MaxSeptets { get; set; }

    public int? MaxUcs2Units { get; set; }

    public TextEncoding? Alphabet { get; set; }

    public string? GsmDataCoding { get; set; }

    public string? Ucs2DataCoding { get; set; }

    /// <summary>The profile with these settings in their places.</summary>
    /// <param name="profile">Usually <see cref="UssdProfile.Named"/>.</param>
    /// <param name="problems">Each line begins with the name of a setting. When there is one, the result is not to be used.</param>
    public UssdProfile ApplyTo(UssdProfile profile, out IReadOnlyList<string> problems)
    {
        var wrong = new List<string>();
        var applied = profile with
        {
            SessionKeying = SessionKeying ?? profile.SessionKeying,
            BeginOp = Octet(nameof(BeginOp), BeginOp, wrong) ?? profile.BeginOp,
            AnswerOp = Octet(nameof(AnswerOp), AnswerOp, wrong) ?? profile.AnswerOp,
            AcknowledgedOp = Octet(nameof(AcknowledgedOp), AcknowledgedOp, wrong) ?? profile.AcknowledgedOp,
            AbortOp = AbortOp is { Length: 0 } ? null : Octet(nameof(AbortOp), AbortOp, wrong) ?? profile.AbortOp,
            AskOp = Octet(nameof(AskOp), AskOp, wrong) ?? profile.AskOp,
            NotifyOp = Octet(nameof(NotifyOp), NotifyOp, wrong) ?? profile.NotifyOp,
            EndOp = Octet(nameof(EndOp), EndOp, wrong) ?? profile.EndOp,
            EndMarker = EndMarker ?? profile.EndMarker,
            DialledCode = DialledCode ?? profile.DialledCode,
            ServiceType = ServiceType ?? profile.ServiceType,
            MaxSeptets = MaxSeptets ?? profile.MaxSeptets,
            MaxUcs2Units = MaxUcs2Units ?? profile.MaxUcs2Units,
            Alphabet = Alphabet ?? profile.Alphabet,
            GsmDataCoding = Octet(nameof(GsmDataCoding), GsmDataCoding, wrong) ?? profile.GsmDataCoding,
            Ucs2DataCoding = Octet(nameof(Ucs2DataCoding), Ucs2DataCoding, wrong) ?? profile.Ucs2DataCoding,
        };
        problems = [.. wrong, .. applied.Problems()];
        return applied;
    }

    private static byte? Octet(string setting, string? written, List<string> problems)
    {
        if (written is null)
        {
            return null;
        }
        if (written is ['0', 'x' or 'X', _, _] && byte.TryParse(written.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var octet))
        {
            return octet;
        }
        problems.Add($"{setting} is \"{written}\"; it must be an octet in hex with two digits, such as 0x11 (17 in decimal).");
        return null;
    }
}
