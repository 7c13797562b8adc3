namespace CarrierPay.SmppAdapter.Pdu;

/// <summary>Bits of esm_class.</summary>
/// <remarks>SMPP 3.4, section 5.2.12. Test single bits, never the whole octet: SMSCs combine them (0x44 is a receipt with a header).</remarks>
public static class EsmClass
{
    public const byte DeliveryReceipt = 0x04;
    public const byte DeliveryAcknowledgement = 0x08;
    public const byte UserAcknowledgement = 0x10;
    public const byte IntermediateNotification = 0x20;

    /// <summary>The user data starts with a header (UDHI).</summary>
    public const byte UserDataHeader = 0x40;
    public const byte ReplyPath = 0x80;

    public static bool HasUserDataHeader(byte esmClass) => (esmClass & UserDataHeader) != 0;

    /// <summary>True for a delivery receipt or an intermediate notification in a deliver_sm.</summary>
    public static bool IsReceipt(byte esmClass) => (esmClass & (DeliveryReceipt | IntermediateNotification)) != 0;
}
