using System.Text.Json;
using CarrierPay.SmppAdapter.Pdu;
using CarrierPay.SmppAdapter.Text;

namespace CarrierPay.PduTool;

/// <summary>The fields behind the header, in the order of the wire and by the specification's names.</summary>
internal static class PduFields
{
    public static void Write(Utf8JsonWriter json, SmppPdu pdu)
    {
        switch (pdu)
        {
            case BindRequest bind: WriteBind(json, bind); break;
            case BindResp resp: json.WriteString("system_id", resp.SystemId); break;
            case Outbind outbind: WriteOutbind(json, outbind); break;
            case MessagePdu message: WriteMessage(json, message); break;
            case MessageResp resp: json.WriteString("message_id", resp.MessageId); break;
            case SubmitMulti multi: WriteMulti(json, multi); break;
            case SubmitMultiResp resp: WriteMultiResp(json, resp); break;
            case DataSm data: WriteData(json, data); break;
            case AlertNotification alert: WriteAlert(json, alert); break;
            case QuerySm query: WriteId(json, query.MessageId, query.SourceAddr); break;
            case QuerySmResp resp: WriteQueryResp(json, resp); break;
            case CancelSm cancel: WriteCancel(json, cancel); break;
            case ReplaceSm replace: WriteReplace(json, replace); break;
            case BroadcastSm broadcast: WriteBroadcast(json, broadcast); break;
            case QueryBroadcastSm query: WriteId(json, query.MessageId, query.SourceAddr); break;
            case CancelBroadcastSm cancel: WriteCancelBroadcast(json, cancel); break;
            case RawPdu raw: json.WriteString("body", raw.Body.ToHex()); break;
        }
        WriteTlvs(json, pdu.Tlvs);
    }

    /// <summary>Null where there is none: no message, binary, or an alphabet without a table.</summary>
    public static string? TextOf(SmppPdu pdu) => pdu switch
    {
        MessagePdu message => TextOf(MessageText.Decode(message)),
        DataSm data => TextOf(MessageText.Decode(data)),
        SubmitMulti multi => TextOf(MessageText.Decode(new SubmitSm { DataCoding = multi.DataCoding, EsmClass = multi.EsmClass, ShortMessage = multi.ShortMessage, Tlvs = multi.Tlvs })),
        BroadcastSm broadcast => TextOf(MessageText.Decode(new DataSm { DataCoding = broadcast.DataCoding, Tlvs = broadcast.Tlvs })),
        _ => null,
    };

    private static string? TextOf(DecodedText text) => text.Encoding == TextEncoding.Binary ? null : text.Text;

    private static void WriteBind(Utf8JsonWriter json, BindRequest bind)
    {
        json.WriteString("system_id", bind.SystemId);
        json.WriteString("password", bind.Password);
        json.WriteString("system_type", bind.SystemType);
        json.WriteNumber("interface_version", bind.InterfaceVersion);
        json.WriteNumber("addr_ton", (byte)bind.AddrTon);
        json.WriteNumber("addr_npi", (byte)bind.AddrNpi);
        json.WriteString("address_range", bind.AddressRange);
    }

    private static void WriteOutbind(Utf8JsonWriter json, Outbind outbind)
    {
        json.WriteString("system_id", outbind.SystemId);
        json.WriteString("password", outbind.Password);
    }

    private static void WriteMessage(Utf8JsonWriter json, MessagePdu message)
    {
        json.WriteString("service_type", message.ServiceType);
        WriteAddress(json, "source_addr", "source_addr", message.SourceAddr);
        WriteAddress(json, "dest_addr", "destination_addr", message.DestinationAddr);
        WriteSending(json, message.EsmClass, message.ProtocolId, message.PriorityFlag, message.ScheduleDeliveryTime, message.ValidityPeriod);
        json.WriteNumber("registered_delivery", message.RegisteredDelivery);
        json.WriteNumber("replace_if_present_flag", message.ReplaceIfPresentFlag);
        json.WriteNumber("data_coding", message.DataCoding);
        WriteShortMessage(json, message.SmDefaultMsgId, message.ShortMessage);
    }

    private static void WriteMulti(Utf8JsonWriter json, SubmitMulti multi)
    {
        json.WriteString("service_type", multi.ServiceType);
        WriteAddress(json, "source_addr", "source_addr", multi.SourceAddr);
        json.WriteNumber("number_of_dests", multi.Destinations.Count);
        json.WriteStartArray("dest_address");
        foreach (var destination in multi.Destinations)
        {
            json.WriteStartObject();
            if (destination.DistributionList is { } name)
            {
                json.WriteNumber("dest_flag", 2);
                json.WriteString("dl_name", name);
            }
            else
            {
                json.WriteNumber("dest_flag", 1);
                WriteAddress(json, "dest_addr", "destination_addr", destination.Address);
            }
            json.WriteEndObject();
        }
        json.WriteEndArray();
        WriteSending(json, multi.EsmClass, multi.ProtocolId, multi.PriorityFlag, multi.ScheduleDeliveryTime, multi.ValidityPeriod);
        json.WriteNumber("registered_delivery", multi.RegisteredDelivery);
        json.WriteNumber("replace_if_present_flag", multi.ReplaceIfPresentFlag);
        json.WriteNumber("data_coding", multi.DataCoding);
        WriteShortMessage(json, multi.SmDefaultMsgId, multi.ShortMessage);
    }

    private static void WriteMultiResp(Utf8JsonWriter json, SubmitMultiResp resp)
    {
        json.WriteString("message_id", resp.MessageId);
        json.WriteNumber("no_unsuccess", resp.UnsuccessSmes.Count);
        json.WriteStartArray("unsuccess_sme");
        foreach (var sme in resp.UnsuccessSmes)
        {
            json.WriteStartObject();
            WriteAddress(json, "dest_addr", "destination_addr", sme.Address);
            json.WriteNumber("error_status_code", (uint)sme.ErrorStatusCode);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void WriteData(Utf8JsonWriter json, DataSm data)
    {
        json.WriteString("service_type", data.ServiceType);
        WriteAddress(json, "source_addr", "source_addr", data.SourceAddr);
        WriteAddress(json, "dest_addr", "destination_addr", data.DestinationAddr);
        json.WriteNumber("esm_class", data.EsmClass);
        json.WriteNumber("registered_delivery", data.RegisteredDelivery);
        json.WriteNumber("data_coding", data.DataCoding);
    }

    private static void WriteAlert(Utf8JsonWriter json, AlertNotification alert)
    {
        WriteAddress(json, "source_addr", "source_addr", alert.SourceAddr);
        WriteAddress(json, "esme_addr", "esme_addr", alert.EsmeAddr);
    }

    private static void WriteQueryResp(Utf8JsonWriter json, QuerySmResp resp)
    {
        json.WriteString("message_id", resp.MessageId);
        json.WriteString("final_date", resp.FinalDate);
        json.WriteNumber("message_state", (byte)resp.MessageState);
        json.WriteNumber("error_code", resp.ErrorCode);
    }

    private static void WriteCancel(Utf8JsonWriter json, CancelSm cancel)
    {
        json.WriteString("service_type", cancel.ServiceType);
        WriteId(json, cancel.MessageId, cancel.SourceAddr);
        WriteAddress(json, "dest_addr", "destination_addr", cancel.DestinationAddr);
    }

    private static void WriteReplace(Utf8JsonWriter json, ReplaceSm replace)
    {
        WriteId(json, replace.MessageId, replace.SourceAddr);
        json.WriteString("schedule_delivery_time", replace.ScheduleDeliveryTime);
        json.WriteString("validity_period", replace.ValidityPeriod);
        json.WriteNumber("registered_delivery", replace.RegisteredDelivery);
        WriteShortMessage(json, replace.SmDefaultMsgId, replace.ShortMessage);
    }

    private static void WriteBroadcast(Utf8JsonWriter json, BroadcastSm broadcast)
    {
        json.WriteString("service_type", broadcast.ServiceType);
        WriteAddress(json, "source_addr", "source_addr", broadcast.SourceAddr);
        json.WriteString("message_id", broadcast.MessageId);
        json.WriteNumber("priority_flag", broadcast.PriorityFlag);
        json.WriteString("schedule_delivery_time", broadcast.ScheduleDeliveryTime);
        json.WriteString("validity_period", broadcast.ValidityPeriod);
        json.WriteNumber("replace_if_present_flag", broadcast.ReplaceIfPresentFlag);
        json.WriteNumber("data_coding", broadcast.DataCoding);
        json.WriteNumber("sm_default_msg_id", broadcast.SmDefaultMsgId);
    }

    private static void WriteCancelBroadcast(Utf8JsonWriter json, CancelBroadcastSm cancel)
    {
        json.WriteString("service_type", cancel.ServiceType);
        WriteId(json, cancel.MessageId, cancel.SourceAddr);
    }

    private static void WriteId(Utf8JsonWriter json, string messageId, Address source)
    {
        json.WriteString("message_id", messageId);
        WriteAddress(json, "source_addr", "source_addr", source);
    }

    private static void WriteAddress(Utf8JsonWriter json, string prefix, string name, Address address)
    {
        json.WriteNumber($"{prefix}_ton", (byte)address.Ton);
        json.WriteNumber($"{prefix}_npi", (byte)address.Npi);
        json.WriteString(name, address.Digits);
    }

    private static void WriteSending(Utf8JsonWriter json, byte esmClass, byte protocolId, byte priorityFlag, string schedule, string validity)
    {
        json.WriteNumber("esm_class", esmClass);
        json.WriteNumber("protocol_id", protocolId);
        json.WriteNumber("priority_flag", priorityFlag);
        json.WriteString("schedule_delivery_time", schedule);
        json.WriteString("validity_period", validity);
    }

    private static void WriteShortMessage(Utf8JsonWriter json, byte smDefaultMsgId, Octets shortMessage)
    {
        json.WriteNumber("sm_default_msg_id", smDefaultMsgId);
        json.WriteNumber("sm_length", shortMessage.Length);
        json.WriteString("short_message", shortMessage.ToHex());
    }

    private static void WriteTlvs(Utf8JsonWriter json, TlvList tlvs)
    {
        json.WriteStartArray("tlvs");
        foreach (var tlv in tlvs)
        {
            json.WriteStartObject();
            json.WriteString("tag", $"0x{(ushort)tlv.Tag:X4}");
            json.WriteString("name", SnakeCase.NameOf(tlv.Tag));
            json.WriteNumber("length", tlv.Value.Length);
            json.WriteString("value", tlv.Value.ToHex());
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }
}
