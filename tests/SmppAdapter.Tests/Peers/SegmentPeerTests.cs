using CarrierPay.SmppAdapter.Pdu;
using CarrierPay.SmppAdapter.Tests.Session;
using CarrierPay.SmppAdapter.Text;

namespace CarrierPay.SmppAdapter.Tests.Peers;

/// <summary>How real networks cut a stream, and how long texts come through it.</summary>
public class SegmentPeerTests
{
    [Test]
    public async Task Two_tcp_segments_a_pdu_are_one_pdu_wherever_they_are_cut()
    {
        using var smsc = new RawSmsc();
        var (link, peer) = await smsc.BoundAsync();
        await using var _ = link;
        using var __ = peer;
        peer.NoDelay();
        var length = PduWriter.Encode(Message(1)).Length;
        for (var cut = 1; cut < length; cut++)
        {
            var octets = PduWriter.Encode(Message((uint)cut));
            await peer.SendAsync(octets[..cut]);
            await peer.SendAsync(octets[cut..]);

            var request = await link.Inbound.ReadAsync().InTime();
            Assert.That(request.Pdu, Is.EqualTo(Message((uint)cut)));
            request.Respond(CommandStatus.ROK);
            Assert.That((await peer.ReadAsync<DeliverSmResp>()).SequenceNumber, Is.EqualTo(cut));
        }
    }

    [Test]
    public async Task An_smsc_that_sends_single_octets_is_understood_from_the_bind_on()
    {
        using var smsc = new RawSmsc();
        await using var link = smsc.Link();
        link.Start();
        using var peer = await smsc.AcceptAsync();
        peer.NoDelay();
        var number = (await peer.ReadAsync<BindTransceiver>()).SequenceNumber;
        byte[] octets = [.. PduWriter.Encode(new BindTransceiverResp { SequenceNumber = number, SystemId = "SMSC" }), .. PduWriter.Encode(Message(3)), .. PduWriter.Encode(new EnquireLink { SequenceNumber = 4 })];

        foreach (var octet in octets)
        {
            await peer.SendAsync([octet]);
        }

        await link.WaitUntilBoundAsync().InTime();
        Assert.That((await link.Inbound.ReadAsync().InTime()).Pdu, Is.EqualTo(Message(3)));
        Assert.That((await peer.ReadAsync<EnquireLinkResp>()).SequenceNumber, Is.EqualTo(4));
    }

    /// <summary>Source of the first two: reference runs of other libraries, which tear exactly these.</summary>
    [TestCase("pair of escape and brace at the border", 152, "{")]
    [TestCase("pair of surrogates at the border", 66, "😀")]
    [TestCase("nothing but pairs", 0, "{}[]~|^\\€")]
    public async Task Pitfall_19_a_long_text_comes_through_whole_and_no_pair_is_torn(string what, int before, string then)
    {
        var text = new string(then == "😀" ? '中' : 'a', before) + string.Concat(Enumerable.Repeat(then, 40));
        await using var smsc = new Loopback();
        var (link, _) = await smsc.BoundAsync();
        await using var __ = link;
        var split = ShortMessageText.Split(text, reference: 7);
        var sent = split.Parts.Select(part => link.RequestAsync(new SubmitSm { DataCoding = split.DataCoding, EsmClass = part.EsmClass, ShortMessage = part.ShortMessage }).AsTask()).ToList();
        var received = "";
        for (var i = 0; i < sent.Count; i++)
        {
            var request = await smsc.Server.Inbound.ReadAsync().InTime();
            received += MessageText.Decode(request.Message!).Text;
            request.Respond(CommandStatus.ROK);
        }

        Assert.That(received, Is.EqualTo(text), what);
        Assert.That((await Task.WhenAll(sent).InTime()).Select(outcome => outcome.SequenceNumber), Is.Unique, "a number for each part");
    }

    [Test]
    public async Task Pitfall_20_an_empty_text_has_no_octet_and_a_text_in_both_fields_is_not_sent()
    {
        using var smsc = new RawSmsc();
        var (link, peer) = await smsc.BoundAsync();
        await using var _ = link;
        using var __ = peer;
        await Assert.ThrowsAsync<ArgumentException>(async () => await link.RequestAsync(new SubmitSm { ShortMessage = "a"u8.ToArray(), Tlvs = [new(TlvTag.MessagePayload, "b"u8.ToArray())] }));

        var request = link.RequestAsync(new SubmitSm()).AsTask();

        var received = await peer.ReadAsync<SubmitSm>();
        Assert.That(received.ShortMessage.Length, Is.Zero);
        await peer.SendAsync(new SubmitSmResp { SequenceNumber = received.SequenceNumber });
        Assert.That((await request.InTime()).IsAccepted);
    }

    private static DeliverSm Message(uint number) => new() { SequenceNumber = number, SourceAddr = Address.International("8613800138000"), ShortMessage = "PAY COFFEE"u8.ToArray() };
}
