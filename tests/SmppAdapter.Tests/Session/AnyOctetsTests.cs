using CarrierPay.SmppAdapter.Pdu;
using CarrierPay.SmppAdapter.Session;
using CsCheck;

namespace CarrierPay.SmppAdapter.Tests.Session;

/// <summary>Whatever a peer sends costs its own connection at most, and every request is answered once. Generated.</summary>
public class AnyOctetsTests
{
    private static readonly CommandId[] Requests = [.. Enum.GetValues<CommandId>().Where(command => !command.IsResponse() && command != CommandId.Unbind)];

    private static readonly Gen<(CommandId Command, byte[] Body)> Request =
        Gen.Select(Gen.OneOf(Gen.Int[0, Requests.Length - 1].Select(i => Requests[i]), Gen.UInt[1, 0x7FFFFFFF].Select(command => (CommandId)command)), Gen.Byte.Array[0, 120]);

    [Test]
    public async Task Any_request_with_any_body_is_answered_once_with_its_number_and_the_link_stays()
    {
        await using var smsc = new Loopback(options => (options.InterfaceVersion, options.MaxWarningsPerMinute) = (SmppVersion.V50, 1));
        using var peer = await RawPeer.BindAsync(smsc.Server);
        var answering = AnswerAllAsync(smsc.Server);
        uint number = 0x80000000;

        await Request.SampleAsync(
            async request =>
            {
                if (request.Command is CommandId.Unbind)
                {
                    return;
                }
                number++;
                await peer.SendAsync(new RawPdu(request.Command, request.Body) { SequenceNumber = number });
                if (request.Command is CommandId.Outbind or CommandId.AlertNotification)
                {
                    await peer.AssertQuietAsync();
                    return;
                }
                var answer = (await peer.ReadAsync())!;
                Assert.That(answer.SequenceNumber, Is.EqualTo(number));
                Assert.That(answer.CommandId, Is.EqualTo(request.Command.ToResponse()).Or.EqualTo(CommandId.GenericNack));
            },
            iter: 1000, threads: 1);

        await peer.AssertQuietAsync();
        await smsc.DisposeAsync();
        await answering.InTime();
    }

    [Test]
    public async Task Any_octets_of_strangers_leave_the_server_to_its_guests()
    {
        await using var smsc = new Loopback();
        using var guest = await RawPeer.BindAsync(smsc.Server);

        await Gen.Byte.Array[0, 3000].SampleAsync(
            async octets =>
            {
                using var stranger = await RawPeer.ConnectAsync(smsc.Server);
                try
                {
                    await stranger.SendAsync(octets);
                }
                catch (IOException)
                {
                    // The server hung up on the first part of it.
                }
                stranger.Reset();
            },
            iter: 200, threads: 1);

        await guest.AssertQuietAsync();
        await Deadlines.Until(() => smsc.Server.Sessions.Count == 1);
    }

    private static async Task AnswerAllAsync(SmppServer server)
    {
        await foreach (var request in server.Inbound.ReadAllAsync())
        {
            request.Respond(CommandStatus.RSYSERR);
        }
    }
}
