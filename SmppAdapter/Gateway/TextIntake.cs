using System.Security.Cryptography;
using System.Text;
using CarrierPay.Engine.Conversations;
using CarrierPay.Engine.Lanes;
using CarrierPay.Engine.Messaging;
using CarrierPay.Engine.Primitives;
using CarrierPay.Engine.Storage;
using CarrierPay.SmppAdapter.Pdu;
using CarrierPay.SmppAdapter.Session;
using CarrierPay.SmppAdapter.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace CarrierPay.SmppAdapter.Gateway;

/// <summary>deliver_sm -> number -> lane, and the answer after the commit: OK only for what is stored or needs no storing, else a temporary error.</summary>
public sealed partial class TextIntake
{
    private const int MostRemembered = 100_000;

    private readonly LaneDoor _door;
    private readonly Numbers _numbers;
    private readonly OutgoingMessages _outgoing;
    private readonly SmppOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<TextIntake> _logger;
    private readonly byte[] _evidenceKey;
    private readonly BoundedMemory<int> _flood;
    private readonly BoundedMemory<int> _hinted;

    // Texts of a number whose route is being looked up wait for one another, so that they stay in order.
    private readonly Dictionary<long, Task> _lookingUp = [];

    public TextIntake(
        LaneDoor door, Numbers numbers, OutgoingMessages outgoing, SecretKeys keys, IOptions<SmppOptions> options, TimeProvider time, ILogger<TextIntake> logger)
    {
        (_door, _numbers, _outgoing, _options, _time, _logger) = (door, numbers, outgoing, options.Value, time, logger);
        _evidenceKey = keys.Derive(SecretPurpose.Evidence, 32);
        _flood = new(MostRemembered, TimeSpan.FromSeconds(10), time);
        _hinted = new(MostRemembered, TimeSpan.FromHours(1), time);
    }

    /// <summary>Takes one inbound request; never waits for its decision, so that the next can be read.</summary>
    /// <param name="hint">Tells a number without an account how to register.</param>
    public void Take(InboundRequest request, Action<Msisdn, string> hint)
    {
        var pdu = request.Pdu;
        if (EsmClass.IsReceipt(pdu.EsmClass) || !Msisdn.TryParse(pdu.SourceAddr.Digits, out var from) || pdu.SourceAddr.Ton == Ton.Alphanumeric)
        {
            // Receipts, short codes and names: taken, and never written back to, or two machines would talk for ever.
            request.Respond(CommandStatus.ROK);
            return;
        }
        if (_outgoing.IsCrowded || _flood.Change(from.Value, n => n + 1) > _options.TextsPerTenSeconds)
        {
            request.Respond(CommandStatus.RX_T_APPN);
            return;
        }
        lock (_lookingUp)
        {
            _lookingUp.TryGetValue(from.Value, out var before);
            var task = before is null ? TakeAsync(request, from, hint) : After(before);
            if (!task.IsCompleted && before is null)
                _ = Forget(from.Value, _lookingUp[from.Value] = task);
            else if (before is not null)
                _ = Forget(from.Value, _lookingUp[from.Value] = task);
        }

        async Task After(Task earlier)
        {
            await earlier;
            await TakeAsync(request, from, hint);
        }
    }

    private async Task Forget(long number, Task task)
    {
        await task;
        lock (_lookingUp)
        {
            if (_lookingUp.TryGetValue(number, out var last) && last == task)
                _lookingUp.Remove(number);
        }
    }

    /// <summary>Completes when the text is in its lane (or answered); the lane's answer follows on its own.</summary>
    private async Task TakeAsync(InboundRequest request, Msisdn from, Action<Msisdn, string> hint)
    {
        try
        {
            var received = Read(request.Pdu, from);
            if (await _numbers.FindAsync(from) is not { } route)
            {
                if (_hinted.Change(from.Value, n => n + 1) == 1)
                    hint(from, received.ReplyPath);
                request.Respond(CommandStatus.ROK);
                return;
            }
            _ = AnswerAsync(request, route, received);
        }
#pragma warning disable CA1031 // The outer edge of a text: whatever is wrong with it, it is answered, and it comes again.
        catch (Exception e)
#pragma warning restore CA1031
        {
            NotTaken(e.Message);
            request.Respond(CommandStatus.RX_T_APPN);
        }
    }

    private async Task AnswerAsync(InboundRequest request, Route route, ReceiveText.TextReceived received)
    {
        var fate = await _door.PostAsync(route, received);
        if (fate == EventFate.Misrouted && received.From is { } from)
        {
            _numbers.Forget(from);
            fate = await FindAgainAsync(from) is { } moved ? await _door.PostAsync(moved, received) : EventFate.NotDecided;
        }
        request.Respond(fate is EventFate.Decided or EventFate.Parked ? CommandStatus.ROK : CommandStatus.RX_T_APPN);
    }

    private async Task<Route?> FindAgainAsync(Msisdn from)
    {
        try
        {
            return await _numbers.FindAsync(from);
        }
        catch (NpgsqlException e)
        {
            NotTaken(e.Message);
            return null;
        }
    }

    private ReceiveText.TextReceived Read(MessagePdu pdu, Msisdn from)
    {
        var decoded = MessageText.Decode(pdu);
        var to = pdu.DestinationAddr.Digits;
        var part = decoded.Concatenation?.ToString() ?? "";
        return new(decoded.Text, ReceiveText.Fingerprint(from, to, decoded.Text, part), HMACSHA256.HashData(_evidenceKey, Encoding.UTF8.GetBytes(decoded.Text)))
        {
            From = from,
            ReplyPath = to,
            DecideBefore = _time.GetUtcNow() + _options.DecideWithin,
        };
    }

    [LoggerMessage(8001, LogLevel.Warning, "A text could not be taken and will come again: {Problem}")]
    private partial void NotTaken(string problem);
}
