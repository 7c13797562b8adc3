using System.ComponentModel.DataAnnotations;

namespace CarrierPay.SmppAdapter.Gateway;

/// <summary>The links to SMSCs, and what protects the engine from them.</summary>
public sealed class SmppOptions
{
    public const string Section = "CarrierPay:Smpp";

    /// <summary>At least one. Several to one SMSC share its traffic.</summary>
    public IList<SmppGatewayLink> Links { get; } = new List<SmppGatewayLink>();

    /// <summary>Which messages go to which SMSC. What no route fits may go to any, first to those that serve its short code.</summary>
    public IList<SmppRoute> Routes { get; } = new List<SmppRoute>();

    /// <summary>How long a message waits for the first SMSC of its route while that has no room or refuses for the time being, before the next one is asked. Default 2 s.</summary>
    public TimeSpan FailoverAfter { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Texts that one number may send in <see cref="FloodWindow"/>. More are refused for the time being, and the SMSC brings them later.</summary>
    [Range(1, 10_000)]
    public int FloodLimit { get; set; } = 20;

    /// <summary>See <see cref="FloodLimit"/>. Default 10 s.</summary>
    public TimeSpan FloodWindow { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Parts of the longest text that is put together. Of a longer one the first part counts alone: no command is as long.</summary>
    [Range(1, 255)]
    public int MaxReceivedParts { get; set; } = 8;

    /// <summary>How long the parts of a long text wait for the others, counted from the first. Longer than an SMSC's retries are apart. Default 10 min.</summary>
    public TimeSpan LongTextWithin { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>A record of PDUs for Wireshark.</summary>
    public SmppTraceOptions Trace { get; set; } = new();

    /// <summary>What could not be read; see <see cref="SmppOptionsCheck"/>.</summary>
    internal List<string> Faults { get; } = [];
}
