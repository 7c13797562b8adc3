using CarrierPay.SmppAdapter.Pdu;
using CarrierPay.SmppAdapter.Session;

namespace CarrierPay.SmppAdapter.Tests.Session;

public class LoopbackTests
{
    [TestCase(BindType.Transceiver, SessionState.BoundTrx)]
    [TestCase(BindType.Transmitter, SessionState.BoundTx)]
    [TestCase(BindType.Receiver, SessionState.BoundRx)]
    public async Task A_link_binds_as_it_is_configured(BindType bindType, SessionState state)
    {
        await using var smsc = new Loopback();
        var (link, session) = await smsc.BoundAsync(options => options.BindType = bindType);
        await using var _ = link;

        Assert.That(session.State, Is.EqualTo(state));
        Assert.That(link.Session!.State, Is.EqualTo(state));
        Assert.That(session.SystemId, Is.EqualTo("esme"));
    }

    [Test]
    public async Task A_submitted_message_is_answered_by_the_application_later()
    {
        await using var smsc = new Loopback();
        var (link, _) = await smsc.BoundAsync();
        await using var __ = link;

        var submitting = link.RequestAsync(new SubmitSm { DestinationAddr = Address.International("8613800138000"), ShortMessage = "hello"u8.ToArray() });
        var request = await smsc.Server.Inbound.ReadAsync().InTime();
        Assert.That(request.Message!.ShortMessage.Span.SequenceEqual("hello"u8));
        Assert.That(request.Respond(new SubmitSmResp { MessageId = "42" }), Is.True);

        var outcome = await submitting.InTime();
        Assert.That(outcome.IsAccepted, Is.True);
        Assert.That(outcome.MessageId, Is.EqualTo("42"));
        Assert.That(request.Respond(CommandStatus.ROK), Is.False, "a request is answered once");
    }

    [Test]
    public async Task A_delivered_message_reaches_the_link_and_its_answer_comes_back()
    {
        await using var smsc = new Loopback();
        var (link, session) = await smsc.BoundAsync();
        await using var _ = link;

        var delivering = session.RequestAsync(new DeliverSm { SourceAddr = Address.International("8613800138000"), ShortMessage = "PAY COFFEE"u8.ToArray() });
        var request = await link.Inbound.ReadAsync().InTime();
        request.Respond(CommandStatus.RX_T_APPN);

        var outcome = await delivering.InTime();
        Assert.That(outcome.Kind, Is.EqualTo(RequestOutcomeKind.Responded));
        Assert.That(outcome.Status, Is.EqualTo(CommandStatus.RX_T_APPN));
    }

    [Test]
    public async Task Stopping_a_link_unbinds_and_both_sides_call_it_a_success()
    {
        await using var smsc = new Loopback();
        var (link, _) = await smsc.BoundAsync();
        var session = link.Session!;

        await link.StopAsync().InTime();

        Assert.That((await session.Completion).Reason, Is.EqualTo(SessionEndReason.Unbound));
        Assert.That((await smsc.Ended.ReadAsync().InTime()).Reason, Is.EqualTo(SessionEndReason.PeerUnbound));
        Assert.That(link.State, Is.EqualTo(LinkState.Closed));
        await link.DisposeAsync();
    }

    [Test]
    public async Task Many_messages_at_once_are_all_answered_through_a_small_window()
    {
        await using var smsc = new Loopback();
        var (link, _) = await smsc.BoundAsync(options => options.WindowSize = 10);
        await using var __ = link;
        var answering = AnswerAsync(smsc, 2000);

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 2000).Select(_ => link.RequestAsync(new SubmitSm()).AsTask())).InTime();

        await answering.InTime();
        Assert.That(outcomes.All(outcome => outcome.IsAccepted));
        Assert.That(outcomes.Select(outcome => outcome.SequenceNumber).Distinct().Count(), Is.EqualTo(2000));
        Assert.That(link.Session!.InFlight, Is.Zero);
    }

    private static async Task AnswerAsync(Loopback smsc, int count)
    {
        for (var i = 0; i < count; i++)
        {
            (await smsc.Server.Inbound.ReadAsync()).Respond(CommandStatus.ROK);
        }
    }
}
