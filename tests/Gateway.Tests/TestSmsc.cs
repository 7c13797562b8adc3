using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using CarrierPay.SmppAdapter.Pdu;
using CarrierPay.SmppAdapter.Session;
using CarrierPay.SmppAdapter.Text;
using Microsoft.Extensions.Logging.Abstractions;

namespace CarrierPay.SmppAdapter.Gateway.Tests;

/// <summary>An SMSC on a loopback socket that does what a test says.</summary>
internal sealed class TestSmsc : ISmppServerApplication, IAsyncDisposable
{
    public const string Ann = "254700000001";
    public const string Ben = "254700000002";

    private readonly ConcurrentQueue<SubmitSm> _submitted = new();
    private readonly SmppServer _server;
    private readonly Task _reading;
    private int _ids;

    public TestSmsc(int port = 0)
    {
        _server = new(new() { Port = port }, this, TimeProvider.System, NullLogger<SmppServer>.Instance);
        _server.Start();
        _reading = ReadAsync();
    }

    public int Port => _server.EndPoint.Port;

    /// <summary>What was submitted, in order, whatever was answered.</summary>
    public IReadOnlyList<SubmitSm> Submitted => [.. _submitted];

    public IReadOnlyList<SmppSession> Binds => [.. _server.Sessions.Where(s => s.State == SessionState.BoundTrx)];

    /// <summary>The status to answer with; null = no answer at all.</summary>
    public Func<SubmitSm, CommandStatus?> Judge { get; set; } = _ => CommandStatus.ROK;

    /// <summary>The name of the next accepted message.</summary>
    public Func<int, string> NameOf { get; set; } = id => id.ToString("x8", CultureInfo.InvariantCulture);

    /// <summary>Runs between a submit_sm and its response.</summary>
    public Func<SubmitSm, string, Task> BeforeResponse { get; set; } = (_, _) => Task.CompletedTask;

    public ValueTask<CommandStatus> JudgeBindAsync(SmppSession session, BindRequest request, CancellationToken cancellationToken) => ValueTask.FromResult(CommandStatus.ROK);

    /// <summary>Brings a text of a subscriber; the answer's status.</summary>
    public Task<CommandStatus> TextAsync(string text, string from = Ann) => DeliverAsync(Message(from) with { ShortMessage = Encoding.ASCII.GetBytes(text) });

    /// <summary>Brings one part of a text.</summary>
    public Task<CommandStatus> PartAsync(string text, int sequence, int total, int reference = 7, string from = Ann, int bind = 0) =>
        DeliverAsync(
            Message(from) with
            {
                EsmClass = EsmClass.UserDataHeader,
                ShortMessage = new byte[] { 5, 0, 3, (byte)reference, (byte)total, (byte)sequence }.Concat(Encoding.ASCII.GetBytes(text)).ToArray(),
            },
            bind);

    /// <summary>Brings a receipt.</summary>
    public Task<CommandStatus> ReceiptAsync(string id, string state = "DELIVRD", string from = Ann, int bind = 0) => DeliverAsync(
        Message(from) with { EsmClass = EsmClass.DeliveryReceipt, ShortMessage = Encoding.ASCII.GetBytes($"id:{id} submit date:2611231200 done date:2611231201 stat:{state} err:000") }, bind);

    public async Task<CommandStatus> DeliverAsync(DeliverSm message, int bind = 0)
    {
        var outcome = await Binds.OrderBy(b => b.Name, StringComparer.Ordinal).ElementAt(bind).RequestAsync(message);
        Assert.That(outcome.Kind, Is.EqualTo(RequestOutcomeKind.Responded), $"{outcome.Reason}");
        return outcome.Status;
    }

    public Task BoundAsync(int binds = 1) => Eventually.True(() => Binds.Count >= binds, $"{binds} binds");

    /// <summary>Waits until so many messages were submitted to a subscriber; the last of them.</summary>
    public async Task<SubmitSm> SubmittedToAsync(string number, int count = 1)
    {
        await Eventually.True(() => SubmittedTo(number).Count >= count, $"{count} messages to {number}");
        return SubmittedTo(number)[count - 1];
    }

    public IReadOnlyList<SubmitSm> SubmittedTo(string number) => [.. _submitted.Where(s => s.DestinationAddr.Digits == number)];

    public static string TextOf(SubmitSm submit) => MessageText.Decode(submit).Text;

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _reading;
    }

    private static DeliverSm Message(string from) => new() { SourceAddr = Address.International(from), DestinationAddr = Address.ShortCode("500") };

    private async Task ReadAsync()
    {
        await foreach (var request in _server.Inbound.ReadAllAsync())
            _ = AnswerAsync(request);
    }

    private async Task AnswerAsync(InboundRequest request)
    {
        if (request.Pdu is not SubmitSm submit)
        {
            request.Respond(CommandStatus.RINVCMDID);
            return;
        }
        _submitted.Enqueue(submit);
        var id = NameOf(Interlocked.Increment(ref _ids));
        await BeforeResponse(submit, id);
        switch (Judge(submit))
        {
            case CommandStatus.ROK:
                request.Respond(new SubmitSmResp { MessageId = id });
                break;
            case { } status:
                request.Respond(status);
                break;
        }
    }
}
