using System.Text;
using CarrierPay.Engine.Protocols.Iso8583.Macs;
using CarrierPay.Engine.Protocols.Iso8583.Wire;
using CsCheck;
using Org.BouncyCastle.Crypto.Engines;
using Org.BouncyCastle.Crypto.Macs;
using Org.BouncyCastle.Crypto.Parameters;
using static CarrierPay.Engine.Tests.Protocols.Iso8583.Messages8583;

namespace CarrierPay.Engine.Tests.Protocols.Iso8583;

[TestFixture]
public sealed class MacTests
{
    private const string RetailKey = "0123456789ABCDEFFEDCBA9876543210";

    /// <summary>The first from OpenSSL's DES, step by step by a program in another language; the second is BouncyCastle's own (ISO9797Alg3MacTest).</summary>
    [TestCase(RetailKey, "0200 some message, 37 bytes long......", "996C2515DAB82A33")]
    [TestCase("7CA110454A1A6E570131D9619DC1376E", "Hello World !!!!", "F09B856213BAB83B")]
    public async Task A_retail_MAC_is_what_others_compute(string key, string text, string mac) =>
        Assert.That(Convert.ToHexString(await new RetailMacKeys(Convert.FromHexString(key)).ComputeAsync(Encoding.ASCII.GetBytes(text))), Is.EqualTo(mac));

    /// <summary>RFC 4493, section 4, examples 1 to 4; the first eight octets.</summary>
    [TestCase("", "BB1D6929E9593728")]
    [TestCase("6BC1BEE22E409F96E93D7E117393172A", "070A16B46B4D4144")]
    [TestCase("6BC1BEE22E409F96E93D7E117393172AAE2D8A571E03AC9C9EB76FAC45AF8E5130C81C46A35CE411", "DFA66747DE9AE630")]
    [TestCase("6BC1BEE22E409F96E93D7E117393172AAE2D8A571E03AC9C9EB76FAC45AF8E5130C81C46A35CE411E5FBC1191A0A52EFF69F2445DF4F9B17AD2B417BE66C3710", "51F0BEBF7E3B9D92")]
    public async Task An_AES_CMAC_is_that_of_the_RFC(string octets, string mac) =>
        Assert.That(Convert.ToHexString(await new AesCmacKeys(Convert.FromHexString("2B7E151628AED2A6ABF7158809CF4F3C")).ComputeAsync(Convert.FromHexString(octets))), Is.EqualTo(mac));

    [Test]
    public void A_retail_MAC_of_any_length_is_that_of_BouncyCastle_also_when_many_ask_at_once()
    {
        var keys = new RetailMacKeys(Convert.FromHexString(RetailKey));
        Gen.Byte.Array[0, 200].SampleAsync(async octets => Assert.That(await keys.ComputeAsync(octets), Is.EqualTo(OfBouncyCastle(octets))), iter: 2_000).GetAwaiter().GetResult();
    }

    [Test]
    public void What_is_sealed_is_verified_and_one_changed_octet_is_found() =>
        Gen.Select(Carried, Gen.Bool, Gen.Int[0, 9999], Gen.Int[0, 7]).Where((carried, _, _, _) => carried.Message.Highest <= 128).SampleAsync(async (carried, aes, place, bit) =>
        {
            IMacKeys keys = aes ? new AesCmacKeys(Convert.FromHexString(RetailKey)) : new RetailMacKeys(Convert.FromHexString(RetailKey));
            var octets = await MessageMac.SealAsync(carried.Message, carried.Profile, keys);
            var message = MessageReader.Decode(octets, carried.Profile);
            Assert.That(await MessageMac.VerifyAsync(message, octets, carried.Profile, keys), Is.EqualTo(MacVerdict.Right));

            // Only the octets under the code: a digit of the code itself may be changed into the same digit in small letters.
            octets[place % (octets.Length - 16)] ^= (byte)(1 << bit);
            Assert.That(await MessageMac.VerifyAsync(message, octets, carried.Profile, keys), Is.EqualTo(MacVerdict.Wrong));
        }, iter: 500).GetAwaiter().GetResult();

    [TestCase(102, 128)]
    [TestCase(49, 64)]
    public async Task The_code_is_the_last_field(int field, int mac)
    {
        var profile = KnownProfiles.Get(KnownProfiles.A1987);
        var octets = await MessageMac.SealAsync(new("0200", (3, "001000"), (field, "978")), profile, new RetailMacKeys(Convert.FromHexString(RetailKey)));
        Assert.That(MessageReader.Decode(octets, profile).Highest, Is.EqualTo(mac));
    }

    [Test]
    public async Task A_message_without_a_code_is_missing_it()
    {
        var profile = KnownProfiles.Get(KnownProfiles.A1987);
        var keys = new RetailMacKeys(Convert.FromHexString(RetailKey));
        Assert.That(await MessageMac.VerifyAsync(Debit, MessageWriter.Encode(Debit, profile), profile, keys), Is.EqualTo(MacVerdict.Missing));
    }

    [Test]
    public void A_key_of_another_length_is_refused_and_not_shown()
    {
        Assert.That(Assert.Throws<ArgumentException>(() => _ = new RetailMacKeys(new byte[8]))!.Message, Does.Contain("16 octets"));
        Assert.That(Assert.Throws<ArgumentException>(() => _ = new AesCmacKeys(new byte[8]))!.Message, Does.Contain("octets"));
        Assert.That(new RetailMacKeys(Convert.FromHexString(RetailKey)).ToString(), Does.Not.Contain("0123"));
    }

    private static byte[] OfBouncyCastle(byte[] octets)
    {
        var mac = new ISO9797Alg3Mac(new DesEngine(), 64);
        mac.Init(new KeyParameter(Convert.FromHexString(RetailKey)));
        mac.BlockUpdate(octets);
        var code = new byte[8];
        mac.DoFinal(code);
        return code;
    }
}
