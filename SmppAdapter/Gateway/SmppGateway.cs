using CarrierPay.Engine.Lanes;
using CarrierPay.Engine.Messaging;
using CarrierPay.Engine.Messaging.Texts;
using CarrierPay.Engine.Primitives;
using CarrierPay.SmppAdapter.Pdu;
using CarrierPay.SmppAdapter.Session;
using CarrierPay.SmppAdapter.Text;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace CarrierPay.SmppAdapter.Gateway;

/// <summary>The links to the SMSCs: texts in to the lanes, committed messages out. The only place where SMPP meets the engine.</summary>
public sealed partial class SmppGateway : BackgroundService
{
    private const int Lines = 64;
    private static readonly TimeSpan ThrottledPause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly List<(LinkOptions Options, SmppClientLink Link)> _links;
    private readonly TextIntake _intake;
    private readonly LaneDoor _door;
    private readonly OutgoingMessages _outgoing;
    private readonly EngineLease _lease;
    private readonly Texts _texts;
    private readonly TimeProvider _time;
    private readonly ILogger<SmppGateway> _logger;
    private int _reference;
    private volatile bool _isStopping;

    public SmppGateway(
        IOptions<SmppOptions> options, TextIntake intake, LaneDoor door, OutgoingMessages outgoing, EngineLease lease, Texts texts, TimeProvider time,
        ILoggerFactory logs)
    {
        (_intake, _door, _outgoing, _lease, _texts, _time, _logger) = (intake, door, outgoing, lease, texts, time, logs.CreateLogger<SmppGateway>());
        _links = [.. options.Value.Links.Select(link => (link, new SmppClientLink(link, time, logs.CreateLogger<SmppClientLink>())))];
    }

    /// <summary>Whether at least one link is bound.</summary>
    public bool IsBound => _links.Exists(l => l.Link.State == LinkState.Bound);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        foreach (var (_, link) in _links)
            link.Start();
        try
        {
            await Task.WhenAll(
                [.. _links.Select(l => ReadAsync(l.Link, stoppingToken)), .. _links.Select(l => WatchAsync(l.Link, stoppingToken)), SendAsync(stoppingToken)]);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The process stops; StopAsync unbinds.
        }
    }

    /// <summary>No new texts, then unbind: what was decided is in the outbox.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        _isStopping = true;
        _outgoing.CanSend = false;
        await base.StopAsync(cancellationToken);
        await Task.WhenAll(_links.Select(l => l.Link.StopAsync()));
    }

    private async Task ReadAsync(SmppClientLink link, CancellationToken stoppingToken)
    {
        await foreach (var request in link.Inbound.ReadAllAsync(stoppingToken))
        {
            if (_isStopping)
                request.Respond(CommandStatus.RX_T_APPN);
            else
                _intake.Take(request, (to, from) => _ = HintAsync(to, from, stoppingToken));
        }
    }

    private async Task WatchAsync(SmppClientLink link, CancellationToken stoppingToken)
    {
        var seen = link.State;
        while (true)
        {
            _outgoing.CanSend = IsBound && !_isStopping;
            seen = await link.WaitForChangeAsync(seen, stoppingToken);
            LinkChanged(link.Name, seen);
        }
    }

    /// <summary>Messages of one subscriber go out one after the other, those of different subscribers side by side.</summary>
    private async Task SendAsync(CancellationToken stoppingToken)
    {
        var lines = new Task[Lines];
        Array.Fill(lines, Task.CompletedTask);
        await foreach (var message in _outgoing.Reader.ReadAllAsync(stoppingToken))
        {
            var line = (int)(message.Subscriber.Value % Lines);
            lines[line] = After(lines[line], message, stoppingToken);
        }

        async Task After(Task before, OutboundMessage message, CancellationToken cancellationToken)
        {
            await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await SendAsync(message, cancellationToken);
        }
    }

    private async Task SendAsync(OutboundMessage message, CancellationToken stoppingToken)
    {
        var text = _texts.Render(message.Template, message.Language, ParameterList.Split(message.Parameters));
        var parts = ShortMessageText.Split(text, Interlocked.Increment(ref _reference) & 0xff);
        foreach (var part in parts.Parts)
        {
            if (!await SendPartAsync(message, parts.DataCoding, part, stoppingToken))
                return;
        }
        _door.Sent(message);
    }

    /// <summary>True when the SMSC accepted it; else the message was refused for good or given back.</summary>
    private async Task<bool> SendPartAsync(OutboundMessage message, byte dataCoding, TextPart part, CancellationToken stoppingToken)
    {
        var started = _time.GetTimestamp();
        while (!stoppingToken.IsCancellationRequested && _time.GetElapsedTime(started) < Patience && Choose(message.ReplyPath) is { } link)
        {
            if (!_lease.IsHeld)
                break; // Another engine may have taken the message over.
            var outcome = await link.RequestAsync(Submit(message.To, message.ReplyPath, dataCoding, part), stoppingToken);
            if (outcome.IsAccepted)
                return true;
            if (outcome.Kind != RequestOutcomeKind.Responded)
                break;
            if (outcome.Status is not (CommandStatus.RTHROTTLED or CommandStatus.RMSGQFUL or CommandStatus.RX_T_APPN))
            {
                Refused(message.Id, outcome.Status);
                _door.Refused(message, outcome.Status.ToString());
                return false;
            }
            await Task.Delay(ThrottledPause * (1 + Random.Shared.NextDouble()), _time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        _door.GiveBack(message);
        return false;
    }

    /// <summary>A number without an account is told how to register; best effort, it has no row anywhere.</summary>
    private async Task HintAsync(Msisdn to, string from, CancellationToken stoppingToken)
    {
        if (Choose(from) is not { } link)
            return;
        var parts = ShortMessageText.Split(_texts.Render(TextTemplate.HowToRegister, Language.English, []));
        foreach (var part in parts.Parts)
            await link.RequestAsync(Submit(to, from, parts.DataCoding, part), stoppingToken);
    }

    private SmppClientLink? Choose(string shortCode)
    {
        SmppClientLink? any = null;
        foreach (var (options, link) in _links)
        {
            if (link.State != LinkState.Bound)
                continue;
            if (options.Serves(shortCode))
                return link;
            any ??= link;
        }
        return any;
    }

    private static SubmitSm Submit(Msisdn to, string from, byte dataCoding, TextPart part) => new()
    {
        SourceAddr = Address.ShortCode(from),
        DestinationAddr = Address.International(to.Digits()),
        EsmClass = part.EsmClass,
        DataCoding = dataCoding,
        ShortMessage = part.ShortMessage,
    };

    [LoggerMessage(8002, LogLevel.Information, "Link {Link} is {State}")]
    private partial void LinkChanged(string link, LinkState state);

    [LoggerMessage(8003, LogLevel.Warning, "Message {MessageId} was refused by the SMSC for good: {Status}")]
    private partial void Refused(long messageId, CommandStatus status);
}
