using CarrierPay.SmppAdapter.Pdu;
using CsCheck;

namespace CarrierPay.SmppAdapter.Tests.Pdu;

/// <summary>Generators of PDUs that the specification allows.</summary>
internal static class Generated
{
    private static readonly Gen<CommandStatus> Status = Gen.UInt.Select(value => (CommandStatus)value);

    private static readonly Gen<string> Time = Gen.OneOf("", "261123094500000+", "000000000500000R");

    private static readonly Gen<Address> Address =
        Gen.Select(Gen.Byte, Gen.Byte, Text(20), (ton, npi, digits) => new Address((Ton)ton, (Npi)npi, digits));

    /// <summary>Any tag but message_payload, which short_message excludes.</summary>
    private static readonly Gen<Tlv> Tlv = Gen.Select(Gen.UShort.Where(tag => tag != (ushort)TlvTag.MessagePayload), Gen.Byte.Array[0, 40],
        (tag, value) => new Tlv((TlvTag)tag, value));

    private static readonly Gen<TlvList> Tlvs = Tlv.Array[0, 5].Select(tlvs => TlvList.Create(tlvs));

    private static readonly Gen<SmppPdu> Bind =
        Gen.Select(Gen.Int[0, 2], Text(15), Text(8), Text(12), Gen.Byte, Gen.Byte, Gen.Byte, Text(40),
            (kind, systemId, password, systemType, version, ton, npi, range) => (SmppPdu)(BindRequest.Of((BindType)kind, systemId, password, systemType) with
            {
                InterfaceVersion = version,
                AddrTon = (Ton)ton,
                AddrNpi = (Npi)npi,
                AddressRange = range,
            }));

    private static readonly Gen<SmppPdu> BindResp =
        Gen.Select(Gen.Int[0, 2], Text(15), (kind, systemId) => (SmppPdu)SmppAdapter.Pdu.BindResp.To((BindType)kind, default, systemId));

    private static readonly Gen<SmppPdu> Message =
        Gen.Select(
            Gen.Select(Gen.Bool, Text(5), Address, Address),
            Gen.Byte.Array[10],
            Gen.Select(Time, Time),
            Gen.Byte.Array[0, 254],
            (head, octets, times, shortMessage) =>
            {
                var (isSubmit, serviceType, source, destination) = head;
                MessagePdu message = isSubmit ? new SubmitSm() : new DeliverSm();
                return (SmppPdu)(message with
                {
                    ServiceType = serviceType,
                    SourceAddr = source,
                    DestinationAddr = destination,
                    EsmClass = octets[0],
                    ProtocolId = octets[1],
                    PriorityFlag = octets[2],
                    ScheduleDeliveryTime = times.Item1,
                    ValidityPeriod = times.Item2,
                    RegisteredDelivery = octets[3],
                    ReplaceIfPresentFlag = octets[4],
                    DataCoding = octets[5],
                    SmDefaultMsgId = octets[6],
                    ShortMessage = shortMessage,
                });
            });

    private static readonly Gen<SmppPdu> MessageResp =
        Gen.Select(Gen.Bool, Text(64), (isSubmit, id) => isSubmit ? (SmppPdu)new SubmitSmResp { MessageId = id } : new DeliverSmResp { MessageId = id });

    private static readonly Gen<SmppPdu> HeaderOnly =
        Gen.OneOf<SmppPdu>(new GenericNack(), new Unbind(), new UnbindResp(), new EnquireLink(), new EnquireLinkResp());

    /// <summary>Every kind of PDU with optional parameters of any sort.</summary>
    public static readonly Gen<SmppPdu> Pdu =
        Gen.Select(Gen.OneOf(Bind, BindResp, Message, MessageResp, HeaderOnly), Status, Gen.UInt, Tlvs,
            (pdu, status, sequenceNumber, tlvs) => pdu with { CommandStatus = status, SequenceNumber = sequenceNumber, Tlvs = tlvs });

    /// <summary>A C-octet string: any octets but NUL, as U+0001 to U+00FF.</summary>
    private static Gen<string> Text(int longest) => Gen.Char['\u0001', '\u00FF'].Array[0, longest].Select(characters => new string(characters));
}
