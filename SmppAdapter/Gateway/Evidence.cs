using System.Security.Cryptography;
using System.Text;
using CarrierPay.Engine.Storage;

namespace CarrierPay.SmppAdapter.Gateway;

/// <summary>The evidence of what was sent to us: whoever has the text can prove it, whoever has the hash cannot guess it.</summary>
internal sealed class Evidence(SecretKeys keys)
{
    private readonly byte[] _key = keys.Derive(SecretPurpose.Evidence, 32);

    /// <summary>16 octets.</summary>
    public byte[] Of(string text) => HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(text))[..16];
}
