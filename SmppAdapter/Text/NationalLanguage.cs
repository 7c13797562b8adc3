namespace CarrierPay.SmppAdapter.Text;

/// <summary>A language with GSM tables of its own. A message names it in its user data header.</summary>
/// <remarks>3GPP TS 23.038, section 6.2.1.2.4. Other values are reserved and read as <see cref="None"/>. Spanish has a single shift table only. Bengali is also Assamese's.</remarks>
public enum NationalLanguage : byte
{
    None = 0,
    Turkish = 1,
    Spanish = 2,
    Portuguese = 3,
    Bengali = 4,
    Gujarati = 5,
    Hindi = 6,
    Kannada = 7,
    Malayalam = 8,
    Oriya = 9,
    Punjabi = 10,
    Tamil = 11,
    Telugu = 12,
    Urdu = 13,
}
