using System.Text;
using CarrierPay.Engine.Protocols.Diameter;

namespace CarrierPay.Engine.Host.Tests.Rails;

/// <summary>Diameter as it went over a <see cref="Gate"/>.</summary>
internal static class DiameterWire
{
    /// <summary>The requests with this Session-Id that came to a way, held up or not.</summary>
    /// <remarks>The Session-Id is the first AVP: it stands after the header and 8 octets of its own.</remarks>
    public static IEnumerable<string> RequestsOf(string sessionId, Valve way)
    {
        var came = way.AllThatCame;
        for (var found = came.IndexOf(sessionId, StringComparison.Ordinal); found >= 0; found = came.IndexOf(sessionId, found + 1, StringComparison.Ordinal))
        {
            var octets = Encoding.Latin1.GetBytes(came[(found - 8 - DiameterHeader.Size)..]);
            yield return Shown(octets.AsSpan(0, DiameterHeader.Read(octets).Length));
        }
    }

    /// <summary>The same message with the T flag.</summary>
    public static string Repeat(ReadOnlySpan<byte> octets)
    {
        var repeat = octets.ToArray();
        repeat[DiameterHeader.FlagsOffset] |= (byte)CommandFlags.Retransmitted;
        return Shown(repeat);
    }

    /// <summary>All but the Hop-by-Hop id, which each connection gives anew.</summary>
    private static string Shown(ReadOnlySpan<byte> octets) => $"{Convert.ToHexString(octets[..DiameterHeader.HopByHopOffset])} {Convert.ToHexString(octets[DiameterHeader.EndToEndOffset..])}";
}
