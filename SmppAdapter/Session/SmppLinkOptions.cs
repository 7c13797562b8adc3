using System.ComponentModel.DataAnnotations;
using CarrierPay.SmppAdapter.Pdu;

namespace CarrierPay.SmppAdapter.Session;

/// <summary>Settings of one link to an SMSC.</summary>
public class SmppLinkOptions : SmppSessionOptions
{
    /// <summary>The name in logs; empty for system_id, host and port.</summary>
    public string Name { get; set; } = "";

    /// <summary>The name in logs, metrics and traces: <see cref="Name"/>, or system_id, host and port.</summary>
    public string EffectiveName => Name.Length > 0 ? Name : $"{SystemId}@{Host}:{Port}";

    [Required]
    public string Host { get; set; } = "127.0.0.1";

    [Range(1, 65535)]
    public int Port { get; set; } = 2775;

    [Required, MaxLength(15)]
    public string SystemId { get; set; } = "";

    /// <summary>At most 8 octets (SMPP 3.4, section 5.2.2). From the environment, never from a file.</summary>
    [MaxLength(8)]
    public string Password { get; set; } = "";

    [MaxLength(12)]
    public string SystemType { get; set; } = "";

    /// <summary>The bind of the link. Not read with <see cref="BindPair"/>.</summary>
    public BindType BindType { get; set; } = BindType.Transceiver;

    /// <summary>A transmitter and a receiver in place of one bind, for SMSCs without transceivers or with a port's worth of capacity for each. The link is bound when both are; each comes back alone.</summary>
    public bool BindPair { get; set; }

    /// <summary>Messages per second at most, as the contract with the SMSC has it; 0 for no limit. Each part of a long text counts, and each destination of a submit_multi. See <see cref="RateSharedBy"/>.</summary>
    [Range(0, 1_000_000)]
    public int MaxRate { get; set; }

    /// <summary>Binds, those of other processes included, that share <see cref="MaxRate"/> because one contract covers them all: each sends this part of it.</summary>
    [Range(1, 1000)]
    public int RateSharedBy { get; set; } = 1;

    /// <summary>Longest pause after the SMSC said RTHROTTLED, RMSGQFUL or RX_T_APPN. The first is 0.2 s; each that follows without a message taken is twice as long.</summary>
    public TimeSpan ThrottlePauseMax { get; set; } = TimeSpan.FromSeconds(5);

    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Upper bound of the first pause after the link went down; it doubles with each try that fails.</summary>
    public TimeSpan ReconnectMin { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Upper bound of every pause. The real one is drawn at random between zero and the bound.</summary>
    public TimeSpan ReconnectMax { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>The pause after "already bound": the SMSC needs this long to find our old session dead.</summary>
    public TimeSpan AlreadyBoundPause { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>The pause after a refusal of system_id or password; quick tries would lock the account.</summary>
    public TimeSpan RefusedPause { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Where sequence numbers of a new session start.</summary>
    [Range(1, int.MaxValue)]
    public uint FirstSequenceNumber { get; set; } = 1;
}
