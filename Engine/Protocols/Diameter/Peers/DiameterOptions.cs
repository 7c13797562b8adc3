using System.ComponentModel.DataAnnotations;

namespace CarrierPay.Engine.Protocols.Diameter.Peers;

/// <summary>This node and its peers.</summary>
public sealed class DiameterOptions : IValidatableObject
{
    /// <summary>Our name in all messages; a fully qualified domain name that no other process uses, because End-to-End ids are unique only with it.</summary>
    [Required]
    [RegularExpression("^[!-:<-~]{1,255}$", ErrorMessage = "OriginHost is a domain name such as engine1.carrierpay.example.")]
    public string OriginHost { get; set; } = "engine.carrierpay.example";

    [Required]
    [RegularExpression("^[!-:<-~]{1,255}$", ErrorMessage = "OriginRealm is a domain name such as carrierpay.example.")]
    public string OriginRealm { get; set; } = "carrierpay.example";

    /// <summary>Told to peers, for people there.</summary>
    [Required]
    public string ProductName { get; set; } = "CarrierPay";

    /// <summary>Charging systems and agents (DRA). None: nothing is reached by Diameter.</summary>
    public IList<DiameterPeerOptions> Peers { get; } = [];

    /// <summary>How long an answer is waited for, waiting for a place in the window included. Default 10 s, the Tx of RFC 8506, section 13.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:05:00")]
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Silence after which a peer is asked whether it lives: Tw of RFC 3539, where 6 s is the least and 30 s usual.</summary>
    [Range(typeof(TimeSpan), "00:00:06", "00:10:00")]
    public TimeSpan WatchdogInterval { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Requests unanswered on one connection, at most. Default 200.</summary>
    [Range(1, 10_000)]
    public int Window { get; set; } = 200;

    /// <summary>Requests that wait for a place on one connection; beyond it they are not taken. Default 800.</summary>
    [Range(0, 100_000)]
    public int MaxWaiting { get; set; } = 800;

    /// <summary>For TCP and TLS, and again for the capabilities exchange. Default 10 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:02:00")]
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>The first pause before connecting again; it doubles with each failure, and chance takes a part of it. Default 1 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:10:00")]
    public TimeSpan ReconnectMin { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest pause. Default 30 s, the Tc of RFC 6733, section 12.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "01:00:00")]
    public TimeSpan ReconnectMax { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The pause after a peer said that it does not want us: a person has to look. Default 5 min.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "1.00:00:00")]
    public TimeSpan RefusedPause { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How long requests in flight may finish when we stop or the peer leaves, and how long a peer may take to disconnect; a stop can be hurried. Default 10 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:05:00")]
    public TimeSpan DrainTimeout { get; set; } = TimeSpan.FromSeconds(10);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var (index, peer) in Peers.Index())
        {
            var problems = new List<ValidationResult>();
            Validator.TryValidateObject(peer, new ValidationContext(peer), problems, validateAllProperties: true);
            foreach (var problem in problems)
                yield return new($"Peers__{index}__{problem.MemberNames.FirstOrDefault()}: {problem.ErrorMessage}", [nameof(Peers)]);
        }
        if (ReconnectMin > ReconnectMax)
            yield return new("ReconnectMin is not above ReconnectMax.", [nameof(ReconnectMin)]);
        if (Peers.Select(peer => peer.Label).Distinct(StringComparer.Ordinal).Count() != Peers.Count)
            yield return new("Two peers have the same name: give them different Names.", [nameof(Peers)]);
    }
}

/// <summary>One peer: a charging system, or an agent that leads to some.</summary>
public sealed class DiameterPeerOptions
{
    /// <summary>In logs and metrics. Default host and port.</summary>
    public string? Name { get; set; }

    [Required]
    public string Host { get; set; } = "";

    /// <summary>Default 3868; 5658 is usual for TLS.</summary>
    [Range(1, 65535)]
    public int Port { get; set; } = 3868;

    /// <summary>The Destination-Realm that it serves.</summary>
    [Required]
    public string Realm { get; set; } = "";

    /// <summary>Further realms; <c>*</c> is all.</summary>
    public IList<string> OtherRealms { get; } = [];

    /// <summary>The Origin-Host that it has to introduce itself with; empty accepts any.</summary>
    public string OriginHost { get; set; } = "";

    /// <summary>The lowest that has an open connection is used, the others wait for its failure. Peers of the same priority share the load.</summary>
    [Range(0, 100)]
    public int Priority { get; set; }

    /// <summary>Two by default, so that one that is lost or proves itself again costs nothing.</summary>
    [Range(1, 16)]
    public int Connections { get; set; } = 2;

    /// <summary>Connections from the second on introduce themselves as <c>c2.</c>, <c>c3.</c> ... before our name: for peers that allow a node one connection only. Requests always carry our name.</summary>
    public bool NamePerConnection { get; set; }

    /// <summary>TLS from the first octet (RFC 6733, section 13.1).</summary>
    public bool Tls { get; set; }

    /// <summary>The name in the peer's certificate. Default its host.</summary>
    public string TlsName { get; set; } = "";

    /// <summary>PEM file with the authorities that may have signed it; empty: those of the machine.</summary>
    public string TlsAuthorities { get; set; } = "";

    /// <summary>PEM file with our certificate, for peers that ask for one.</summary>
    public string TlsCertificate { get; set; } = "";

    /// <summary>PEM file with its key.</summary>
    public string TlsKey { get; set; } = "";

    internal string Label => Name ?? $"{Host}:{Port}";

    internal bool Serves(string realm) => string.Equals(Realm, realm, StringComparison.OrdinalIgnoreCase)
        || OtherRealms.Any(other => other == "*" || string.Equals(other, realm, StringComparison.OrdinalIgnoreCase));
}
