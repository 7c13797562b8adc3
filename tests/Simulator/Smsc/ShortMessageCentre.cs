using System.Net;
using CarrierPay.Simulator.Load;
using CarrierPay.Simulator.Phones;
using CarrierPay.Simulator.Smsc.Receipts;
using CarrierPay.Simulator.Smsc.Wire;
using CarrierPay.Simulator.Ussd;
using CarrierPay.Simulator.Web;
using CarrierPay.SmppAdapter.Pdu;
using CarrierPay.SmppAdapter.Session;

namespace CarrierPay.Simulator.Smsc;

/// <summary>One bound system.</summary>
public sealed record BindView(string SystemId, BindType BindType, DateTimeOffset Since, string RemoteAddress);

/// <summary>The short message centre at a moment.</summary>
/// <param name="Address">Where it listens.</param>
/// <param name="Delivered">deliver_sm of phones' messages that were answered with ROK.</param>
/// <param name="Submitted">submit_sm that were answered with ROK.</param>
/// <param name="Queued">Messages and receipts that still wait to be taken.</param>
public sealed record SmscState(string Address, string SystemId, IReadOnlyList<string> ShortCodes, IReadOnlyList<BindView> Binds, long Delivered, long Submitted, int Queued);

/// <summary>The short message centre: phones on one side, bound systems (SMPP 3.4) on the other.</summary>
public sealed class ShortMessageCentre : ISmppServerApplication, IAsyncDisposable
{
    private const int MostConnections = 10_000;

    private readonly Accounts _accounts;
    private readonly Links _links;
    private readonly WireTls? _tls;
    private readonly StoreAndForward _outgoing;
    private readonly Mailbox _mailbox;
    private readonly Submissions _incoming;
    private readonly SmppServer _server;
    private readonly WireFront _front;
    private readonly PhoneBook _phones;
    private readonly SmscOptions _options;
    private readonly TimeProvider _time;
    private readonly Feed _feed;
    private readonly string[] _shortCodes;
    private Task _reading = Task.CompletedTask;
    private int _reference;

    public ShortMessageCentre(SimulatorOptions options, PhoneBook phones, Feed feed, TimeProvider time, ILoggerFactory loggers)
    {
        _options = options.Smsc;
        _phones = phones;
        _feed = feed;
        _time = time;
        _shortCodes = options.ShortCodes.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        Log = new SmscLog(time, feed, loggers.CreateLogger<ShortMessageCentre>());
        Faults = new Faults(feed);
        _accounts = new Accounts(_options);
        _links = new Links(_accounts);
        _tls = WireTls.Load(_options.Tls, time);
        _outgoing = new StoreAndForward(_links, Faults, Log, time, _options);
        Ussd = new UssdCentre(options, phones, _links, Faults, Log, feed, time);
        Load = new LoadGenerator(_links, time, _shortCodes);
        Receipts = new ReceiptOrders(_options.Receipts);
        var messages = new SubmittedMessages(time);
        _mailbox = new Mailbox(phones, Load, messages, Receipts, _outgoing, Log, time, _options);
        _incoming = new Submissions(_mailbox, messages, Ussd, Faults, Log, time, _options);
        _server = new SmppServer(new SmppServerOptions
        {
            // Behind the front, on any free port of loopback.
            Address = IPAddress.Loopback.ToString(),
            Port = 0,
            // All connections come from the front, which takes any number.
            MaxConnections = MostConnections,
            MaxConnectionsPerAddress = MostConnections,
            SystemId = "simulator",
            WindowSize = _options.Window,
            ResponseTimeout = _options.ResponseTimeout,
            Tick = TimeSpan.FromMilliseconds(Math.Clamp(_options.ResponseTimeout.TotalMilliseconds / 4, 5, 100)),
        }, this, time, loggers.CreateLogger<SmppServer>());
        _front = new WireFront(new IPEndPoint(_options.Address, _options.Port), _tls, Faults, Log, time);
    }

    public Faults Faults { get; }

    public SmscLog Log { get; }

    public LoadGenerator Load { get; }

    /// <summary>What receipts are like.</summary>
    public ReceiptOrders Receipts { get; }

    /// <summary>The USSD gateway, behind the same binds.</summary>
    public UssdCentre Ussd { get; }

    /// <summary>The certificate of the SMPP port in PEM; null without TLS.</summary>
    public string? CertificatePem => _tls?.CertificatePem;

    /// <summary>Where it listens, with the real port.</summary>
    public IPEndPoint EndPoint => _front.EndPoint;

    public IReadOnlyList<string> ShortCodes => _shortCodes;

    public SmscState State => new(EndPoint.ToString(), _options.SystemId, _shortCodes,
        [.. _links.All.Select(link => new BindView(link.Session.SystemId, link.Session.BindType ?? BindType.Transceiver, link.Since, link.RemoteName))],
        _outgoing.Delivered, _incoming.Submitted, _outgoing.Queued);

    /// <summary>Why a handset cannot send a text, if it cannot.</summary>
    public enum SendProblem { None, EmptyText, TextTooLong, UnknownDestination }

    /// <summary>Sends from a handset: to a short code through the bound system, to another handset here directly.</summary>
    public (SendProblem Problem, PhoneMessage? Message) Send(Phone phone, string to, string text)
    {
        ArgumentNullException.ThrowIfNull(phone);
        if (string.IsNullOrWhiteSpace(text)) return (SendProblem.EmptyText, null);
        if (!AirText.TryEncode(text, Interlocked.Increment(ref _reference), out var air)) return (SendProblem.TextTooLong, null);

        var now = _time.GetUtcNow();
        if (_phones.TryGet(to, out var other))
        {
            var sent = phone.Send(other.Msisdn, text, air.Parts.Count, air.Encoding(), now);
            other.Receive(phone.Msisdn, text, air.Parts.Count, air.Encoding(), now);
            phone.Change(sent.Seq, message => message with { State = MessageState.Delivered });
            return (SendProblem.None, sent);
        }
        if (!_shortCodes.Contains(to)) return (SendProblem.UnknownDestination, null);

        var accepted = phone.Send(to, text, air.Parts.Count, air.Encoding(), now);
        _outgoing.Add(new Forwarding(phone.Msisdn, phone.Name,
            [.. air.Parts.Select(part => new DeliverSm
            {
                SourceAddr = Address.International(phone.Msisdn),
                DestinationAddr = Address.ShortCode(to),
                EsmClass = part.EsmClass,
                DataCoding = air.DataCoding,
                ShortMessage = part.ShortMessage,
            })],
            now + _options.Validity, IsReceipt: false, result =>
            {
                phone.Change(accepted.Seq, message => message with { State = result.State, Problem = result.Problem });
                if (result.State == MessageState.Delivered) Log.Add("deliver", $"SMS of {phone.Name} to {to} delivered{(air.Parts.Count > 1 ? $" in {air.Parts.Count} parts" : "")}");
                Changed();
            }));
        Changed();
        return (SendProblem.None, accepted);
    }

    /// <summary>Starts to listen.</summary>
    /// <exception cref="System.Net.Sockets.SocketException">The port cannot be had.</exception>
    internal void Start()
    {
        _server.Start();
        _front.Start(_server.EndPoint);
        _reading = Task.Run(ReadAsync);
    }

    public async ValueTask DisposeAsync()
    {
        await Load.StopAsync();
        await _outgoing.DisposeAsync();
        await Ussd.DisposeAsync();
        await _incoming.DisposeAsync();
        await _mailbox.DisposeAsync();
        await _server.DisposeAsync();
        await _front.DisposeAsync();
        await Load.DisposeAsync();
        await _reading;
        _tls?.Dispose();
    }

    ValueTask<CommandStatus> ISmppServerApplication.JudgeBindAsync(SmppSession session, BindRequest request, CancellationToken cancellationToken)
    {
        var status = Judge(request);
        if (status != CommandStatus.ROK) Log.Add("error", $"Bind of \"{Printable(request.SystemId)}\" from {RemoteName(session)} refused: {status} (0x{(uint)status:X2})");
        return ValueTask.FromResult(status);
    }

    EsmeLimits? ISmppServerApplication.LimitsOf(string systemId) => _accounts.LimitsOf(systemId);

    void ISmppServerApplication.OnBound(SmppSession session)
    {
        var link = new Links.Link(session, _time.GetUtcNow(), RemoteName(session));
        _links.Add(link);
        Log.Add("bind", $"{session.SystemId} bound as {session.BindType?.ToString().ToLowerInvariant()} from {link.RemoteName}");
        Changed();
    }

    void ISmppServerApplication.OnEnded(SmppSession session, SessionEnd end)
    {
        if (_links.Remove(session) is not { } link) return;
        Log.Add("bind", $"{session.SystemId} from {link.RemoteName} is gone: {Words(end.Reason)}");
        Changed();
    }

    private string RemoteName(SmppSession session) => _front.RemoteName(session.RemoteName);

    private CommandStatus Judge(BindRequest request) =>
        Faults.TryTake(FaultKind.LinkRefuse, out var fault) ? (CommandStatus)fault.Status : _accounts.Judge(request);

    private async Task ReadAsync()
    {
        await foreach (var request in _server.Inbound.ReadAllAsync())
        {
            _incoming.Take(request);
            Changed();
        }
    }

    // Only when somebody watches: the state is a walk over all binds.
    private void Changed()
    {
        if (_feed.IsWatched) _feed.Publish(new FeedEvent.LinkChanged(State));
    }

    private static string Printable(string text) => new([.. text.Select(character => char.IsControl(character) ? '?' : character)]);

    private static string Words(SessionEndReason reason) => reason switch
    {
        SessionEndReason.PeerUnbound => "it unbound",
        SessionEndReason.Unbound => "unbound from here",
        SessionEndReason.ConnectionLost => "the connection was lost",
        SessionEndReason.KeepAliveTimeout => "it did not answer enquire_link",
        SessionEndReason.ProtocolError => "what it sent is no SMPP",
        SessionEndReason.Aborted => "cut from here",
        _ => reason.ToString(),
    };
}
