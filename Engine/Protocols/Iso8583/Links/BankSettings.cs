using System.ComponentModel.DataAnnotations;
using CarrierPay.Engine.Protocols.Iso8583.Messages;

namespace CarrierPay.Engine.Protocols.Iso8583.Links;

/// <summary>Which messages carry an authentication code, when there are keys.</summary>
public enum MacScope
{
    /// <summary>Those about money.</summary>
    Financial,
    /// <summary>Sign-on and echo too.</summary>
    All,
}

/// <summary>Settings of the connections to one bank.</summary>
public sealed class BankSettings
{
    /// <summary>The name in logs, and of the linked accounts that belong to it.</summary>
    [Required]
    public string Code { get; set; } = "";

    [Required]
    public string Host { get; set; } = "127.0.0.1";

    [Range(1, 65535)]
    public int Port { get; set; }

    /// <summary>As many are kept up, each signed on by itself; requests take turns. Default 1.</summary>
    [Range(1, 16)]
    public int Connections { get; set; } = 1;

    public DialectSettings Dialect { get; set; } = new();

    public MacScope MacScope { get; set; } = MacScope.Financial;

    /// <summary>Requests without an answer, over all connections. Default 100.</summary>
    [Range(1, 10_000)]
    public int Window { get; set; } = 100;

    /// <summary>Requests that may wait for a place in the window; one more is not sent, and said so at once. Default 1000.</summary>
    [Range(0, 100_000)]
    public int Waiting { get; set; } = 1000;

    /// <summary>From the call to the answer, the wait for a place included. Default 20 s.</summary>
    public TimeSpan ResponseTimeout { get; set; } = TimeSpan.FromSeconds(20);

    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>An echo follows so much silence; two without an answer end the connection. Default 60 s.</summary>
    public TimeSpan EchoInterval { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>How long sign-on, echo and sign-off wait for their answers. Default 10 s.</summary>
    public TimeSpan NetworkTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Upper bound of the first pause after a connection went down; it doubles with each try that fails. Default 1 s.</summary>
    public TimeSpan ReconnectMin { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Upper bound of every pause. The real one is drawn at random between zero and the bound. Default 60 s.</summary>
    public TimeSpan ReconnectMax { get; set; } = TimeSpan.FromSeconds(60);

    public CircuitSettings Circuit { get; set; } = new();
}
