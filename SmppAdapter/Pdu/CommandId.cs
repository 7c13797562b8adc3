namespace CarrierPay.SmppAdapter.Pdu;

/// <summary>What a PDU is. A response has the id of its request with the highest bit set.</summary>
/// <remarks>SMPP 3.4, section 5.1.2.1; the broadcast commands are from SMPP 5.0, section 4.7.5.</remarks>
public enum CommandId : uint
{
    BindReceiver = 0x00000001,
    BindTransmitter = 0x00000002,
    QuerySm = 0x00000003,
    SubmitSm = 0x00000004,
    DeliverSm = 0x00000005,
    Unbind = 0x00000006,
    ReplaceSm = 0x00000007,
    CancelSm = 0x00000008,
    BindTransceiver = 0x00000009,
    Outbind = 0x0000000B,
    EnquireLink = 0x00000015,
    SubmitMulti = 0x00000021,
    AlertNotification = 0x00000102,
    DataSm = 0x00000103,
    BroadcastSm = 0x00000111,
    QueryBroadcastSm = 0x00000112,
    CancelBroadcastSm = 0x00000113,
    GenericNack = 0x80000000,
    BindReceiverResp = 0x80000001,
    BindTransmitterResp = 0x80000002,
    QuerySmResp = 0x80000003,
    SubmitSmResp = 0x80000004,
    DeliverSmResp = 0x80000005,
    UnbindResp = 0x80000006,
    ReplaceSmResp = 0x80000007,
    CancelSmResp = 0x80000008,
    BindTransceiverResp = 0x80000009,
    EnquireLinkResp = 0x80000015,
    SubmitMultiResp = 0x80000021,
    DataSmResp = 0x80000103,
    BroadcastSmResp = 0x80000111,
    QueryBroadcastSmResp = 0x80000112,
    CancelBroadcastSmResp = 0x80000113,
}

/// <summary>Questions asked of a <see cref="CommandId"/>.</summary>
public static class CommandIds
{
    private const uint ResponseBit = 0x80000000;

    /// <summary>True for responses and for generic_nack.</summary>
    public static bool IsResponse(this CommandId commandId) => ((uint)commandId & ResponseBit) != 0;

    /// <summary>The id that answers this request.</summary>
    public static CommandId ToResponse(this CommandId commandId) => (CommandId)((uint)commandId | ResponseBit);

    /// <summary>True for bind_receiver, bind_transmitter and bind_transceiver.</summary>
    public static bool IsBind(this CommandId commandId) =>
        commandId is CommandId.BindReceiver or CommandId.BindTransmitter or CommandId.BindTransceiver;
}
