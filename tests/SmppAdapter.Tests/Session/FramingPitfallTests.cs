using System.Buffers.Binary;
using System.Text;
using CarrierPay.SmppAdapter.Pdu;
using CarrierPay.SmppAdapter.Session;

namespace CarrierPay.SmppAdapter.Tests.Session;

/// <summary>Pitfalls 1 and 10: lengths that lie, foreign protocols, and streams cut anywhere.</summary>
public class FramingPitfallTests
{
    [TestCase(0u)]
    [TestCase(8u)]
    [TestCase(0x7FFFFFFFu)]
    [TestCase(0xFFFFFFFFu)]
    public async Task Pitfall_01_a_length_that_lies_closes_that_session_only(uint length)
    {
        await using var smsc = new Loopback();
        using var liar = await RawPeer.BindAsync(smsc.Server);
        using var neighbour = await RawPeer.BindAsync(smsc.Server);
        var header = new byte[16];
        BinaryPrimitives.WriteUInt32BigEndian(header, length);

        await liar.SendAsync(header);

        Assert.That(await liar.ReadAsync(), Is.EqualTo(new GenericNack { CommandStatus = CommandStatus.RINVCMDLEN }));
        Assert.That(await liar.ReadAsync(), Is.Null);
        await neighbour.AssertQuietAsync();
    }

    [Test]
    public async Task Pitfall_01_a_length_that_lies_makes_a_link_close_and_bind_again()
    {
        using var smsc = new RawSmsc();
        var (link, peer) = await smsc.BoundAsync();
        await using var _ = link;
        var session = link.Session!;

        await peer.SendAsync([0x7F, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);

        Assert.That(await peer.ReadAsync(), Is.InstanceOf<GenericNack>());
        Assert.That(await peer.ReadAsync(), Is.Null);
        peer.Dispose();
        Assert.That((await session.Completion.InTime()).Reason, Is.EqualTo(SessionEndReason.ProtocolError));
        using var again = await smsc.AcceptAndBindAsync();
        await link.WaitUntilBoundAsync().InTime();
    }

    [Test]
    public async Task Pitfall_01_a_stranger_may_claim_1_KiB_at_most_before_its_bind()
    {
        await using var smsc = new Loopback();
        using var stranger = await RawPeer.ConnectAsync(smsc.Server);

        await stranger.SendAsync([0, 0, 4, 1]);

        Assert.That(await stranger.ReadAsync(), Is.InstanceOf<GenericNack>());
        Assert.That(await stranger.ReadAsync(), Is.Null);
    }

    [TestCase("GET / HTTP/1.1\r\nHost: x\r\n\r\n", "looks like HTTP")]
    [TestCase("\u0016\u0003\u0001\u0002\0\u0001", "looks like TLS")]
    [TestCase("\u0003\0\0/*", "looks like RDP")]
    [TestCase("SSH-2.0-x\r\n", "looks like SSH")]
    [TestCase("zzzzzz", "starts with 7A7A7A7A7A7A")]
    public async Task Pitfall_01_a_foreign_protocol_is_named_in_one_line_of_the_log(string sent, string named)
    {
        using var logs = new CollectedLogs();
        await using var smsc = new Loopback(logs: logs);
        using var stranger = await RawPeer.ConnectAsync(smsc.Server);

        await stranger.SendAsync(Encoding.Latin1.GetBytes(sent));

        Assert.That(await stranger.ReadAsync(), Is.InstanceOf<GenericNack>());
        Assert.That(await stranger.ReadAsync(), Is.Null);
        stranger.Dispose();
        Assert.That((await smsc.Ended.ReadAsync().InTime()).Reason, Is.EqualTo(SessionEndReason.ProtocolError));
        Assert.That(logs.Lines.Where(line => line.Contains("not SMPP")).Single(), Does.Contain(named));
    }

    [Test]
    public async Task Pitfall_10_a_stream_that_comes_octet_by_octet_is_understood()
    {
        await using var smsc = new Loopback();
        using var peer = await RawPeer.BindAsync(smsc.Server);

        foreach (var octet in PduWriter.Encode(new SubmitSm { SequenceNumber = 7, ShortMessage = "hello"u8.ToArray() }))
        {
            await peer.SendAsync([octet]);
        }

        var request = await smsc.Server.Inbound.ReadAsync().InTime();
        Assert.That(request.Message!.ShortMessage.Span.SequenceEqual("hello"u8));
        request.Respond(CommandStatus.ROK);
        Assert.That((await peer.ReadAsync<SubmitSmResp>()).SequenceNumber, Is.EqualTo(7));
    }

    [Test]
    public async Task Pitfall_10_pdus_that_come_together_are_taken_one_by_one_in_order()
    {
        await using var smsc = new Loopback();
        using var peer = await RawPeer.BindAsync(smsc.Server);

        await peer.SendAsync([.. Enumerable.Range(1, 500).Select(i => new SubmitSm { SequenceNumber = (uint)i, ShortMessage = new byte[200] })]);

        for (uint i = 1; i <= 500; i++)
        {
            Assert.That((await smsc.Server.Inbound.ReadAsync().InTime()).SequenceNumber, Is.EqualTo(i));
        }
    }

    [Test]
    public async Task The_largest_payload_passes()
    {
        await using var smsc = new Loopback();
        var (link, _) = await smsc.BoundAsync();
        await using var __ = link;
        var payload = Enumerable.Range(0, 65_535).Select(i => (byte)(i % 251)).ToArray();

        var submitting = link.RequestAsync(new SubmitSm { Tlvs = [new(TlvTag.MessagePayload, payload)] });
        var request = await smsc.Server.Inbound.ReadAsync().InTime();
        request.Respond(CommandStatus.ROK);

        Assert.That(request.Pdu.Tlvs[0].Value.Span.SequenceEqual(payload));
        Assert.That((await submitting.InTime()).IsAccepted);
    }
}
