using CarrierPay.SmppAdapter.Pdu;

namespace CarrierPay.SmppAdapter.Tests.Pdu;

/// <summary>Golden octets of the PDUs of which no capture of a real peer was at hand.</summary>
/// <remarks>
/// Source: written by node-smpp 0.5.1 (npm package smpp, lib/pdu.js), field by field as in the records here. Wireshark 4.0.17 reads each of them
/// the same way, but for broadcast_rep_num: SMPP 5.0, section 4.8.4.5, gives it two octets, which Wireshark takes for one.
/// </remarks>
internal static class GoldenPdusOfNodeSmpp
{
    public static readonly IReadOnlyList<(string Hex, SmppPdu Pdu)> All =
    [
        ("0000001C0000000B0000000000000011534D53430073656372657400",
            new Outbind { SequenceNumber = 17, SystemId = "SMSC", Password = "secret" }),
        ("00000068000000210000000000000012434D540005004361727269657250617900030101013836313338303031333830303000027374616666000102"
            + "08313339303031333930303000000001003030303030303030303530303030305200010000000568656C6C6F",
            new SubmitMulti
            {
                SequenceNumber = 18,
                ServiceType = "CMT",
                SourceAddr = new(Ton.Alphanumeric, Npi.Unknown, "CarrierPay"),
                Destinations =
                [
                    Destination.Of(Address.International("8613800138000")),
                    Destination.OfDistributionList("staff"),
                    Destination.Of(new(Ton.National, Npi.National, "13900139000")),
                ],
                PriorityFlag = 1,
                ValidityPeriod = "000000000500000R",
                RegisteredDelivery = 1,
                ShortMessage = "hello"u8.ToArray(),
            }),
        ("0000003B8000002100000000000000134D2D310002010138363133383030313338303030000000000B020831333930303133393030300000000014",
            new SubmitMultiResp
            {
                SequenceNumber = 19,
                MessageId = "M-1",
                UnsuccessSmes =
                [
                    new(Address.International("8613800138000"), CommandStatus.RINVDSTADR),
                    new(new(Ton.National, Npi.National, "13900139000"), CommandStatus.RMSGQFUL),
                ],
            }),
        ("000000300000010300000000000000140001013836313338303031333830303000000035303000000108042400024E2D",
            new DataSm
            {
                SequenceNumber = 20,
                SourceAddr = Address.International("8613800138000"),
                DestinationAddr = Address.ShortCode("500"),
                RegisteredDelivery = 1,
                DataCoding = 8,
                Tlvs = [new(TlvTag.MessagePayload, Octets.FromHex("4E2D"))],
            }),
        ("00000020800001030000000000000015442D3700042500010204230003030022",
            new DataSmResp
            {
                SequenceNumber = 21,
                MessageId = "D-7",
                Tlvs = [Tlv.OfByte(TlvTag.DeliveryFailureReason, 2), new(TlvTag.NetworkErrorCode, Octets.FromHex("030022"))],
            }),
        ("00000022000000030000000000000016393432353834333135393400000035303000",
            new QuerySm { SequenceNumber = 22, MessageId = "94258431594", SourceAddr = Address.ShortCode("500") }),
        ("0000002F8000000300000000000000173934323538343331353934003236313132333039343530303030302B000200",
            new QuerySmResp
            {
                SequenceNumber = 23, MessageId = "94258431594", FinalDate = "261123094500000+", MessageState = SmMessageState.Delivered,
            }),
        ("0000002300000008000000000000001857415000313100000035303000010136303000",
            new CancelSm
            {
                SequenceNumber = 24,
                ServiceType = "WAP",
                MessageId = "11",
                SourceAddr = Address.ShortCode("500"),
                DestinationAddr = Address.International("600"),
            }),
        ("00000010800000080000000000000019",
            new CancelSmResp { SequenceNumber = 25 }),
        ("0000003C00000007000000000000001A393432353834333135393400000035303000003236313132333233353935393030302B000200056C61746572",
            new ReplaceSm
            {
                SequenceNumber = 26,
                MessageId = "94258431594",
                SourceAddr = Address.ShortCode("500"),
                ValidityPeriod = "261123235959000+",
                RegisteredDelivery = 2,
                ShortMessage = "later"u8.ToArray(),
            }),
        ("0000001080000007000000130000001B",
            new ReplaceSmResp { SequenceNumber = 27, CommandStatus = CommandStatus.RREPLACEFAIL }),
        ("0000002B00000102000000000000001C010138363133383030313338303030000000353030000422000101",
            new AlertNotification
            {
                SequenceNumber = 28,
                SourceAddr = Address.International("8613800138000"),
                EsmeAddr = Address.ShortCode("500"),
                Tlvs = [Tlv.OfByte(TlvTag.MsAvailabilityStatus, 1)],
            }),
        ("0000004700000111000000000000001D4342530000003530300000020000000000060600050042657374060100030100020604000200030605000308"
            + "001E0424000573746F726D",
            new BroadcastSm
            {
                SequenceNumber = 29,
                ServiceType = "CBS",
                SourceAddr = Address.ShortCode("500"),
                PriorityFlag = 2,
                Tlvs =
                [
                    new(TlvTag.BroadcastAreaIdentifier, Octets.FromHex("0042657374")),
                    new(TlvTag.BroadcastContentType, Octets.FromHex("010002")),
                    Tlv.OfUInt16(TlvTag.BroadcastRepNum, 3),
                    new(TlvTag.BroadcastFrequencyInterval, Octets.FromHex("08001E")),
                    new(TlvTag.MessagePayload, "storm"u8.ToArray()),
                ],
            }),
        ("0000001480000111000000000000001E422D3100",
            new BroadcastSmResp { SequenceNumber = 30, MessageId = "B-1" }),
        ("0000002000000112000000000000001F422D3100000035303000020400021234",
            new QueryBroadcastSm
            {
                SequenceNumber = 31,
                MessageId = "B-1",
                SourceAddr = Address.ShortCode("500"),
                Tlvs = [Tlv.OfUInt16(TlvTag.UserMessageReference, 0x1234)],
            }),
        ("00000027800001120000000000000020422D310004270001010606000500426573740608000164",
            new QueryBroadcastSmResp
            {
                SequenceNumber = 32,
                MessageId = "B-1",
                Tlvs =
                [
                    Tlv.OfByte(TlvTag.MessageState, 1),
                    new(TlvTag.BroadcastAreaIdentifier, Octets.FromHex("0042657374")),
                    Tlv.OfByte(TlvTag.BroadcastAreaSuccess, 100),
                ],
            }),
        ("0000001E00000113000000000000002143425300422D3100000035303000",
            new CancelBroadcastSm { SequenceNumber = 33, ServiceType = "CBS", MessageId = "B-1", SourceAddr = Address.ShortCode("500") }),
        ("00000010800001130000000000000022",
            new CancelBroadcastSmResp { SequenceNumber = 34 }),
    ];
}
