using CarrierPay.SmppAdapter.Pdu;

namespace CarrierPay.SmppAdapter.Tests.Pdu;

/// <summary>Octets that other people's software wrote, both ways.</summary>
/// <remarks>
/// Source of all here but the one that says otherwise: the captured PDUs among the tests of Cloudhopper SMPP
/// (github.com/twitter-archive/cloudhopper-smpp, PduDecoderTest, commit 0bbe117). Records were written by hand from SMPP 3.4, section 4.
/// </remarks>
public class GoldenPduTests
{
    private static readonly Tlv Version34 = Tlv.OfByte(TlvTag.ScInterfaceVersion, 0x34);

    private static IEnumerable<TestCaseData> Pdus()
    {
        yield return Golden("00000025000000010000000000039961747769747465720074776974746572000034000000",
            new BindReceiver { SequenceNumber = 235873, SystemId = "twitter", Password = "twitter" });
        yield return Golden("0000002500000002000000000003995f747769747465720074776974746572000034000000",
            new BindTransmitter { SequenceNumber = 235871, SystemId = "twitter", Password = "twitter" });
        yield return Golden("00000023000000090000000000039951414c4c5f545700414c4c5f5457000034010200",
            new BindTransceiver { SequenceNumber = 235857, SystemId = "ALL_TW", Password = "ALL_TW", AddrTon = Ton.International, AddrNpi = (Npi)2 });
        yield return Golden("0000001d80000001000000000003996274776974746572000210000134",
            new BindReceiverResp { SequenceNumber = 235874, SystemId = "twitter", Tlvs = [Version34] });
        yield return Golden("0000001d80000002000000000003995f54574954544552000210000134",
            new BindTransmitterResp { SequenceNumber = 235871, SystemId = "TWITTER", Tlvs = [Version34] });
        yield return Golden("0000001d800000090000000000039943536d7363204757000210000134",
            new BindTransceiverResp { SequenceNumber = 235843, SystemId = "Smsc GW", Tlvs = [Version34] });
        yield return Golden("00000010000000060000000000000001", new Unbind { SequenceNumber = 1 });
        yield return Golden("00000010800000060000000000000001", new UnbindResp { SequenceNumber = 1 });
        yield return Golden("0000001000000015000000000a342ee7", new EnquireLink { SequenceNumber = 171192039 });
        yield return Golden("0000001080000015000000000a342eed", new EnquireLinkResp { SequenceNumber = 171192045 });
        yield return Golden("00000010800000000000000100082a77", new GenericNack { SequenceNumber = 535159, CommandStatus = CommandStatus.RINVMSGLEN });
        yield return Golden("00000039000000040000000000004FE80001013430343034000101343439353133363139323000000000000001000000084024232125262F3A",
            new SubmitSm
            {
                SequenceNumber = 20456,
                SourceAddr = Address.International("40404"),
                DestinationAddr = Address.International("44951361920"),
                RegisteredDelivery = 1,
                ShortMessage = Octets.FromHex("4024232125262F3A"),
            });
        yield return Golden("0000001c80000004000000000a342ee1393432353834333135393400", new SubmitSmResp { SequenceNumber = 171192033, MessageId = "94258431594" });
        yield return Golden("000000400000000500000000000000030002013837363534333231000409343034303400000000000000000000084024232125262F3A000E0001010006000101",
            new DeliverSm
            {
                SequenceNumber = 3,
                SourceAddr = new(Ton.National, Npi.E164, "87654321"),
                DestinationAddr = new(Ton.SubscriberNumber, Npi.Private, "40404"),
                ShortMessage = Octets.FromHex("4024232125262F3A"),
                Tlvs = [Tlv.OfByte(TlvTag.SourceNetworkType, 1), Tlv.OfByte(TlvTag.DestNetworkType, 1)],
            });
        yield return Golden("00000040000000050000000000657E4E0002013434393531333631393200040934303430340000000000000000000000000E0001010006000101042400024F6B",
            new DeliverSm
            {
                SequenceNumber = 6651470,
                SourceAddr = new(Ton.National, Npi.E164, "4495136192"),
                DestinationAddr = new(Ton.SubscriberNumber, Npi.Private, "40404"),
                Tlvs = [Tlv.OfByte(TlvTag.SourceNetworkType, 1), Tlv.OfByte(TlvTag.DestNetworkType, 1), new(TlvTag.MessagePayload, "Ok"u8.ToArray())],
            });
        yield return Golden("00000011800000050000000000116ac700", new DeliverSmResp { SequenceNumber = 1141447 });
        // By hand from SMPP 3.4, section 4.4.2: no body when the status is an error.
        yield return Golden("00000010800000040000005800000007", new SubmitSmResp { SequenceNumber = 7, CommandStatus = CommandStatus.RTHROTTLED });
    }

    private static TestCaseData Golden(string hex, SmppPdu pdu) =>
        new TestCaseData(Convert.FromHexString(hex), pdu).SetArgDisplayNames(pdu.GetType().Name);

    private static IEnumerable<TestCaseData> AllPdus() => Pdus().Concat(GoldenPdusOfNodeSmpp.All.Select(golden => Golden(golden.Hex, golden.Pdu)));

    [TestCaseSource(nameof(AllPdus))]
    public void Octets_are_read_as_the_specification_says(byte[] octets, SmppPdu pdu) => Assert.That(PduReader.Decode(octets), Is.EqualTo(pdu));

    [TestCaseSource(nameof(AllPdus))]
    public void Pdus_are_written_as_the_specification_says(byte[] octets, SmppPdu pdu) =>
        Assert.That(Convert.ToHexString(PduWriter.Encode(pdu)), Is.EqualTo(Convert.ToHexString(octets)));

    [Test]
    public void Every_command_has_golden_octets()
    {
        var commands = AllPdus().Select(golden => ((SmppPdu)golden.Arguments[1]!).CommandId);

        Assert.That(commands, Is.SupersetOf(Enum.GetValues<CommandId>()));
    }
}
