using System.Collections.Concurrent;
using CarrierPay.SmppAdapter.Pdu;
using CarrierPay.SmppAdapter.Session;
using CarrierPay.SmppAdapter.Ussd;
using Microsoft.Extensions.Logging.Abstractions;

namespace CarrierPay.Simulator.Tests;

/// <summary>A small USSD application made of the library alone: it answers each input as its script says, and keeps what came.</summary>
internal sealed class UssdEsme : IAsyncDisposable
{
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(50);

    private readonly SmppClientLink _link;
    private readonly UssdCodec _codec;
    private readonly UssdDialogues<SmppClientLink> _dialogues = new(new UssdTimers());
    private readonly ConcurrentQueue<(UssdTakenKind Kind, string Text)> _taken = new();
    private readonly ConcurrentQueue<CommandStatus> _statuses = new();
    private readonly Func<UssdInput, Answer?> _script;
    private readonly Task _reading;

    /// <summary>What is said to an input; with an error as <paramref name="Status"/>, nothing else.</summary>
    public sealed record Answer(string Text, UssdStep Step = UssdStep.Ask, CommandStatus Status = CommandStatus.ROK);

    private UssdEsme(SmppClientLink link, UssdProfile profile, Func<UssdInput, Answer?> script)
    {
        (_link, _codec, _script) = (link, new UssdCodec(profile), script);
        _reading = ReadAsync();
    }

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    /// <summary>What the inputs were, in order.</summary>
    public IReadOnlyList<(UssdTakenKind Kind, string Text)> Taken => [.. _taken];

    /// <summary>The statuses of submit_sm_resp, in order.</summary>
    public IReadOnlyList<CommandStatus> Statuses => [.. _statuses];

    /// <param name="simulator">Where to bind; its profile is taken.</param>
    /// <param name="script">Null says nothing.</param>
    public static async Task<UssdEsme> BindAsync(RunningSimulator simulator, Func<UssdInput, Answer?> script)
    {
        var link = new SmppClientLink(new SmppLinkOptions
        {
            Port = simulator.SmscPort,
            SystemId = "carrierpay",
            Password = "secret",
            ReconnectMin = Soon,
            ReconnectMax = Soon,
            DrainTimeout = Soon,
        }, TimeProvider.System, NullLogger<SmppClientLink>.Instance);
        link.Start();
        using var deadline = new CancellationTokenSource(Eventually.Deadline);
        await link.WaitUntilBoundAsync(deadline.Token);
        return new UssdEsme(link, simulator.Ussd.Profile!, script);
    }

    /// <summary>Begins a session from here.</summary>
    public async Task<CommandStatus> PushAsync(string msisdn, string text, UssdStep step)
    {
        var session = UssdSession.ToBegin(Address.International(msisdn), Address.ShortCode("500"));
        Assert.That(_dialogues.TryPush(session, text, step, _link, Now, out var pushed));
        return await SendAsync(pushed!);
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
            if (!_codec.TryRead((DeliverSm)request.Pdu, out var input, out var refusal))
            {
                request.Respond(refusal.Status);
                continue;
            }
            var taken = _dialogues.Take(input, _link, Now);
            _taken.Enqueue((taken.Kind, input.Text));
            var answer = taken.Kind is UssdTakenKind.Began or UssdTakenKind.Answered or UssdTakenKind.Acknowledged ? _script(input) : null;
            request.Respond(answer?.Status ?? CommandStatus.ROK);
            if (answer is { Status: CommandStatus.ROK } && _dialogues.TryReply(taken.Dialogue!.Id, answer.Text, answer.Step, Now, out var reply)) await SendAsync(reply);
            if (taken.Reply is { } again) await SendAsync(again);
        }
    }

    private async Task<CommandStatus> SendAsync(UssdReply<SmppClientLink> reply)
    {
        var outcome = await reply.Link.RequestAsync(_codec.Write(reply.Session, reply.Text, reply.Step));
        if (outcome.Kind != RequestOutcomeKind.Responded) return CommandStatus.RUNKNOWNERR;
        _statuses.Enqueue(outcome.Status);
        if (outcome.IsAccepted) _dialogues.Accepted(reply.Id, Now);
        else _dialogues.Refused(reply.Id, Now);
        return outcome.Status;
    }
}
