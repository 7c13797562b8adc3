using CarrierPay.SmppAdapter.Pdu;
using CarrierPay.SmppAdapter.Session;
using Microsoft.Extensions.Time.Testing;

namespace CarrierPay.SmppAdapter.Tests.Session;

/// <summary>Pitfalls 2 to 9: matching of answers, sequence numbers, broken and unknown PDUs.</summary>
public class AnswerPitfallTests
{
    [Test]
    public async Task Pitfall_02_no_answer_is_lost_however_fast_it_comes()
    {
        using var smsc = new RawSmsc();
        // A fake clock: an answer that were lost could not be mistaken for a slow one, for no time passes.
        var (link, peer) = await smsc.BoundAsync(time: new FakeTimeProvider());
        await using var _ = link;
        using var __ = peer;
        var answering = AnswerAsync(peer, 5000);

        for (var i = 0; i < 5000; i++)
        {
            Assert.That((await link.RequestAsync(new SubmitSm()).InTime()).IsAccepted);
        }
        await answering.InTime();
    }

    [Test]
    public async Task Pitfall_02_a_caller_that_blocks_in_its_continuation_holds_up_nobody()
    {
        using var smsc = new RawSmsc();
        var (link, peer) = await smsc.BoundAsync();
        await using var _ = link;
        using var __ = peer;
        using var release = new ManualResetEventSlim();
        var blocking = BlockAfterAnswerAsync(link, release);
        var second = link.RequestAsync(new SubmitSm()).AsTask();

        await AnswerAsync(peer, 2);

        Assert.That((await second.InTime()).IsAccepted);
        await peer.AssertQuietAsync();
        release.Set();
        await blocking.InTime();
    }

    [Test]
    public async Task Pitfall_02_no_answer_in_time_is_unknown_and_the_late_answer_is_surfaced()
    {
        var time = new FakeTimeProvider();
        using var smsc = new RawSmsc();
        var (link, peer) = await smsc.BoundAsync(options => options.WindowSize = 1, time);
        await using var _ = link;
        using var __ = peer;
        var request = new SubmitSm { ShortMessage = "hello"u8.ToArray() };
        var waiting = link.RequestAsync(request).AsTask();
        var submitted = await peer.ReadAsync<SubmitSm>();

        var passed = await time.PassUntil(() => waiting.IsCompleted);
        var outcome = await waiting;
        Assert.That(passed, Is.GreaterThanOrEqualTo(TimeSpan.FromSeconds(10)));
        Assert.That(outcome.Kind, Is.EqualTo(RequestOutcomeKind.Unknown));
        Assert.That(outcome.Reason, Is.EqualTo(NoAnswerReason.TimedOut));
        Assert.That(link.Session!.InFlight, Is.Zero, "its place is free again");

        await peer.SendAsync(new SubmitSmResp { SequenceNumber = submitted.SequenceNumber, MessageId = "42" });
        var late = await link.LateResponses.ReadAsync().InTime();
        Assert.That(late.Request, Is.SameAs(request));
        Assert.That(((SubmitSmResp)late.Response).MessageId, Is.EqualTo("42"));
        Assert.That(link.Session!.Counters.Late, Is.EqualTo(1));
        Assert.That(link.Session!.Counters.Unknown, Is.EqualTo(1));
    }

    [Test]
    public async Task Pitfall_03_a_pdu_sent_twice_has_two_numbers_and_a_repeated_answer_serves_nobody()
    {
        using var smsc = new RawSmsc();
        var (link, peer) = await smsc.BoundAsync();
        await using var _ = link;
        using var __ = peer;
        var part = new SubmitSm { SequenceNumber = 77 };
        var first = link.RequestAsync(part).AsTask();
        var second = link.RequestAsync(part).AsTask();
        var one = await peer.ReadAsync<SubmitSm>();
        var two = await peer.ReadAsync<SubmitSm>();
        Assert.That(two.SequenceNumber, Is.Not.EqualTo(one.SequenceNumber));

        var answer = new SubmitSmResp { SequenceNumber = one.SequenceNumber, MessageId = "1" };
        await peer.SendAsync(answer, answer, new SubmitSmResp { SequenceNumber = two.SequenceNumber, MessageId = "2" });

        Assert.That((await first.InTime()).MessageId, Is.EqualTo("1"));
        Assert.That((await second.InTime()).MessageId, Is.EqualTo("2"));
        Assert.That(link.Session!.Counters.Unmatched, Is.EqualTo(1));
    }

    [Test]
    public async Task Pitfall_04_no_more_than_a_window_is_in_flight_and_nothing_stays_behind()
    {
        using var smsc = new RawSmsc();
        var (link, peer) = await smsc.BoundAsync(options => options.WindowSize = 4);
        await using var _ = link;
        using var __ = peer;
        var requests = Enumerable.Range(0, 12).Select(_ => link.RequestAsync(new SubmitSm()).AsTask()).ToList();

        var seen = new Queue<uint>();
        for (var i = 0; i < 4; i++)
        {
            seen.Enqueue((await peer.ReadAsync<SubmitSm>()).SequenceNumber);
        }
        await peer.AssertQuietAsync();
        for (var i = 4; i < 12; i++)
        {
            await peer.SendAsync(new SubmitSmResp { SequenceNumber = seen.Dequeue() });
            seen.Enqueue((await peer.ReadAsync<SubmitSm>()).SequenceNumber);
        }
        await peer.SendAsync([.. seen.Select(number => new SubmitSmResp { SequenceNumber = number })]);

        Assert.That((await Task.WhenAll(requests).InTime()).All(outcome => outcome.IsAccepted));
        Assert.That(link.Session!.InFlight, Is.Zero);
    }

    [Test]
    public async Task Pitfall_04_a_wait_for_a_place_can_be_cancelled_and_nothing_was_sent()
    {
        using var smsc = new RawSmsc();
        var (link, peer) = await smsc.BoundAsync(options => options.WindowSize = 1);
        await using var _ = link;
        using var __ = peer;
        var first = link.RequestAsync(new SubmitSm()).AsTask();
        using var cancelling = new CancellationTokenSource();
        var second = link.RequestAsync(new SubmitSm(), cancelling.Token).AsTask();
        var number = (await peer.ReadAsync<SubmitSm>()).SequenceNumber;

        await cancelling.CancelAsync();

        var outcome = await second.InTime();
        Assert.That((outcome.Kind, outcome.Reason), Is.EqualTo((RequestOutcomeKind.NotSent, NoAnswerReason.Cancelled)));
        await peer.SendAsync(new SubmitSmResp { SequenceNumber = number });
        Assert.That((await first.InTime()).IsAccepted);
        await peer.AssertQuietAsync();
    }

    [Test]
    public async Task Pitfall_05_our_numbers_wrap_to_1()
    {
        using var smsc = new RawSmsc();
        var (link, peer) = await smsc.BoundAsync(options => options.FirstSequenceNumber = 0x7FFFFFFE);
        await using var _ = link;
        using var __ = peer;
        var requests = Enumerable.Range(0, 3).Select(_ => link.RequestAsync(new SubmitSm()).AsTask()).ToList();

        // The bind had the first number.
        uint[] numbers = [(await peer.ReadAsync<SubmitSm>()).SequenceNumber, (await peer.ReadAsync<SubmitSm>()).SequenceNumber, (await peer.ReadAsync<SubmitSm>()).SequenceNumber];

        Assert.That(numbers, Is.EqualTo(new uint[] { 0x7FFFFFFF, 1, 2 }));
    }

    [TestCase(0u)]
    [TestCase(0x80000000u)]
    [TestCase(0x806A179Bu)]
    [TestCase(0xFFFFFFFFu)]
    public async Task Pitfall_05_any_number_of_the_peer_is_echoed_exactly(uint number)
    {
        await using var smsc = new Loopback();
        using var peer = await RawPeer.BindAsync(smsc.Server);

        await peer.SendAsync(new EnquireLink { SequenceNumber = number });
        Assert.That((await peer.ReadAsync<EnquireLinkResp>()).SequenceNumber, Is.EqualTo(number));
        await peer.SendAsync(new SubmitSm { SequenceNumber = number });
        (await smsc.Server.Inbound.ReadAsync().InTime()).Respond(CommandStatus.ROK);
        Assert.That((await peer.ReadAsync<SubmitSmResp>()).SequenceNumber, Is.EqualTo(number));
    }

    [Test]
    public async Task Pitfall_06_a_generic_nack_completes_its_request_and_is_never_answered()
    {
        using var smsc = new RawSmsc();
        var (link, peer) = await smsc.BoundAsync();
        await using var _ = link;
        using var __ = peer;
        var request = link.RequestAsync(new SubmitSm()).AsTask();
        var number = (await peer.ReadAsync<SubmitSm>()).SequenceNumber;

        await peer.SendAsync(
            new GenericNack { SequenceNumber = 0, CommandStatus = CommandStatus.RINVCMDLEN },
            new GenericNack { SequenceNumber = number, CommandStatus = CommandStatus.RINVCMDID });

        var outcome = await request.InTime();
        Assert.That((outcome.Kind, outcome.Status), Is.EqualTo((RequestOutcomeKind.Responded, CommandStatus.RINVCMDID)));
        Assert.That(link.Session!.Counters.Unmatched, Is.EqualTo(1));
        await peer.AssertQuietAsync();
    }

    [Test]
    public async Task Pitfall_07_an_answer_with_a_broken_body_is_still_an_answer()
    {
        using var smsc = new RawSmsc();
        var (link, peer) = await smsc.BoundAsync();
        await using var _ = link;
        using var __ = peer;
        var request = link.RequestAsync(new SubmitSm()).AsTask();
        var number = (await peer.ReadAsync<SubmitSm>()).SequenceNumber;

        // A message_id, then half a TLV.
        await peer.SendAsync(new RawPdu(CommandId.SubmitSmResp, Octets.FromHex("3700040E00")) { SequenceNumber = number });

        var outcome = await request.InTime();
        Assert.That(outcome.IsAccepted);
        Assert.That(outcome.Response, Is.InstanceOf<RawPdu>());
        Assert.That(link.Session!.Counters.Malformed, Is.EqualTo(1));
    }

    [Test]
    public async Task Pitfall_08_a_broken_body_is_answered_and_the_link_stays()
    {
        await using var smsc = new Loopback();
        using var peer = await RawPeer.BindAsync(smsc.Server);

        await peer.SendAsync(new RawPdu(CommandId.SubmitSm, Octets.FromHex("FFFF")) { SequenceNumber = 5 });

        var answer = await peer.ReadAsync<SubmitSmResp>();
        Assert.That(answer.CommandStatus, Is.EqualTo(CommandStatus.RINVSERTYP));
        Assert.That(answer.SequenceNumber, Is.EqualTo(5));
        await peer.AssertQuietAsync();
    }

    [TestCase(0x00000105u)]
    [TestCase(0x00010200u)]
    [TestCase(0x00000000u)]
    public async Task Pitfall_08_an_unknown_command_is_nacked_and_the_link_stays(uint command)
    {
        await using var smsc = new Loopback();
        using var peer = await RawPeer.BindAsync(smsc.Server);

        await peer.SendAsync(new RawPdu((CommandId)command, new byte[10]) { SequenceNumber = 6 });

        Assert.That(await peer.ReadAsync(), Is.EqualTo(new GenericNack { SequenceNumber = 6, CommandStatus = CommandStatus.RINVCMDID }));
        await peer.AssertQuietAsync();
    }

    [Test]
    public async Task Pitfall_09_unknown_tlvs_reach_the_application()
    {
        using var smsc = new RawSmsc();
        var (link, peer) = await smsc.BoundAsync();
        await using var _ = link;
        using var __ = peer;
        TlvList tlvs = [new((TlvTag)0x1402, "charge"u8.ToArray())];

        await peer.SendAsync(new DeliverSm { SequenceNumber = 1, Tlvs = tlvs });

        Assert.That((await link.Inbound.ReadAsync().InTime()).Pdu.Tlvs, Is.EqualTo(tlvs));
    }

    private static async Task AnswerAsync(RawPeer peer, int count)
    {
        for (var i = 0; i < count; i++)
        {
            await peer.SendAsync(new SubmitSmResp { SequenceNumber = (await peer.ReadAsync<SubmitSm>()).SequenceNumber });
        }
    }

    private static async Task BlockAfterAnswerAsync(SmppClientLink link, ManualResetEventSlim release)
    {
        await link.RequestAsync(new SubmitSm()).ConfigureAwait(false);
        release.Wait();
    }
}
