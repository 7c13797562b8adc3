using System.ComponentModel.DataAnnotations;

namespace CarrierPay.SmppAdapter.Session;

/// <summary>Settings of a listening SMSC.</summary>
public class SmppServerOptions : SmppSessionOptions
{
    /// <summary>IP address to listen on.</summary>
    [Required]
    public string Address { get; set; } = "127.0.0.1";

    /// <summary>0 for any free port.</summary>
    [Range(0, 65535)]
    public int Port { get; set; } = 2775;

    /// <summary>system_id in the answers to binds.</summary>
    [MaxLength(15)]
    public string SystemId { get; set; } = "CarrierPay";

    /// <summary>Connections at most, bound or not; more are closed at once.</summary>
    [Range(1, 100_000)]
    public int MaxConnections { get; set; } = 1000;

    /// <summary>Connections of one IP address at most, bound or not; more are closed at once.</summary>
    [Range(1, 100_000)]
    public int MaxConnectionsPerAddress { get; set; } = 200;

    /// <summary>What each system_id may do, unless the application says otherwise.</summary>
    public EsmeLimits PerEsme { get; set; } = new();

    /// <summary>Requests of all ESMEs together that the application has not read yet, at most. More are answered at once with RTHROTTLED.</summary>
    [Range(1, 1_000_000)]
    public int MaxUnread { get; set; } = 10_000;
}
