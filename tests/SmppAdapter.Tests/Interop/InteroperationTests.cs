using System.Text;
using CarrierPay.SmppAdapter.Pdu;
using CarrierPay.SmppAdapter.Receipts;
using CarrierPay.SmppAdapter.Session;
using CarrierPay.SmppAdapter.Tests.Session;
using CarrierPay.SmppAdapter.Tests.Trace;
using CarrierPay.SmppAdapter.Text;

namespace CarrierPay.SmppAdapter.Tests.Interop;

/// <summary>Implementations by others on the other side of a real socket, both ways, and Wireshark reading along.</summary>
public class InteroperationTests
{
    private static readonly Address Subscriber = Address.International("8613800138000");
    private static readonly Address ShortCode = Address.ShortCode("500");

    [Test]
    public async Task Net_SMPP_as_esme_binds_sends_asks_is_sent_to_and_unbinds()
    {
        await using var folder = Recording();
        await using var smsc = new Loopback(trace: folder.Trace);
        await using var esme = await ForeignProgram.PerlAsync("net-smpp-esme.pl", smsc.Server.EndPoint.Port);
        var bound = await esme.ReadLineAsync();
        var session = await smsc.NextBoundAsync();
        var received = await AnswerUntilCancelAsync(smsc.Server);
        await DeliverAsync(session);
        string[] lines = [bound, .. await esme.ReadToEndAsync()];

        Assert.That(lines, Is.EqualTo(new[]
        {
            "bind 0 SMSC", "version 34", "enquire 0", "submit 0 1", "ucs2 0 2", "part1 0 3", "part2 0 4", "part3 0 5", "payload 0 6", "data 0 7",
            "multi 0 8", "query 0 42", "state 2 261123120000000+", "replace 0", "cancel 0",
            "deliver deliver_sm 8613800138000 0 0 50415920434f46464545", "deliver deliver_sm 8613800138000 0 8 4f60597d",
            "deliver deliver_sm 8613800138000 4 0 " + Convert.ToHexStringLower("id:1 stat:DELIVRD"u8), "unbind 0",
        }));
        var first = (SubmitSm)received[0];
        Assert.That(
            (first.SourceAddr, first.DestinationAddr, first.RegisteredDelivery, first.ValidityPeriod, Encoding.ASCII.GetString(first.ShortMessage.Span)),
            Is.EqualTo((ShortCode, Subscriber, 1, "000000000500000R", "hello")));
        Assert.That(MessageText.Decode((SubmitSm)received[1]).Text, Is.EqualTo("你好"));
        Assert.That(PutTogether(received.Skip(2).Take(3)), Is.EqualTo(new string('a', 153) + new string('b', 153) + new string('c', 10)));
        Assert.That(MessageText.Decode((SubmitSm)received[5]).Text, Is.EqualTo(new string('p', 1000)));
        Assert.That(MessageText.Decode((DataSm)received[6]).Text, Is.EqualTo("data"));
        Assert.That(((SubmitMulti)received[7]).Destinations.Count, Is.EqualTo(2));
        Assert.That(received.Skip(8).Select(pdu => pdu.CommandId), Is.EqualTo(new[] { CommandId.QuerySm, CommandId.ReplaceSm, CommandId.CancelSm }));
        Assert.That((await session.Completion.InTime()).Reason, Is.EqualTo(SessionEndReason.PeerUnbound));
        await AssertWellFormedAsync(folder, smsc.Server.EndPoint.Port, 2 * (lines.Length - 2));
    }

    [Test]
    public async Task Net_SMPP_as_smsc_takes_texts_answers_questions_and_delivers()
    {
        await using var folder = Recording();
        await using var smsc = await ForeignProgram.PerlAsync("net-smpp-smsc.pl");
        var port = await smsc.ReadPortAsync();
        await using var link = Link(port, folder);

        var ids = await PlayAsync(link);

        var lines = await smsc.ReadToEndAsync();
        Assert.That(ids, Is.EqualTo(new[] { "s1", "s2", "s3", "s4", "d1", "m1" }));
        Assert.That(lines[0], Is.EqualTo("bind_transceiver esme secret - - - - - "));
        Assert.That(lines, Has.One.EqualTo($"submit_sm - - 500 8613800138000 0 0 - {Convert.ToHexStringLower("Caf\u0005"u8)}"), "é is 05 in GSM");
        Assert.That(lines.Count(line => line.StartsWith("submit_sm - - 500 8613800138000 64 8 - 050003", StringComparison.Ordinal)), Is.EqualTo(3), "a long text in UCS-2");
        Assert.That(lines, Has.One.StartWith("data_sm").And.One.StartWith("submit_multi").And.One.StartWith("query_sm").And.One.StartWith("replace_sm")
            .And.One.StartWith("cancel_sm").And.One.StartWith("enquire_link"));
        Assert.That(lines[^1], Does.StartWith("unbind "));
        await AssertWellFormedAsync(folder, port, 2 * lines.Length);
    }

    [Test]
    public async Task Node_smpp_as_esme_binds_sends_asks_is_sent_to_and_unbinds()
    {
        await using var folder = Recording();
        await using var smsc = new Loopback(trace: folder.Trace);
        await using var esme = await ForeignProgram.NodeAsync("node-smpp-esme.js", smsc.Server.EndPoint.Port);
        var bound = await esme.ReadLineAsync();
        var session = await smsc.NextBoundAsync();
        var received = await AnswerUntilCancelAsync(smsc.Server);
        await DeliverAsync(session);
        string[] lines = [bound, .. await esme.ReadToEndAsync()];

        Assert.That(lines, Is.EqualTo(new[]
        {
            "bind_transceiver_resp 0 SMSC", "enquire_link_resp 0", "submit_sm_resp 0 1", "submit_sm_resp 0 2", "submit_sm_resp 0 3", "data_sm_resp 0 4",
            "submit_multi_resp 0 5", "query_sm_resp 0 42", "replace_sm_resp 0", "cancel_sm_resp 0",
            "deliver_sm 8613800138000 PAY COFFEE", "deliver_sm 8613800138000 你好", "deliver_sm 8613800138000 id:1 stat:DELIVRD", "unbind_resp 0",
        }));
        Assert.That(received.Take(3).Select(pdu => MessageText.Decode((SubmitSm)pdu).Text), Is.EqualTo(new[] { "hello", "你好", new string('p', 1000) }));
        Assert.That((await session.Completion.InTime()).Reason, Is.EqualTo(SessionEndReason.PeerUnbound));
        await AssertWellFormedAsync(folder, smsc.Server.EndPoint.Port, 2 * lines.Length);
    }

    [Test]
    public async Task Node_smpp_as_smsc_takes_texts_answers_questions_and_delivers()
    {
        await using var folder = Recording();
        await using var smsc = await ForeignProgram.NodeAsync("node-smpp-smsc.js");
        var port = await smsc.ReadPortAsync();
        await using var link = Link(port, folder);

        var ids = await PlayAsync(link);

        var lines = await smsc.ReadToEndAsync();
        Assert.That(ids, Is.EqualTo(new[] { "s1", "s2", "s3", "s4", "d1", "m1" }));
        Assert.That(lines[0], Is.EqualTo("bind_transceiver esme secret"));
        Assert.That(lines, Has.One.EqualTo("submit_sm 500 8613800138000 Café"));
        Assert.That(lines.Where(line => line.StartsWith("part ", StringComparison.Ordinal)).Select(line => line[5..]), Is.EqualTo(new[] { new string('中', 67), new string('中', 67), new string('中', 6) }));
        Assert.That(lines[^1], Is.EqualTo("unbind"));
        await AssertWellFormedAsync(folder, port, 2 * lines.Length);
    }

    private static TraceFolder Recording()
    {
        var folder = new TraceFolder();
        folder.Switch(links: ["*"], set: options => (options.ShowTexts, options.ShowNumbers) = (true, true));
        return folder;
    }

    private static SmppClientLink Link(int port, TraceFolder folder) => new(
        new() { Port = port, SystemId = "esme", Password = "secret" }, TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger<SmppClientLink>.Instance, folder.Trace);

    /// <summary>Answers as an SMSC with message ids that count from 1. Gives all that came, up to cancel_sm.</summary>
    private static async Task<List<SmppPdu>> AnswerUntilCancelAsync(SmppServer server)
    {
        var received = new List<SmppPdu>();
        while (received is not [.., CancelSm])
        {
            var request = await server.Inbound.ReadAsync().InTime();
            received.Add(request.Pdu);
            request.Answer($"{received.Count}");
        }
        return received;
    }

    /// <summary>A text, a text in UCS-2 and a receipt.</summary>
    private static async Task DeliverAsync(SmppSession session)
    {
        foreach (var message in (DeliverSm[])
        [
            new() { ShortMessage = "PAY COFFEE"u8.ToArray() },
            new() { DataCoding = 8, ShortMessage = Octets.FromHex("4F60597D") },
            new() { EsmClass = EsmClass.DeliveryReceipt, ShortMessage = "id:1 stat:DELIVRD"u8.ToArray() },
        ])
        {
            Assert.That((await session.RequestAsync(message with { SourceAddr = Subscriber, DestinationAddr = ShortCode }).InTime()).IsAccepted);
        }
    }

    /// <summary>All that an ESME does, to its unbind. Gives the message ids.</summary>
    private static async Task<List<string>> PlayAsync(SmppClientLink link)
    {
        link.Start();
        await link.WaitUntilBoundAsync().InTime();
        var ids = new List<string>();
        var message = new SubmitSm { SourceAddr = ShortCode, DestinationAddr = Subscriber };
        var text = ShortMessageText.Split("Café");
        ids.Add(await SendAsync(message with { ShortMessage = text.Parts[0].ShortMessage, DataCoding = text.DataCoding, RegisteredDelivery = 1 }));
        var fromSubscriber = await link.Inbound.ReadAsync().InTime();
        fromSubscriber.Respond(CommandStatus.ROK);
        Assert.That(MessageText.Decode(fromSubscriber.Message!).Text, Is.EqualTo("PAY COFFEE"));
        var delivered = await link.Inbound.ReadAsync().InTime();
        delivered.Respond(CommandStatus.ROK);
        Assert.That(DeliveryReceipt.TryRead(delivered.Pdu, out var receipt), Is.True);
        Assert.That((receipt.ParameterId, receipt.TextId, receipt.State), Is.EqualTo(("s1", "s1", SmMessageState.Delivered)));
        var longText = ShortMessageText.Split(new string('中', 140), reference: 9);
        foreach (var part in longText.Parts)
        {
            ids.Add(await SendAsync(message with { ShortMessage = part.ShortMessage, DataCoding = longText.DataCoding, EsmClass = part.EsmClass }));
        }
        ids.Add(await SendAsync(new DataSm { SourceAddr = ShortCode, DestinationAddr = Subscriber, Tlvs = [new(TlvTag.MessagePayload, "data"u8.ToArray())] }));
        var multi = (SubmitMultiResp)(await RequestAsync(new SubmitMulti { SourceAddr = ShortCode, ShortMessage = "all"u8.ToArray(), Destinations = [Destination.Of(Subscriber)] })).Response!;
        ids.Add(multi.MessageId);
        var state = (QuerySmResp)(await RequestAsync(new QuerySm { MessageId = "s1", SourceAddr = ShortCode })).Response!;
        Assert.That((state.MessageId, state.MessageState), Is.EqualTo(("s1", SmMessageState.Delivered)));
        await RequestAsync(new ReplaceSm { MessageId = "s1", SourceAddr = ShortCode, ShortMessage = "new"u8.ToArray() });
        await RequestAsync(new CancelSm { MessageId = "s1", SourceAddr = ShortCode, DestinationAddr = Subscriber });
        await RequestAsync(new EnquireLink());
        await link.StopAsync().InTime();
        return ids;

        async Task<RequestOutcome> RequestAsync(SmppPdu request)
        {
            var outcome = await link.RequestAsync(request).InTime();
            Assert.That((outcome.Kind, outcome.Status), Is.EqualTo((RequestOutcomeKind.Responded, CommandStatus.ROK)), request.CommandId.ToString());
            return outcome;
        }

        async Task<string> SendAsync(SmppPdu request) => (await RequestAsync(request)).MessageId;
    }

    private static string PutTogether(IEnumerable<SmppPdu> parts) => string.Concat(parts
        .Select(part => MessageText.Decode((SubmitSm)part)).OrderBy(part => part.Concatenation!.Value.Sequence).Select(part => part.Text));

    private static async Task AssertWellFormedAsync(TraceFolder folder, int port, int atLeast)
    {
        var read = await SmppDissector.ReadAsync(await folder.FileAsync(), ["smpp.command_id", "_ws.malformed"], port);
        Assert.That(read, Has.Count.GreaterThanOrEqualTo(atLeast).And.All.EndsWith("\t"));
    }
}
