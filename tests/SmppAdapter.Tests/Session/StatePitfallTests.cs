using CarrierPay.SmppAdapter.Pdu;
using CarrierPay.SmppAdapter.Session;
using Microsoft.Extensions.Time.Testing;

namespace CarrierPay.SmppAdapter.Tests.Session;

/// <summary>Who may say what when, and what happens to those who say it at the wrong time.</summary>
public class StatePitfallTests
{
    [Test]
    public async Task A_message_before_the_bind_is_answered_RINVBNDSTS()
    {
        await using var smsc = new Loopback();
        using var peer = await RawPeer.ConnectAsync(smsc.Server);

        await peer.SendAsync(new SubmitSm { SequenceNumber = 3 });

        Assert.That(await peer.ReadAsync(), Is.EqualTo(new SubmitSmResp { SequenceNumber = 3, CommandStatus = CommandStatus.RINVBNDSTS }));
    }

    [Test]
    public async Task A_receiver_that_submits_is_answered_RINVBNDSTS()
    {
        await using var smsc = new Loopback();
        using var peer = await RawPeer.BindAsync(smsc.Server, BindType.Receiver);

        await peer.SendAsync(new SubmitSm { SequenceNumber = 3 });

        Assert.That((await peer.ReadAsync())!.CommandStatus, Is.EqualTo(CommandStatus.RINVBNDSTS));
        await peer.AssertQuietAsync();
    }

    [Test]
    public async Task A_second_bind_is_answered_RALYBND_and_the_first_stays()
    {
        await using var smsc = new Loopback();
        using var peer = await RawPeer.BindAsync(smsc.Server);

        await peer.SendAsync(BindRequest.Of(BindType.Transceiver, "raw", "secret"));

        Assert.That((await peer.ReadAsync<BindTransceiverResp>()).CommandStatus, Is.EqualTo(CommandStatus.RALYBND));
        await peer.AssertQuietAsync();
    }

    [Test]
    public async Task A_bind_sent_to_a_link_is_answered_RINVBNDSTS()
    {
        using var smsc = new RawSmsc();
        var (link, peer) = await smsc.BoundAsync();
        await using var _ = link;
        using var __ = peer;

        await peer.SendAsync(BindRequest.Of(BindType.Receiver, "raw", "secret"));

        Assert.That((await peer.ReadAsync<BindReceiverResp>()).CommandStatus, Is.EqualTo(CommandStatus.RINVBNDSTS));
    }

    [Test]
    public async Task A_wrong_password_is_refused_and_the_connection_closed()
    {
        await using var smsc = new Loopback();
        using var peer = await RawPeer.ConnectAsync(smsc.Server);

        await peer.SendAsync(BindRequest.Of(BindType.Transceiver, "raw", "wrong"));

        Assert.That((await peer.ReadAsync())!.CommandStatus, Is.EqualTo(CommandStatus.RINVPASWD));
        Assert.That(await peer.ReadAsync(), Is.Null);
    }

    [Test]
    public async Task A_connection_that_does_not_bind_is_closed()
    {
        var time = new FakeTimeProvider();
        await using var smsc = new Loopback(time: time);
        using var peer = await RawPeer.ConnectAsync(smsc.Server);
        var hungUp = peer.ReadAsync();

        await time.PassUntil(() => hungUp.IsCompleted);

        Assert.That(await hungUp, Is.Null);
        Assert.That((await smsc.Ended.ReadAsync().InTime()).Reason, Is.EqualTo(SessionEndReason.BindTimeout));
    }

    [Test]
    public async Task Connections_beyond_the_maximum_are_closed_at_once()
    {
        await using var smsc = new Loopback(options => options.MaxConnections = 1);
        using var first = await RawPeer.BindAsync(smsc.Server);
        using var second = await RawPeer.ConnectAsync(smsc.Server);

        Assert.That(await second.ReadAsync(), Is.Null);
        await first.AssertQuietAsync();
    }

    [Test]
    public async Task A_message_right_behind_the_answer_to_the_bind_is_taken()
    {
        using var smsc = new RawSmsc();
        await using var link = smsc.Link();
        link.Start();
        using var peer = await smsc.AcceptAsync();
        var bind = await peer.ReadAsync<BindTransceiver>();

        await peer.SendAsync(new BindTransceiverResp { SequenceNumber = bind.SequenceNumber }, new DeliverSm { SequenceNumber = 9 });

        (await link.Inbound.ReadAsync().InTime()).Respond(CommandStatus.ROK);
        Assert.That((await peer.ReadAsync<DeliverSmResp>()).SequenceNumber, Is.EqualTo(9));
    }

    [Test]
    public async Task A_transmitter_link_does_not_take_messages()
    {
        using var smsc = new RawSmsc();
        var (link, peer) = await smsc.BoundAsync(options => options.BindType = BindType.Transmitter);
        await using var _ = link;
        using var __ = peer;

        await peer.SendAsync(new DeliverSm { SequenceNumber = 9 });

        Assert.That((await peer.ReadAsync<DeliverSmResp>()).CommandStatus, Is.EqualTo(CommandStatus.RINVBNDSTS));
    }

    [Test]
    public async Task Pitfall_13_nobody_reads_and_the_link_still_answers()
    {
        using var smsc = new RawSmsc();
        var (link, peer) = await smsc.BoundAsync(options => options.MaxUnanswered = 3);
        await using var _ = link;
        using var __ = peer;

        await peer.SendAsync([.. Enumerable.Range(1, 5).Select(i => new DeliverSm { SequenceNumber = (uint)i })]);

        Assert.That(await peer.ReadAsync(), Is.EqualTo(new DeliverSmResp { SequenceNumber = 4, CommandStatus = CommandStatus.RX_T_APPN }));
        Assert.That(await peer.ReadAsync(), Is.EqualTo(new DeliverSmResp { SequenceNumber = 5, CommandStatus = CommandStatus.RX_T_APPN }));
        await peer.AssertQuietAsync();
        Assert.That(link.Session!.Counters.Overflowed, Is.EqualTo(2));

        // An answer makes room again.
        (await link.Inbound.ReadAsync().InTime()).Respond(CommandStatus.ROK);
        Assert.That(await peer.ReadAsync(), Is.EqualTo(new DeliverSmResp { SequenceNumber = 1 }));
        await peer.SendAsync(new DeliverSm { SequenceNumber = 6 });
        await peer.AssertQuietAsync();
    }

    [Test]
    public async Task Pitfall_14_nothing_is_acknowledged_before_the_application_says_so()
    {
        using var smsc = new RawSmsc();
        var (link, peer) = await smsc.BoundAsync();
        await using var _ = link;
        using var __ = peer;
        await peer.SendAsync(new DeliverSm { SequenceNumber = 9 });

        var request = await link.Inbound.ReadAsync().InTime();
        await peer.AssertQuietAsync();
        request.Respond(CommandStatus.ROK);

        Assert.That(await peer.ReadAsync(), Is.EqualTo(new DeliverSmResp { SequenceNumber = 9 }));
    }

    [Test]
    public async Task Pitfall_13_a_flooding_esme_is_throttled()
    {
        await using var smsc = new Loopback(options => options.MaxUnanswered = 1);
        using var peer = await RawPeer.BindAsync(smsc.Server);

        await peer.SendAsync(new SubmitSm { SequenceNumber = 1 }, new SubmitSm { SequenceNumber = 2 });

        Assert.That(await peer.ReadAsync(), Is.EqualTo(new SubmitSmResp { SequenceNumber = 2, CommandStatus = CommandStatus.RTHROTTLED }));
    }

    [Test]
    public async Task Pitfall_13_what_lost_sessions_left_unread_counts_against_the_next()
    {
        using var smsc = new RawSmsc();
        var (link, peer) = await smsc.BoundAsync(options => options.MaxUnanswered = 2);
        await using var _ = link;
        await peer.SendAsync(new DeliverSm { SequenceNumber = 1 }, new DeliverSm { SequenceNumber = 2 });
        await peer.AssertQuietAsync();
        peer.Reset();
        using var again = await smsc.AcceptAndBindAsync();

        await again.SendAsync(new DeliverSm { SequenceNumber = 3 });
        Assert.That(await again.ReadAsync(), Is.EqualTo(new DeliverSmResp { SequenceNumber = 3, CommandStatus = CommandStatus.RX_T_APPN }));

        // Reading makes room again, though a message of a lost session can no longer be answered.
        Assert.That((await link.Inbound.ReadAsync().InTime()).Respond(CommandStatus.ROK), Is.False);
        await again.SendAsync(new DeliverSm { SequenceNumber = 4 });
        await again.AssertQuietAsync();
    }

    [Test]
    public async Task Pitfall_13_many_esmes_together_do_not_fill_the_memory_of_the_server()
    {
        await using var smsc = new Loopback(options => options.MaxUnread = 2);
        using var first = await RawPeer.BindAsync(smsc.Server);
        using var second = await RawPeer.BindAsync(smsc.Server);
        await first.SendAsync(new SubmitSm { SequenceNumber = 1 }, new SubmitSm { SequenceNumber = 2 });
        await first.AssertQuietAsync();

        await second.SendAsync(new SubmitSm { SequenceNumber = 3 });

        Assert.That(await second.ReadAsync(), Is.EqualTo(new SubmitSmResp { SequenceNumber = 3, CommandStatus = CommandStatus.RTHROTTLED }));
        Assert.That(smsc.Server.Sessions.Sum(session => session.Counters.Overflowed), Is.EqualTo(1));
    }

    [Test]
    public async Task Answers_may_come_in_any_order_and_from_any_thread()
    {
        await using var smsc = new Loopback();
        using var peer = await RawPeer.BindAsync(smsc.Server);
        await peer.SendAsync([.. Enumerable.Range(1, 200).Select(i => new SubmitSm { SequenceNumber = (uint)i })]);
        var requests = new List<InboundRequest>();
        while (requests.Count < 200)
        {
            requests.Add(await smsc.Server.Inbound.ReadAsync().InTime());
        }

        Parallel.ForEach(requests, request => request.Respond(new SubmitSmResp { MessageId = $"{request.SequenceNumber}" }));

        var answers = new List<SubmitSmResp>();
        while (answers.Count < 200)
        {
            answers.Add(await peer.ReadAsync<SubmitSmResp>());
        }
        Assert.That(answers.Select(answer => answer.SequenceNumber).Order(), Is.EqualTo(Enumerable.Range(1, 200)));
        Assert.That(answers.All(answer => answer.MessageId == $"{answer.SequenceNumber}"));
    }

    [Test]
    public async Task An_answer_that_breaks_the_specification_throws_and_another_may_follow()
    {
        await using var smsc = new Loopback();
        using var peer = await RawPeer.BindAsync(smsc.Server);
        await peer.SendAsync(new SubmitSm { SequenceNumber = 3 });
        var request = await smsc.Server.Inbound.ReadAsync().InTime();

        Assert.Throws<ArgumentException>(() => request.Respond(new SubmitSmResp { MessageId = new string('1', 65) }));
        Assert.Throws<ArgumentException>(() => request.Respond(new DeliverSmResp()));
        Assert.That(request.Respond(new SubmitSmResp { MessageId = "1" }), Is.True);

        Assert.That((await peer.ReadAsync<SubmitSmResp>()).MessageId, Is.EqualTo("1"));
    }
}
