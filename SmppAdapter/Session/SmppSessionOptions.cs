using System.ComponentModel.DataAnnotations;
using CarrierPay.SmppAdapter.Pdu;

namespace CarrierPay.SmppAdapter.Session;

/// <summary>Settings of one session, the same on both sides.</summary>
public class SmppSessionOptions
{
    /// <summary>The version that we speak: said in our binds, or in our answers to binds. With a peer of an older one, that one is spoken.</summary>
    [EnumDataType(typeof(SmppVersion))]
    public SmppVersion InterfaceVersion { get; set; } = SmppVersion.V34;

    /// <summary>Requests in flight at most. More wait, by priority and then in the order in which they came.</summary>
    [Range(1, 10_000)]
    public int WindowSize { get; set; } = 100;

    /// <summary>Requests that wait for a place or for their turn at most. More are NotSent at once: who calls without end must hear it.</summary>
    [Range(1, 1_000_000)]
    public int MaxWaiting { get; set; } = 10_000;

    /// <summary>Requests of the peer that are received and not yet answered, at most; a link counts what its lost sessions left unread, too. More are answered at once: submit_sm RTHROTTLED, deliver_sm RX_T_APPN.</summary>
    [Range(1, 100_000)]
    public int MaxUnanswered { get; set; } = 1000;

    /// <summary>From writing a request to giving it up as Unknown.</summary>
    public TimeSpan ResponseTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Without a PDU from the peer for this long, an enquire_link is sent; somewhat earlier at random, so that many links do not ask at once.</summary>
    public TimeSpan EnquireLinkInterval { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>From sending an enquire_link to taking the link for dead. Any PDU counts as life.</summary>
    public TimeSpan EnquireLinkTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>From connecting to being bound, the handshake of TLS included.</summary>
    public TimeSpan BindTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long an unbind waits for requests in flight, of both directions.</summary>
    public TimeSpan DrainTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long to wait for the answer to an unbind, and for the peer to hang up.</summary>
    public TimeSpan CloseTimeout { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>How long the peer may take nothing of what we write.</summary>
    public TimeSpan WriteTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Largest PDU accepted once bound, in octets.</summary>
    [Range(1024, 1_000_000)]
    public int MaxPduLength { get; set; } = PduReader.DefaultMaxLength;

    /// <summary>Warnings a minute about what one remote address sends: broken PDUs, foreign protocols, answers to nothing. More are counted, and the count is written with the next one.</summary>
    [Range(1, 10_000)]
    public int MaxWarningsPerMinute { get; set; } = 20;

    /// <summary>TLS; off by default.</summary>
    public SmppTlsOptions Tls { get; set; } = new();

    /// <summary>How often deadlines are looked at: their precision.</summary>
    public TimeSpan Tick { get; set; } = TimeSpan.FromMilliseconds(100);
}
