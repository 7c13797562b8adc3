using CarrierPay.SmppAdapter.Pdu;
using CarrierPay.SmppAdapter.Session;
using CarrierPay.SmppAdapter.Tests.Session;
using CarrierPay.SmppAdapter.Tests.Trace;
using CarrierPay.SmppAdapter.Text;
using Microsoft.Extensions.Logging.Abstractions;

namespace CarrierPay.SmppAdapter.Tests.Interop;

/// <summary>Every PDU that a session can say, both ways, recorded while it is said and read by Wireshark.</summary>
public class CapturedRunTests
{
    private static readonly Address Code = Address.ShortCode("500");
    private static readonly Address Number = Address.International("8613800138000");

    [TestCase(false, TestName = "Wireshark_finds_no_malformed_pdu_in_a_run_of_all_commands")]
    [TestCase(true, TestName = "Wireshark_finds_no_malformed_pdu_in_a_masked_run_of_all_commands")]
    public async Task Wireshark_finds_no_malformed_pdu(bool isMasked)
    {
        await using var folder = new TraceFolder();
        folder.Switch(links: ["*"], set: options => (options.ShowTexts, options.ShowNumbers) = (!isMasked, !isMasked));
        await using var smsc = new Loopback(options => options.InterfaceVersion = SmppVersion.V50);
        using var ending = new CancellationTokenSource();
        var answering = smsc.Server.Inbound.AnswerAllAsync(ending.Token);
        foreach (var bindType in Enum.GetValues<BindType>())
        {
            await RunAsync(smsc, folder, bindType);
        }
        await CallAsync(smsc, folder);
        await ending.CancelAsync();
        await answering.InTime();

        var read = await SmppDissector.ReadAsync(await folder.FileAsync(), ["smpp.command_id", "_ws.malformed"], smsc.Server.EndPoint.Port);

        var seen = read.Select(line => line.Split('\t')[0].Split(',')).SelectMany(ids => ids).Select(id => (CommandId)Convert.ToUInt32(id, 16)).ToHashSet();
        Assert.That(Enum.GetValues<CommandId>().Except(seen), Is.Empty, "every command is there");
        Assert.That(read.Select(line => line.Split('\t')[1]), Has.All.EqualTo(""));
    }

    private static async Task RunAsync(Loopback smsc, TraceFolder folder, BindType bindType)
    {
        var (link, session) = await smsc.BoundAsync(
            options => (options.BindType, options.InterfaceVersion) = (bindType, SmppVersion.V50), folder.Trace);
        await using var _ = link;
        var answering = link.Inbound.AnswerAllAsync();
        foreach (var request in OfEsme())
        {
            await link.RequestAsync(request).InTime();
        }
        foreach (var request in OfSmsc())
        {
            await session.RequestAsync(request).InTime();
        }
        session.Notify(new AlertNotification { SourceAddr = Number, EsmeAddr = Code });
        // What no specification names is answered with generic_nack.
        await link.RequestAsync(new RawPdu((CommandId)0x10200, default)).InTime();
        await link.StopAsync().InTime();
        await answering.InTime();
    }

    /// <summary>An outbind, and the bind that it asks for.</summary>
    private static async Task CallAsync(Loopback smsc, TraceFolder folder)
    {
        var options = new SmppOutbindOptions { Port = 0, SystemId = "esme", Password = "secret", SmscSystemId = "SMSC", SmscPassword = "callme" };
        await using var esme = new SmppOutbindListener(options, TimeProvider.System, NullLogger<SmppOutbindListener>.Instance, folder.Trace);
        esme.Start();
        await smsc.Server.OutbindAsync("127.0.0.1", esme.EndPoint.Port, new Outbind { SystemId = "SMSC", Password = "callme" }).InTime();
        await smsc.NextBoundAsync();
    }

    private static IEnumerable<SmppPdu> OfEsme()
    {
        var text = ShortMessageText.Split(new string('中', 100), reference: 5);
        foreach (var part in text.Parts)
        {
            yield return new SubmitSm
            {
                ServiceType = "CMT",
                SourceAddr = Code,
                DestinationAddr = Number,
                EsmClass = part.EsmClass,
                ValidityPeriod = "000000000500000R",
                RegisteredDelivery = 1,
                DataCoding = text.DataCoding,
                ShortMessage = part.ShortMessage,
            };
        }
        yield return new SubmitSm
        {
            ServiceType = "USSD",
            SourceAddr = Code,
            DestinationAddr = Number,
            ShortMessage = "1. Pay"u8.ToArray(),
            Tlvs = [Tlv.OfByte(TlvTag.UssdServiceOp, 2), new(TlvTag.ItsSessionInfo, Octets.FromHex("0102")), new((TlvTag)0x1402, "vendor"u8.ToArray())],
        };
        yield return new SubmitSm { SourceAddr = Code, DestinationAddr = Number, Tlvs = [new(TlvTag.MessagePayload, new byte[65_000])] };
        yield return new SubmitMulti
        {
            SourceAddr = Code,
            ShortMessage = "all"u8.ToArray(),
            Destinations = [Destination.Of(Number), Destination.OfDistributionList("staff")],
        };
        yield return new DataSm { SourceAddr = Code, DestinationAddr = Number, Tlvs = [new(TlvTag.MessagePayload, "data"u8.ToArray())] };
        yield return new QuerySm { MessageId = "42", SourceAddr = Code };
        yield return new ReplaceSm { MessageId = "42", SourceAddr = Code, ShortMessage = "bye"u8.ToArray() };
        yield return new CancelSm { MessageId = "42", SourceAddr = Code, DestinationAddr = Number };
        yield return new BroadcastSm { SourceAddr = Code, DataCoding = 1 };
        yield return new QueryBroadcastSm { MessageId = "45", SourceAddr = Code };
        yield return new CancelBroadcastSm { MessageId = "45", SourceAddr = Code };
        yield return new EnquireLink();
    }

    private static IEnumerable<SmppPdu> OfSmsc() =>
    [
        new DeliverSm { SourceAddr = Number, DestinationAddr = Code, ShortMessage = "PAY"u8.ToArray() },
        new DeliverSm
        {
            SourceAddr = Number,
            DestinationAddr = Code,
            EsmClass = EsmClass.DeliveryReceipt,
            ShortMessage = "id:42 stat:DELIVRD err:000 text:1. Pay"u8.ToArray(),
            Tlvs = [new(TlvTag.ReceiptedMessageId, "42\0"u8.ToArray()), Tlv.OfByte(TlvTag.MessageState, 2), new(TlvTag.NetworkErrorCode, Octets.FromHex("030000"))],
        },
        new DataSm { SourceAddr = Number, DestinationAddr = Code, Tlvs = [new(TlvTag.MessagePayload, "data"u8.ToArray())] },
        new EnquireLink(),
    ];
}
