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

    private static readonly Gen<Address> LongAddress =
        Gen.Select(Gen.Byte, Gen.Byte, Text(64), (ton, npi, digits) => new Address((Ton)ton, (Npi)npi, digits));

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

    private static readonly Gen<SmppPdu> Ids = Gen.Select(Gen.Int[0, 4], Text(64), (kind, id) => (SmppPdu)(kind switch
    {
        0 => new SubmitSmResp { MessageId = id },
        1 => new DeliverSmResp { MessageId = id },
        2 => new DataSmResp { MessageId = id },
        3 => new BroadcastSmResp { MessageId = id },
        _ => new QueryBroadcastSmResp { MessageId = id },
    }));

    private static readonly Gen<SmppPdu> HeaderOnly = Gen.OneOf<SmppPdu>(
        new GenericNack(), new Unbind(), new UnbindResp(), new EnquireLink(), new EnquireLinkResp(), new CancelSmResp(), new ReplaceSmResp(), new CancelBroadcastSmResp());

    private static readonly Gen<Destination> Destinations =
        Gen.OneOf(Address.Select(Destination.Of), Text(20).Select(Destination.OfDistributionList));

    private static readonly Gen<SmppPdu> Multi =
        Gen.Select(Text(5), Address, Destinations.Array[1, 254], Gen.Byte.Array[7], Time, Time, Gen.Byte.Array[0, 254],
            (serviceType, source, destinations, octets, schedule, validity, shortMessage) => (SmppPdu)new SubmitMulti
            {
                ServiceType = serviceType,
                SourceAddr = source,
                Destinations = ValueList.Create<Destination>(destinations),
                EsmClass = octets[0],
                ProtocolId = octets[1],
                PriorityFlag = octets[2],
                ScheduleDeliveryTime = schedule,
                ValidityPeriod = validity,
                RegisteredDelivery = octets[3],
                ReplaceIfPresentFlag = octets[4],
                DataCoding = octets[5],
                SmDefaultMsgId = octets[6],
                ShortMessage = shortMessage,
            });

    private static readonly Gen<SmppPdu> MultiResp =
        Gen.Select(Text(64), Gen.Select(Address, Status, (address, status) => new UnsuccessSme(address, status)).Array[0, 255],
            (id, smes) => (SmppPdu)new SubmitMultiResp { MessageId = id, UnsuccessSmes = ValueList.Create<UnsuccessSme>(smes) });

    private static readonly Gen<SmppPdu> Data =
        Gen.Select(Text(5), LongAddress, LongAddress, Gen.Byte.Array[3], (serviceType, source, destination, octets) => (SmppPdu)new DataSm
        {
            ServiceType = serviceType,
            SourceAddr = source,
            DestinationAddr = destination,
            EsmClass = octets[0],
            RegisteredDelivery = octets[1],
            DataCoding = octets[2],
        });

    private static readonly Gen<SmppPdu> Alert =
        Gen.Select(LongAddress, LongAddress, (source, esme) => (SmppPdu)new AlertNotification { SourceAddr = source, EsmeAddr = esme });

    private static readonly Gen<SmppPdu> Out = Gen.Select(Text(15), Text(8), (id, password) => (SmppPdu)new Outbind { SystemId = id, Password = password });

    /// <summary>What asks for or changes a message that was sent before.</summary>
    private static readonly Gen<SmppPdu> Afterwards =
        Gen.Select(Gen.Int[0, 4], Text(5), Text(64), Address, Address, (kind, serviceType, id, source, destination) => (SmppPdu)(kind switch
        {
            0 => new QuerySm { MessageId = id, SourceAddr = source },
            1 => new CancelSm { ServiceType = serviceType, MessageId = id, SourceAddr = source, DestinationAddr = destination },
            2 => new ReplaceSm { MessageId = id, SourceAddr = source, ValidityPeriod = "000000000500000R", RegisteredDelivery = 1, SmDefaultMsgId = 2, ShortMessage = new byte[] { 1, 0 } },
            3 => new QueryBroadcastSm { MessageId = id, SourceAddr = source },
            _ => new CancelBroadcastSm { ServiceType = serviceType, MessageId = id, SourceAddr = source },
        }));

    private static readonly Gen<SmppPdu> QueryResp =
        Gen.Select(Text(64), Time, Gen.Byte, Gen.Byte, (id, date, state, error) =>
            (SmppPdu)new QuerySmResp { MessageId = id, FinalDate = date, MessageState = (SmMessageState)state, ErrorCode = error });

    private static readonly Gen<SmppPdu> Broadcast =
        Gen.Select(Text(5), Address, Text(64), Gen.Byte.Array[4], Time, Time, (serviceType, source, id, octets, schedule, validity) => (SmppPdu)new BroadcastSm
        {
            ServiceType = serviceType,
            SourceAddr = source,
            MessageId = id,
            PriorityFlag = octets[0],
            ScheduleDeliveryTime = schedule,
            ValidityPeriod = validity,
            ReplaceIfPresentFlag = octets[1],
            DataCoding = octets[2],
            SmDefaultMsgId = octets[3],
        });

    /// <summary>Every kind of PDU with optional parameters of any sort.</summary>
    public static readonly Gen<SmppPdu> Pdu =
        Gen.Select(
            Gen.OneOf(Bind, BindResp, Message, Message, Ids, HeaderOnly, Multi, MultiResp, Data, Alert, Out, Afterwards, QueryResp, Broadcast), Status, Gen.UInt, Tlvs,
            (pdu, status, sequenceNumber, tlvs) => pdu with { CommandStatus = status, SequenceNumber = sequenceNumber, Tlvs = tlvs });

    /// <summary>A C-octet string: any octets but NUL, as U+0001 to U+00FF.</summary>
    private static Gen<string> Text(int longest) => Gen.Char['\u0001', '\u00FF'].Array[0, longest].Select(characters => new string(characters));
}
