namespace CarrierPay.Simulator.Smsc.Wire;

/// <summary>Octets that are no SMPP.</summary>
internal static class ForeignOctets
{
    /// <summary>What a client sees when the port belongs to another service.</summary>
    public static readonly byte[] Banner = "SSH-2.0-OpenSSH_9.2p1\r\n"u8.ToArray();

    /// <summary>As a command_length it would be 3.7 GB.</summary>
    public static readonly byte[] Garbage = [.. Enumerable.Repeat<byte[]>([0xDE, 0xAD, 0xBE, 0xEF], 16).SelectMany(octets => octets)];
}
