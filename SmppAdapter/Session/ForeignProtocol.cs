using System.Buffers;

namespace CarrierPay.SmppAdapter.Session;

/// <summary>Names what came instead of SMPP, for the one log line that is written about it.</summary>
internal static class ForeignProtocol
{
    /// <summary>Octets worth showing.</summary>
    private const int Shown = 16;

    private static readonly (byte[] Start, string Name)[] Known =
    [
        ("GET "u8.ToArray(), "HTTP"),
        ("POST"u8.ToArray(), "HTTP"),
        ("PUT "u8.ToArray(), "HTTP"),
        ("HEAD"u8.ToArray(), "HTTP"),
        ("OPTI"u8.ToArray(), "HTTP"),
        ("CONN"u8.ToArray(), "HTTP"),
        ("HTTP"u8.ToArray(), "HTTP"),
        ("PRI "u8.ToArray(), "HTTP/2"),
        ("SSH-"u8.ToArray(), "SSH"),
        ("AMQP"u8.ToArray(), "AMQP"),
        ([0x16, 0x03], "TLS"),
        ([0x03, 0x00, 0x00], "RDP"),
    ];

    public static string Describe(in ReadOnlySequence<byte> octets)
    {
        Span<byte> start = stackalloc byte[Shown];
        var length = (int)Math.Min(octets.Length, Shown);
        octets.Slice(0, length).CopyTo(start);
        start = start[..length];
        foreach (var (prefix, name) in Known)
        {
            if (start.StartsWith(prefix))
            {
                return $"looks like {name}";
            }
        }
        return $"starts with {Convert.ToHexString(start)}";
    }
}
