using System.ComponentModel.DataAnnotations;
using CarrierPay.SmppAdapter.Pdu;

namespace CarrierPay.SmppAdapter.Session;

/// <summary>Settings of an ESME that listens for SMSCs which have something for it.</summary>
public class SmppOutbindOptions : SmppSessionOptions
{
    /// <summary>IP address to listen on.</summary>
    [Required]
    public string Address { get; set; } = "127.0.0.1";

    /// <summary>0 for any free port.</summary>
    [Range(0, 65535)]
    public int Port { get; set; } = 2775;

    /// <summary>system_id that an outbind must name.</summary>
    [Required, MaxLength(15)]
    public string SmscSystemId { get; set; } = "";

    /// <summary>Password that an outbind must name: without it anybody could have us bind. From the environment, never from a file.</summary>
    [MaxLength(8)]
    public string SmscPassword { get; set; } = "";

    /// <summary>What we bind with.</summary>
    [Required, MaxLength(15)]
    public string SystemId { get; set; } = "";

    /// <summary>At most 8 octets. From the environment, never from a file.</summary>
    [MaxLength(8)]
    public string Password { get; set; } = "";

    [MaxLength(12)]
    public string SystemType { get; set; } = "";

    /// <summary>SMPP 3.4 has a receiver answer an outbind; 5.0 a transceiver, too.</summary>
    public BindType BindType { get; set; } = BindType.Receiver;

    /// <summary>Connections at most; more are closed at once.</summary>
    [Range(1, 10_000)]
    public int MaxConnections { get; set; } = 20;
}
