using System.Threading.Channels;
using CarrierPay.SmppAdapter.Pdu;
using CarrierPay.SmppAdapter.Session;
using CarrierPay.SmppAdapter.Trace;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace CarrierPay.SmppAdapter.Tests.Session;

/// <summary>A server of ours that takes every bind with the password "secret", and a link to it.</summary>
internal sealed class Loopback : ISmppServerApplication, IAsyncDisposable
{
    private readonly Channel<SmppSession> _bound = Channel.CreateUnbounded<SmppSession>();
    private readonly Channel<SessionEnd> _ended = Channel.CreateUnbounded<SessionEnd>();

    public Loopback(Action<SmppServerOptions>? server = null, TimeProvider? time = null, ILoggerFactory? logs = null, PduTrace? trace = null)
    {
        var options = new SmppServerOptions { Port = 0, SystemId = "SMSC" };
        server?.Invoke(options);
        Server = new SmppServer(options, this, time ?? TimeProvider.System, (logs ?? NullLoggerFactory.Instance).CreateLogger<SmppServer>(), trace);
        Server.Start();
    }

    public SmppServer Server { get; }

    public Func<string, EsmeLimits?> LimitsFor { get; init; } = _ => null;

    public ChannelReader<SessionEnd> Ended => _ended.Reader;

    public SmppClientLink Link(Action<SmppLinkOptions>? set = null, TimeProvider? time = null, PduTrace? trace = null)
    {
        var options = new SmppLinkOptions { Port = Server.EndPoint.Port, SystemId = "esme", Password = "secret" };
        set?.Invoke(options);
        return new SmppClientLink(options, time ?? TimeProvider.System, NullLogger<SmppClientLink>.Instance, trace);
    }

    public async Task<(SmppClientLink Link, SmppSession Session)> BoundAsync(Action<SmppLinkOptions>? set = null, PduTrace? trace = null)
    {
        var link = Link(set, trace: trace);
        link.Start();
        await link.WaitUntilBoundAsync().InTime();
        return (link, await NextBoundAsync());
    }

    public Task<SmppSession> NextBoundAsync() => _bound.Reader.ReadAsync().AsTask().InTime();

    public ValueTask<CommandStatus> JudgeBindAsync(SmppSession session, BindRequest request, CancellationToken cancellationToken) =>
        ValueTask.FromResult(request.Password == "secret" ? CommandStatus.ROK : CommandStatus.RINVPASWD);

    public EsmeLimits? LimitsOf(string systemId) => LimitsFor(systemId);

    public void OnBound(SmppSession session) => _bound.Writer.TryWrite(session);

    public void OnEnded(SmppSession session, SessionEnd end) => _ended.Writer.TryWrite(end);

    public ValueTask DisposeAsync() => Server.DisposeAsync();
}
