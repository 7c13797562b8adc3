using System.Collections.Concurrent;
using CarrierPay.SmppAdapter.Pdu;
using CarrierPay.SmppAdapter.Session;
using CarrierPay.SmppAdapter.Text;
using Microsoft.Extensions.Logging.Abstractions;

namespace CarrierPay.Simulator.Tests;

/// <summary>A small system that binds to the simulator: it answers each deliver_sm as its script says, and keeps what came.</summary>
internal sealed class ScriptedEsme : IAsyncDisposable
{
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(50);

    private readonly SmppClientLink _link;
    private readonly ConcurrentQueue<DeliverSm> _received = new();
    private readonly Func<DeliverSm, int, Answer> _script;
    private readonly Task _reading;
    private int _count;

    /// <summary>What is said to a deliver_sm, null for nothing at all, and what is then submitted to the phone that sent it.</summary>
    public sealed record Answer(CommandStatus? Status, string? Reply = null)
    {
        public static readonly Answer Taken = new(CommandStatus.ROK);
        public static readonly Answer None = new(Status: null);
    }

    private ScriptedEsme(SmppClientLink link, Func<DeliverSm, int, Answer> script)
    {
        _link = link;
        _script = script;
        _reading = ReadAsync();
    }

    public SmppClientLink Link => _link;

    /// <summary>Every deliver_sm, in the order of its arrival.</summary>
    public IReadOnlyList<DeliverSm> Received => [.. _received];

    public IReadOnlyList<string> Texts => [.. _received.Select(pdu => MessageText.Decode(pdu).Text)];

    /// <param name="simulator">Where to bind.</param>
    /// <param name="script">Given the deliver_sm and its number from 1. Default: everything is taken.</param>
    /// <param name="bindType">How to bind.</param>
    /// <param name="configure">Changes the settings of the link.</param>
    public static async Task<ScriptedEsme> BindAsync(
        RunningSimulator simulator, Func<DeliverSm, int, Answer>? script = null, BindType bindType = BindType.Transceiver, Action<SmppLinkOptions>? configure = null)
    {
        var options = new SmppLinkOptions
        {
            Host = "127.0.0.1",
            Port = simulator.SmscPort,
            SystemId = "carrierpay",
            Password = "secret",
            BindType = bindType,
            // A test does not wait as a real system must.
            ReconnectMin = Soon,
            ReconnectMax = Soon,
            RefusedPause = Soon,
            DrainTimeout = Soon,
        };
        configure?.Invoke(options);
        var link = new SmppClientLink(options, TimeProvider.System, NullLogger<SmppClientLink>.Instance);
        link.Start();
        using var deadline = new CancellationTokenSource(Eventually.Deadline);
        await link.WaitUntilBoundAsync(deadline.Token);
        return new ScriptedEsme(link, script ?? ((_, _) => Answer.Taken));
    }

    /// <summary>Submits a text, in as many parts as it needs.</summary>
    public async Task<IReadOnlyList<RequestOutcome>> SubmitAsync(string to, string text, string from = "500", byte registeredDelivery = 0, ReferenceSize referenceSize = ReferenceSize.Eight)
    {
        var segments = ShortMessageText.Split(text, reference: 77, referenceSize);
        var outcomes = new List<RequestOutcome>();
        foreach (var part in segments.Parts)
        {
            outcomes.Add(await _link.RequestAsync(new SubmitSm
            {
                SourceAddr = Address.ShortCode(from),
                DestinationAddr = Address.International(to),
                EsmClass = part.EsmClass,
                DataCoding = segments.DataCoding,
                RegisteredDelivery = registeredDelivery,
                ShortMessage = part.ShortMessage,
            }));
        }
        return outcomes;
    }

    public async ValueTask DisposeAsync()
    {
        await _link.DisposeAsync();
        await _reading;
    }

    private async Task ReadAsync()
    {
        await foreach (var request in _link.Inbound.ReadAllAsync())
        {
            if (request.Pdu is not DeliverSm pdu)
            {
                request.Respond(CommandStatus.ROK);
                continue;
            }
            _received.Enqueue(pdu);
            var answer = _script(pdu, ++_count);
            if (answer.Status is { } status) request.Respond(status);
            if (answer.Reply is { } reply) await SubmitAsync(pdu.SourceAddr.Digits, reply);
        }
    }
}
