using System.Text;
using CarrierPay.SmppAdapter.Pdu;
using CarrierPay.SmppAdapter.Session;
using CarrierPay.SmppAdapter.Tests.Interop;
using CarrierPay.SmppAdapter.Tests.Session;

namespace CarrierPay.SmppAdapter.Tests.Trace;

/// <summary>A trace is read by Wireshark, holds what was asked for, and nothing that a person said.</summary>
public class PduTraceTests
{
    private const string Number = "8613800138000";
    private const string Good = "1\t1";
    private static readonly string[] Fields = ["smpp.command_id", "smpp.sequence_number", "_ws.malformed", "tcp.analysis.flags", "ip.checksum.status", "tcp.checksum.status", "frame.interface_name"];

    [Test]
    public async Task Wireshark_reads_a_traced_session_whole_in_order_and_without_complaint()
    {
        await using var folder = new TraceFolder();
        folder.Switch(links: ["north"]);
        await using var smsc = new Loopback();
        var link = smsc.Link(options => options.Name = "north", trace: folder.Trace);
        await PlayAsync(smsc, link);

        var file = await folder.FileAsync();
        var read = await SmppDissector.ReadAsync(file, Fields, smsc.Server.EndPoint.Port);

        Assert.That(read.Select(line => line.Split('\t')[0]), Is.EqualTo(new[]
        {
            "0x00000009", "0x80000009", "0x00000004", "0x80000004", "0x00000005", "0x80000005", "0x00000006", "0x80000006",
        }));
        Assert.That(read, Has.All.EndsWith($"\t\t\t{Good}\tnorth"));
    }

    [Test]
    public async Task A_trace_holds_no_text_no_password_and_no_whole_number()
    {
        await using var folder = new TraceFolder();
        folder.Switch(links: ["*"]);
        await using var smsc = new Loopback();
        await PlayAsync(smsc, smsc.Link(trace: folder.Trace));

        var content = Encoding.Latin1.GetString(await File.ReadAllBytesAsync(await folder.FileAsync()));

        Assert.That(content, Does.Not.Contain("coffee").And.Not.Contain("PAY").And.Not.Contain("secret").And.Not.Contain(Number));
        Assert.That(content, Does.Contain("861********00").And.Contain("esme"));
    }

    [Test]
    public async Task Told_otherwise_a_trace_holds_numbers_and_texts_but_never_a_password()
    {
        await using var folder = new TraceFolder();
        folder.Switch(links: ["*"], set: options => (options.ShowNumbers, options.ShowTexts) = (true, true));
        await using var smsc = new Loopback();
        await PlayAsync(smsc, smsc.Link(trace: folder.Trace));

        var content = Encoding.Latin1.GetString(await File.ReadAllBytesAsync(await folder.FileAsync()));

        Assert.That(content, Does.Contain("coffee").And.Contain(Number).And.Not.Contain("secret"));
    }

    [Test]
    public async Task A_trace_of_one_number_holds_its_messages_and_their_answers_only()
    {
        await using var folder = new TraceFolder();
        folder.Switch(numbers: [Number]);
        await using var smsc = new Loopback();
        var link = smsc.Link(trace: folder.Trace);
        link.Start();
        await link.WaitUntilBoundAsync().InTime();
        foreach (var number in (string[])["8613800138001", Number, "8613800138002", "013800138000"])
        {
            var sent = link.RequestAsync(new SubmitSm { DestinationAddr = Address.International(number) });
            (await smsc.Server.Inbound.ReadAsync().InTime()).Respond(CommandStatus.ROK);
            await sent.InTime();
        }
        await link.DisposeAsync();

        var read = await SmppDissector.ReadAsync(await folder.FileAsync(), Fields, smsc.Server.EndPoint.Port);

        // The bind had the number 1. The last one is the same subscriber, written as at home.
        Assert.That(read.Select(line => string.Join(' ', line.Split('\t')[..4])), Is.EqualTo(new[]
        {
            "0x00000004 3  ", "0x80000004 3  ", "0x00000004 5  ", "0x80000004 5  ",
        }));
    }

    [Test]
    public async Task What_goes_through_tls_is_traced_as_it_was_said()
    {
        using var certificates = new Certificates();
        await using var folder = new TraceFolder();
        folder.Switch(links: ["*"]);
        await using var smsc = new Loopback(options => (options.Tls.Enabled, options.Tls.CertificateFile) = (true, certificates.Pem("localhost")));
        var link = smsc.Link(options => (options.Host, options.Tls.Enabled, options.Tls.CaFile) = ("localhost", true, certificates.CaFile), trace: folder.Trace);
        await PlayAsync(smsc, link);

        var read = await SmppDissector.ReadAsync(await folder.FileAsync(), Fields, smsc.Server.EndPoint.Port);

        Assert.That(read, Has.Count.EqualTo(8).And.All.Contain($"\t\t\t{Good}\t"));
    }

    [Test]
    public async Task Both_binds_of_a_pair_are_traced_as_one_link()
    {
        await using var folder = new TraceFolder();
        folder.Switch(links: ["north"]);
        await using var smsc = new Loopback();
        var link = smsc.Link(options => (options.Name, options.BindPair) = ("north", true), trace: folder.Trace);
        link.Start();
        await link.WaitUntilBoundAsync().InTime();
        await SubmitAsync(smsc, link);
        await link.DisposeAsync();

        var read = await SmppDissector.ReadAsync(await folder.FileAsync(), Fields, smsc.Server.EndPoint.Port);

        Assert.That(read.Select(line => line.Split('\t')[0]), Is.SupersetOf(new[] { "0x00000001", "0x80000001", "0x00000002", "0x80000002", "0x00000004", "0x80000004" }));
        Assert.That(read, Has.All.EndsWith($"\t\t\t{Good}\tnorth"), "two connections, told apart");
    }

    [Test]
    public async Task A_trace_is_switched_on_and_off_while_the_link_is_bound()
    {
        await using var folder = new TraceFolder();
        await using var smsc = new Loopback();
        var link = smsc.Link(trace: folder.Trace);
        link.Start();
        await link.WaitUntilBoundAsync().InTime();
        await SubmitAsync(smsc, link);
        Assert.That(folder.Files, Is.Empty);

        folder.Switch(links: ["*"]);
        await SubmitAsync(smsc, link);
        folder.Switch();
        await SubmitAsync(smsc, link);
        await link.DisposeAsync();

        var read = await SmppDissector.ReadAsync(await folder.FileAsync(), Fields, smsc.Server.EndPoint.Port);
        Assert.That(read.Select(line => line.Split('\t')[1]), Is.EqualTo(new[] { "3", "3" }));
    }

    [Test]
    public async Task The_files_of_a_trace_are_bounded_in_size_and_number_and_only_the_owner_reads_them()
    {
        await using var folder = new TraceFolder();
        folder.Switch(links: ["*"], set: options => (options.MaxFileOctets, options.MaxFiles) = (2_000, 3));
        await using var smsc = new Loopback();
        var link = smsc.Link(trace: folder.Trace);
        link.Start();
        await link.WaitUntilBoundAsync().InTime();
        for (var i = 0; i < 60; i++)
        {
            await SubmitAsync(smsc, link);
        }
        await link.DisposeAsync();
        await folder.Trace.DisposeAsync();

        Assert.That(folder.Files, Has.Length.EqualTo(3));
        Assert.That(folder.Files.Select(file => new FileInfo(file).Length), Has.All.LessThan(2_500));
        if (!OperatingSystem.IsWindows())
        {
            Assert.That(File.GetUnixFileMode(folder.Files[0]), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
        }
        var last = await SmppDissector.ReadAsync(folder.Files[^1], Fields, smsc.Server.EndPoint.Port);
        Assert.That(last[^1], Does.StartWith("0x80000006\t"), "each file stands alone, and the last one ends with the session");
    }

    [Test]
    public async Task A_folder_that_cannot_be_written_stops_the_trace_and_not_the_link()
    {
        using var logs = new CollectedLogs();
        await using var folder = new TraceFolder(logs);
        await File.WriteAllTextAsync(folder.Path, "a file where the folder should be");
        folder.Switch(links: ["*"]);
        await using var smsc = new Loopback();
        var link = smsc.Link(trace: folder.Trace);
        link.Start();
        await link.WaitUntilBoundAsync().InTime();

        Assert.That((await SubmitAsync(smsc, link)).IsAccepted);
        await Deadlines.Until(() => logs.Lines.Any(line => line.Contains("could not write", StringComparison.Ordinal)));
        Assert.That((await SubmitAsync(smsc, link)).IsAccepted);

        await link.DisposeAsync();
        File.Delete(folder.Path);
        folder.Switch(links: ["*"]);
        await Deadlines.Until(() => folder.Files.Length == 1);
    }

    [Test]
    public async Task A_disk_that_is_too_slow_costs_pdus_of_the_trace_which_are_counted()
    {
        const int Sent = 500;
        using var logs = new CollectedLogs();
        using var time = new StalledTime();
        await using var folder = new TraceFolder(logs, time);
        folder.Switch(links: ["north"]);
        var connection = folder.Trace.Open("north", null, null);
        var pdu = PduWriter.Encode(new SubmitSm { SequenceNumber = 1, Tlvs = [new(TlvTag.MessagePayload, new byte[60_000])] });

        for (var i = 0; i < Sent; i++)
        {
            connection.Sent(pdu);
        }

        Assert.That((Sent - folder.Trace.Dropped) * pdu.Length, Is.LessThanOrEqualTo(8 << 20), "what waits is bounded");
        time.GoOn();
        var read = await SmppDissector.ReadAsync(await folder.FileAsync(), Fields, 0);
        Assert.That(read, Has.Count.EqualTo(Sent - folder.Trace.Dropped));
        Assert.That(logs.Lines, Has.Some.Contains($"left out {folder.Trace.Dropped} PDUs"));
    }

    [Test]
    public async Task The_largest_pdu_is_traced_in_pieces_that_wireshark_puts_together()
    {
        await using var folder = new TraceFolder();
        folder.Switch(links: ["*"]);
        await using var smsc = new Loopback();
        var link = smsc.Link(trace: folder.Trace);
        link.Start();
        await link.WaitUntilBoundAsync().InTime();
        await SubmitAsync(smsc, link, new() { Tlvs = [new(TlvTag.MessagePayload, new byte[65_000])] });
        await link.DisposeAsync();

        var read = await SmppDissector.ReadAsync(await folder.FileAsync(), Fields, smsc.Server.EndPoint.Port, "smpp.command_id == 4");
        Assert.That(read.Select(line => line.Split('\t')[2]), Is.EqualTo(new[] { "" }));
    }

    /// <summary>A clock at which all but the thread of the test wait: that is where the trace writes.</summary>
    private sealed class StalledTime : TimeProvider, IDisposable
    {
        private readonly Thread _test = Thread.CurrentThread;
        private readonly ManualResetEventSlim _going = new();

        public override DateTimeOffset GetUtcNow()
        {
            if (Thread.CurrentThread != _test)
            {
                _going.Wait();
            }
            return base.GetUtcNow();
        }

        public void GoOn() => _going.Set();

        public void Dispose() => _going.Dispose();
    }

    /// <summary>Binds, sends a text, takes one, unbinds.</summary>
    private static async Task PlayAsync(Loopback smsc, SmppClientLink link)
    {
        link.Start();
        await link.WaitUntilBoundAsync().InTime();
        var session = await smsc.NextBoundAsync();
        await SubmitAsync(smsc, link);
        var delivering = session.RequestAsync(new DeliverSm { SourceAddr = Address.International(Number), ShortMessage = "PAY"u8.ToArray() });
        (await link.Inbound.ReadAsync().InTime()).Respond(CommandStatus.ROK);
        await delivering.InTime();
        await link.DisposeAsync();
    }

    private static async Task<RequestOutcome> SubmitAsync(Loopback smsc, SmppClientLink link, SubmitSm? message = null)
    {
        var submitting = link.RequestAsync(message ?? new SubmitSm { DestinationAddr = Address.International(Number), ShortMessage = "Your coffee is paid"u8.ToArray() });
        (await smsc.Server.Inbound.ReadAsync().InTime()).Respond(new SubmitSmResp { MessageId = "42" });
        return await submitting.InTime();
    }
}
