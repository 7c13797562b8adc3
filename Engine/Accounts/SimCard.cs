using System.Security.Cryptography;
using System.Text;
using CarrierPay.Engine.Storage;

namespace CarrierPay.Engine.Accounts;

/// <summary>A SIM card as the operator knows it.</summary>
/// <param name="Imsi">14 or 15 digits (ITU-T E.212).</param>
public sealed record SimCard(string Imsi)
{
    /// <summary>16 octets, the same for the same card: without the keys they tell nothing.</summary>
    public byte[] Fingerprint(SecretKeys keys) => HMACSHA256.HashData(keys.Derive(SecretPurpose.SimCards, 32), Encoding.ASCII.GetBytes(Imsi))[..16];

    /// <summary>Shows nothing of the card.</summary>
    public override string ToString() => "SIM card";
}
