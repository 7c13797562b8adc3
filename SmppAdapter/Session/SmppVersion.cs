namespace CarrierPay.SmppAdapter.Session;

/// <summary>The version of SMPP that a side speaks: interface_version in a bind, sc_interface_version in its answer.</summary>
/// <remarks>SMPP 3.4, section 5.2.4; SMPP 5.0, section 4.7.13. One octet. Peers say other values, too: lower ones mean 3.3 and all before it.</remarks>
public enum SmppVersion : byte
{
    /// <summary>No optional parameters, no data_sm, no alert_notification.</summary>
    V33 = 0x33,

    V34 = 0x34,

    /// <summary>With the broadcast commands.</summary>
    V50 = 0x50,
}
