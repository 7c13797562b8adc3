using CarrierPay.SmppAdapter.Pdu;
using CarrierPay.SmppAdapter.Session;
using CarrierPay.SmppAdapter.Tests.Session;
using Microsoft.Extensions.Time.Testing;

namespace CarrierPay.SmppAdapter.Tests.Peers;

/// <summary>What real peers do when they bind, unbind and hang up. Silence on an unknown version: VersionTests.</summary>
public class BindPeerTests
{
    [TestCase("", TestName = "A_bind_response_of_a_header_only_is_an_answer")]
    [TestCase("00", TestName = "A_bind_response_with_an_empty_system_id_is_an_answer")]
    [TestCase("534D5343", TestName = "A_bind_response_whose_system_id_has_no_NUL_is_an_answer")]
    [TestCase("534D534300", TestName = "A_bind_response_without_parameters_is_an_answer")]
    [TestCase("0210000134", TestName = "A_bind_response_of_a_parameter_only_is_an_answer")]
    [TestCase("534D5343000210", TestName = "A_bind_response_with_half_a_parameter_is_an_answer")]
    [TestCase("534D53430014010003AABBCC", TestName = "A_bind_response_with_a_parameter_of_the_vendor_is_an_answer")]
    public async Task A_bind_response_is_an_answer(string body)
    {
        using var smsc = new RawSmsc();
        await using var link = smsc.Link();
        link.Start();
        using var peer = await smsc.AcceptAsync();
        var number = (await peer.ReadAsync<BindTransceiver>()).SequenceNumber;

        await peer.SendAsync(new RawPdu(CommandId.BindTransceiverResp, Octets.FromHex(body)) { SequenceNumber = number });

        await link.WaitUntilBoundAsync().InTime();
        await peer.SendAsync(new DeliverSm { SequenceNumber = 7 });
        (await link.Inbound.ReadAsync().InTime()).Respond(CommandStatus.ROK);
        Assert.That((await peer.ReadAsync<DeliverSmResp>()).SequenceNumber, Is.EqualTo(7));
    }

    [Test]
    public async Task An_smsc_that_refuses_a_bind_and_stays_connected_is_left()
    {
        var time = new FakeTimeProvider();
        using var smsc = new RawSmsc();
        await using var link = smsc.Link(time: time);
        link.Start();
        using var peer = await smsc.AcceptAndBindAsync(CommandStatus.RSYSERR);

        Assert.That(await peer.ReadAsync(), Is.Null, "the link hangs up first");
        // The peer's own side stays open for ever.
        await time.PassUntil(() => link.State == LinkState.Waiting || smsc.IsCalled);
    }

    [Test]
    public async Task An_smsc_that_answers_the_unbind_and_stays_connected_is_left()
    {
        var time = new FakeTimeProvider();
        using var smsc = new RawSmsc();
        var (link, peer) = await smsc.BoundAsync(time: time);
        using var _ = peer;
        var session = link.Session!;

        var stopping = link.StopAsync();
        await peer.SendAsync(new UnbindResp { SequenceNumber = (await peer.ReadAsync<Unbind>()).SequenceNumber });
        await time.PassUntil(() => stopping.IsCompleted);

        Assert.That((await session.Completion).Reason, Is.EqualTo(SessionEndReason.Unbound));
    }

    [TestCase("wrong", SessionEndReason.BindRefused)]
    [TestCase("secret", SessionEndReason.PeerUnbound)]
    public async Task An_esme_that_is_refused_or_unbinds_and_stays_connected_is_left(string password, SessionEndReason reason)
    {
        var time = new FakeTimeProvider();
        await using var smsc = new Loopback(time: time);
        using var peer = await RawPeer.ConnectAsync(smsc.Server);
        await peer.SendAsync(BindRequest.Of(BindType.Transceiver, "raw", password) with { SequenceNumber = 1 });
        await peer.ReadAsync<BindTransceiverResp>();
        if (reason == SessionEndReason.PeerUnbound)
        {
            await peer.SendAsync(new Unbind { SequenceNumber = 2 });
            await peer.ReadAsync<UnbindResp>();
        }

        Assert.That(await peer.ReadAsync(), Is.Null);
        await time.PassUntil(() => smsc.Server.Sessions.Count == 0);

        Assert.That((await smsc.Ended.ReadAsync().InTime()).Reason, Is.EqualTo(reason));
    }

    [Test]
    public async Task A_second_bind_of_the_same_system_id_that_is_refused_leaves_the_first_alone()
    {
        using var smsc = new RawSmsc();
        var (link, peer) = await smsc.BoundAsync();
        await using var _ = link;
        using var __ = peer;
        var time = new FakeTimeProvider();
        await using var second = smsc.Link(time: time);
        second.Start();

        using (await smsc.AcceptAndBindAsync(CommandStatus.RALYBND))
        {
            await time.PassUntil(() => second.State == LinkState.Waiting);
        }

        Assert.That(await time.PassUntil(() => smsc.IsCalled, TimeSpan.FromSeconds(1)), Is.GreaterThanOrEqualTo(TimeSpan.FromSeconds(50)), "until the SMSC may have let the other go");
        await peer.AssertQuietAsync();
    }

    [Test]
    public async Task An_smsc_that_throws_the_older_session_out_for_a_newer_bind_loses_no_outcome()
    {
        using var smsc = new RawSmsc();
        var (link, peer) = await smsc.BoundAsync();
        await using var _ = link;
        var request = link.RequestAsync(new SubmitSm()).AsTask();
        await peer.ReadAsync<SubmitSm>();

        peer.Reset();
        using var again = await smsc.AcceptAndBindAsync();

        Assert.That((await request.InTime()).Kind, Is.EqualTo(RequestOutcomeKind.Unknown));
        await again.AssertQuietAsync();
    }

    [Test]
    public async Task Pitfall_23_a_password_longer_than_the_specification_allows_reaches_the_application()
    {
        const string Password = "twelve chars";
        await using var smsc = new Loopback();
        using var peer = await RawPeer.ConnectAsync(smsc.Server);
        byte[] body = [.. "raw\0"u8, .. System.Text.Encoding.ASCII.GetBytes(Password), .. "\0\0\u0034\0\0\0"u8];

        await peer.SendAsync(new RawPdu(CommandId.BindTransceiver, body) { SequenceNumber = 1 });

        Assert.That((await peer.ReadAsync<BindTransceiverResp>()).CommandStatus, Is.EqualTo(CommandStatus.RINVPASWD), "read, judged, and refused as wrong");
    }
}
