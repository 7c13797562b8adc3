using CarrierPay.SmppAdapter.Pdu;
using CarrierPay.SmppAdapter.Text;
using CarrierPay.SmppAdapter.Ussd;
using CsCheck;

namespace CarrierPay.SmppAdapter.Tests.Ussd;

/// <summary>What one side writes the other reads, whatever the profile.</summary>
public class UssdRoundTripTests
{
    private static readonly Gen<UssdProfile> Profiles = Gen.Select(
        Gen.OneOf([.. UssdProfile.Names.Select(Gen.Const)]), Gen.Enum<UssdEndMarker>(), Gen.Enum<UssdDialledCode>(),
        Gen.OneOf(TextEncoding.Gsm, TextEncoding.GsmPacked, TextEncoding.Latin1), Gen.Bool,
        (name, marker, code, alphabet, hasOwnCodings) =>
        {
            var profile = UssdProfile.Named(name)!;
            return profile with
            {
                EndMarker = profile.EndMarker == UssdEndMarker.Operation ? UssdEndMarker.Operation : marker,
                DialledCode = code,
                Alphabet = alphabet,
                GsmDataCoding = hasOwnCodings ? (byte)0x0F : (byte)0x00,
                Ucs2DataCoding = hasOwnCodings ? (byte)0x48 : (byte)0x08,
            };
        });

    private static readonly Gen<string> Texts = Gen.OneOf(Gen.Char['a', 'z'].Select(c => c.ToString()), Gen.OneOf("€", "{", "é", "1", "\n", "中", "😀")).Array[0, 40].Select(string.Concat);

    private static readonly Gen<Address> Numbers = Gen.Long[10_000, 999_999_999_999_999].Select(number => Address.International(number.ToString(System.Globalization.CultureInfo.InvariantCulture)));

    [Test]
    public void The_application_reads_what_the_gateway_writes() =>
        Gen.Select(Profiles, Numbers, Gen.Int[0, 0x7FFF], Gen.Enum<UssdInputKind>(), Texts).Sample((profile, subscriber, number, kind, typed) =>
        {
            var network = new UssdNetworkCodec(profile);
            var session = network.Numbered(subscriber, Address.ShortCode("500"), number);
            var text = kind == UssdInputKind.Begin ? "*500*7#" : typed;
            if ((kind == UssdInputKind.Abort && !profile.TellsAborts) || !network.Fits(text))
                return;

            var message = (DeliverSm)PduReader.Decode(PduWriter.Encode(network.Write(session, kind, text)));

            Assert.That(new UssdCodec(profile).TryRead(message, out var input, out var refusal), () => refusal.Reason);
            Assert.That((input!.Kind, input.Text, input.Ends), Is.EqualTo((kind, kind is UssdInputKind.Begin or UssdInputKind.Answer ? text : "", kind == UssdInputKind.Abort)));
            Assert.That(input.Key, Is.EqualTo(session.KeyBy(profile.SessionKeying)));
        });

    [Test]
    public void The_gateway_reads_what_the_application_writes() =>
        Gen.Select(Profiles, Numbers, Gen.Int[0, 0x7FFF], Gen.Enum<UssdStep>(), Texts).Sample((profile, subscriber, number, step, text) =>
        {
            var (application, network) = (new UssdCodec(profile), new UssdNetworkCodec(profile));
            if (!application.Fits(text))
                return;
            var session = network.Numbered(subscriber, Address.ShortCode("500"), number);

            var message = (SubmitSm)PduReader.Decode(PduWriter.Encode(application.Write(session, text, step)));

            Assert.That(network.TryRead(message, out var output, out var refusal), () => refusal.Reason);
            Assert.That((output!.Step, output.Text, output.Key), Is.EqualTo((step, text, session.KeyBy(profile.SessionKeying))));
            Assert.That(output.Session, Is.EqualTo(session));
        });

    [Test]
    public void Any_deliver_sm_is_read_or_refused() =>
        Gen.Select(Profiles, Gen.Byte.Array[0, 60], Gen.Byte, Gen.Select(Gen.OneOf(TlvTag.UssdServiceOp, TlvTag.ItsSessionInfo, TlvTag.UserMessageReference), Gen.Byte.Array[0, 4]).Array[0, 4])
            .Sample((profile, text, dataCoding, parameters) =>
            {
                var message = new DeliverSm { DataCoding = dataCoding, ShortMessage = text, Tlvs = TlvList.Create([.. parameters.Select(p => new Tlv(p.Item1, p.Item2))]) };
                Assert.That(new UssdCodec(profile).TryRead(message, out var input, out var refusal), Is.EqualTo(input is not null));
                Assert.That(input is null, Is.EqualTo(refusal.Status != CommandStatus.ROK));
            });
}
