namespace CarrierPay.Engine.Protocols.Diameter;

/// <summary>Command codes.</summary>
/// <remarks>RFC 6733, section 3.1; RFC 8506, section 3.</remarks>
public static class CommandCodes
{
    public const uint CapabilitiesExchange = 257;
    public const uint CreditControl = 272;
    public const uint DeviceWatchdog = 280;
    public const uint DisconnectPeer = 282;
}

/// <summary>Application ids.</summary>
/// <remarks>RFC 6733, section 2.4; RFC 8506, section 1.3.</remarks>
public static class ApplicationIds
{
    /// <summary>Capabilities, watchdog and disconnect: every node speaks them.</summary>
    public const uint Base = 0;

    public const uint CreditControl = 4;

    /// <summary>What a relay says that it speaks: it passes on whatever comes, so every application is in common with it.</summary>
    public const uint Relay = 0xffffffff;
}

/// <summary>The vendors whose AVPs the dictionary knows.</summary>
public static class VendorIds
{
    public const uint None = 0;

    /// <summary>3GPP.</summary>
    public const uint ThreeGpp = 10415;
}

/// <summary>The flags of a message.</summary>
/// <remarks>RFC 6733, section 3.</remarks>
[Flags]
public enum CommandFlags : byte
{
    None = 0,

    /// <summary>T: may have been sent before, so the receiver looks whether it knows it.</summary>
    Retransmitted = 0x10,

    /// <summary>E: an answer of the form "answer-message"; any node on the way may have made it.</summary>
    Error = 0x20,

    /// <summary>P: may be passed on by agents.</summary>
    Proxiable = 0x40,

    /// <summary>R: a request.</summary>
    Request = 0x80,
}

/// <summary>The flags of an AVP.</summary>
/// <remarks>RFC 6733, section 4.1.</remarks>
[Flags]
public enum AvpFlags : byte
{
    None = 0,
    Protected = 0x20,

    /// <summary>M: who does not know the AVP must not act on the message.</summary>
    Mandatory = 0x40,

    /// <summary>V: a vendor id stands between length and data.</summary>
    Vendor = 0x80,
}

/// <summary>Why a peer disconnects.</summary>
/// <remarks>RFC 6733, section 5.4.3.</remarks>
public enum DisconnectCause
{
    /// <summary>It comes back: connect again.</summary>
    Rebooting = 0,

    /// <summary>It has no room: connect again later.</summary>
    Busy = 1,

    /// <summary>It expects no more messages: do not come back by yourself.</summary>
    DoNotWantToTalkToYou = 2,
}
