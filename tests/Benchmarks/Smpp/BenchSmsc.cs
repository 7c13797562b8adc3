using CarrierPay.SmppAdapter.Pdu;
using CarrierPay.SmppAdapter.Session;
using Microsoft.Extensions.Logging.Abstractions;

namespace CarrierPay.Benchmarks.Smpp;

/// <summary>An SMSC that answers every submit_sm at once with a message_id: the same peer for every client that is measured, in a process of its own.</summary>
internal static class BenchSmsc
{
    /// <summary>The argument that makes the bench program this SMSC. It prints its port, and ends when its standard input does.</summary>
    public const string Argument = "--smsc";

    public static async Task RunAsync()
    {
        var options = new SmppServerOptions { Port = 0, MaxUnanswered = 10_000 };
        await using var server = new SmppServer(options, new Everybody(), TimeProvider.System, NullLogger<SmppServer>.Instance);
        server.Start();
        Console.WriteLine(server.EndPoint.Port);
        var answering = AnswerAsync(server);
        while (await Console.In.ReadLineAsync() is not null)
        {
            // Only its end matters.
        }
        await server.StopAsync();
        await answering;
    }

    private static async Task AnswerAsync(SmppServer server)
    {
        var response = new SubmitSmResp { MessageId = "94258431594" };
        await foreach (var request in server.Inbound.ReadAllAsync())
            request.Respond(response);
    }

    private sealed class Everybody : ISmppServerApplication
    {
        public ValueTask<CommandStatus> JudgeBindAsync(SmppSession session, BindRequest request, CancellationToken cancellationToken) => ValueTask.FromResult(CommandStatus.ROK);
    }
}
