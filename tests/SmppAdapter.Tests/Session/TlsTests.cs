using CarrierPay.SmppAdapter.Pdu;
using CarrierPay.SmppAdapter.Session;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace CarrierPay.SmppAdapter.Tests.Session;

/// <summary>TLS of links and servers, with certificates made here.</summary>
public class TlsTests
{
    private readonly Certificates _certificates = new();

    [OneTimeTearDown]
    public void Remove() => _certificates.Dispose();

    [TestCase("pem")]
    [TestCase("pfx")]
    public async Task Messages_go_both_ways_under_tls(string kind)
    {
        await using var smsc = Server(tls => (tls.CertificateFile, tls.CertificatePassword) =
            kind == "pem" ? (_certificates.Pem("localhost"), "") : (_certificates.Pfx("localhost", "hush"), "hush"));
        var (link, session) = await smsc.BoundAsync(options => Trust(options));
        await using var _ = link;

        var submitting = Enumerable.Range(0, 500).Select(_ => link.RequestAsync(new SubmitSm { ShortMessage = new byte[200] }).AsTask()).ToList();
        for (var i = 0; i < 500; i++)
        {
            (await smsc.Server.Inbound.ReadAsync().InTime()).Respond(CommandStatus.ROK);
        }
        Assert.That((await Task.WhenAll(submitting).InTime()).All(outcome => outcome.IsAccepted));
        var delivering = session.RequestAsync(new DeliverSm { ShortMessage = "PAY"u8.ToArray() });
        (await link.Inbound.ReadAsync().InTime()).Respond(CommandStatus.ROK);
        Assert.That((await delivering.InTime()).IsAccepted);

        await link.StopAsync().InTime();
        Assert.That((await smsc.Ended.ReadAsync().InTime()).Reason, Is.EqualTo(SessionEndReason.PeerUnbound), "the last words are not lost");
    }

    [Test]
    public async Task An_authority_that_is_not_trusted_is_one_line_and_no_bind()
    {
        await using var smsc = Server();

        var line = await FailureAsync(smsc, options => options.Tls.CaFile = "");

        Assert.That(line, Does.Contain("could not agree on TLS with localhost").And.Contain("UntrustedRoot").Or.Contain("PartialChain"));
    }

    [Test]
    public async Task A_certificate_for_another_name_is_refused_unless_names_are_not_checked()
    {
        await using var smsc = Server();

        var line = await FailureAsync(smsc, options => options.Tls.TargetHost = "smsc.example");
        Assert.That(line, Does.Contain("RemoteCertificateNameMismatch"));

        var (link, _) = await smsc.BoundAsync(options =>
        {
            Trust(options);
            (options.Tls.TargetHost, options.Tls.CheckName) = ("smsc.example", false);
        });
        await link.DisposeAsync();
    }

    [Test]
    public async Task A_server_that_wants_certificates_takes_those_of_its_authority_only()
    {
        using var others = new Certificates();
        await using var smsc = Server(tls => (tls.RequireClientCertificate, tls.CaFile) = (true, _certificates.CaFile));

        var (link, _) = await smsc.BoundAsync(options =>
        {
            Trust(options);
            options.Tls.CertificateFile = _certificates.Pem("esme");
        });
        await link.DisposeAsync();
        Assert.That(await FailureAsync(smsc, _ => { }), Does.Contain("TLS"), "no certificate");
        Assert.That(await FailureAsync(smsc, options => options.Tls.CertificateFile = others.Pem("esme")), Does.Contain("TLS"), "of another authority");
    }

    [Test]
    public async Task A_silent_handshake_ends_with_the_bind_timeout_on_both_sides()
    {
        var time = new FakeTimeProvider();
        using var logs = new CollectedLogs();
        await using var smsc = Server(time: time, logs: logs);
        using var silent = await RawPeer.ConnectAsync(smsc.Server);
        var hungUp = silent.ReadAsync();
        await time.PassUntil(() => hungUp.IsCompleted);
        Assert.That(await hungUp, Is.Null);
        Assert.That(logs.Lines.Count(line => line.Contains("no agreement on TLS", StringComparison.Ordinal)), Is.EqualTo(1));

        using var raw = new RawSmsc();
        await using var link = raw.Link(Trust, time, logs);
        link.Start();
        using var peer = await raw.AcceptAsync();
        await time.PassUntil(() => logs.Lines.Any(line => line.Contains("could not agree on TLS", StringComparison.Ordinal)));
    }

    [Test]
    public async Task A_plain_peer_at_a_tls_port_costs_one_line()
    {
        using var logs = new CollectedLogs();
        await using var smsc = Server(logs: logs);
        using var peer = await RawPeer.ConnectAsync(smsc.Server);

        await peer.SendAsync(BindRequest.Of(BindType.Transceiver, "raw", "secret"));

        await Deadlines.Until(() => logs.Lines.Count(line => line.Contains("no agreement on TLS", StringComparison.Ordinal)) == 1);
    }

    [Test]
    public async Task A_link_lost_under_tls_comes_back_and_what_was_in_flight_is_unknown()
    {
        await using var smsc = Server();
        var (link, session) = await smsc.BoundAsync(options =>
        {
            Trust(options);
            options.ReconnectMin = TimeSpan.FromMilliseconds(1);
        });
        await using var _ = link;
        var inFlight = link.RequestAsync(new SubmitSm()).AsTask();
        await smsc.Server.Inbound.ReadAsync().InTime();

        session.Abort();

        Assert.That((await inFlight.InTime()).Kind, Is.EqualTo(RequestOutcomeKind.Unknown));
        await smsc.NextBoundAsync();
        await link.WaitUntilBoundAsync().InTime();
    }

    [Test]
    public async Task Pitfall_24_under_tls_what_may_have_gone_out_is_unknown_and_only_the_rest_is_not_sent()
    {
        using var certificate = _certificates.Load("localhost");
        using var smsc = new RawSmsc { Certificate = certificate };
        var (link, peer) = await smsc.BoundAsync(options =>
        {
            Trust(options);
            options.WindowSize = 1000;
        });
        await using var _ = link;
        var session = link.Session!;
        var requests = Large(link);
        await Deadlines.Until(() => session.Counters.Submitted > 500);
        await peer.ReadAsync<SubmitSm>();

        peer.Reset();

        var outcomes = await Task.WhenAll(requests).InTime();
        var sent = outcomes.TakeWhile(outcome => outcome.Kind == RequestOutcomeKind.Unknown).Count();
        Assert.That(sent, Is.GreaterThan(1).And.LessThan(500), "the one that was read, and the one that the write failed in");
        Assert.That(outcomes.Skip(sent).All(outcome => outcome.Kind == RequestOutcomeKind.NotSent));
    }

    [Test]
    public async Task Pitfall_24_a_peer_that_takes_nothing_under_tls_is_left()
    {
        var time = new FakeTimeProvider();
        using var certificate = _certificates.Load("localhost");
        using var smsc = new RawSmsc { Certificate = certificate };
        var (link, peer) = await smsc.BoundAsync(
            options =>
            {
                Trust(options);
                (options.WindowSize, options.ResponseTimeout) = (1000, TimeSpan.FromHours(1));
            },
            time);
        await using var _ = link;
        using var __ = peer;
        var session = link.Session!;
        var requests = Large(link);

        await time.PassUntil(() => session.Completion.IsCompleted);

        Assert.That((await session.Completion).Reason, Is.EqualTo(SessionEndReason.WriteFailed));
        Assert.That((await Task.WhenAll(requests).InTime())[^1].Kind, Is.EqualTo(RequestOutcomeKind.NotSent));
    }

    [TestCase("Tls:CaFile")]
    [TestCase("Tls:CertificateFile")]
    public void A_file_that_cannot_be_used_stops_the_start_and_names_its_setting(string setting)
    {
        var options = new SmppLinkOptions { SystemId = "esme", Tls = { Enabled = true } };
        var garbage = _certificates.Write("garbage.pem", "no certificate");
        (options.Tls.CaFile, options.Tls.CertificateFile) = setting == "Tls:CaFile" ? (garbage, "") : ("", garbage);

        Assert.That(() => new SmppClientLink(options, TimeProvider.System, NullLogger<SmppClientLink>.Instance), Throws.ArgumentException.With.Message.Contains(setting));
        Assert.That(() => new Loopback(server => server.Tls.Enabled = true), Throws.ArgumentException.With.Message.Contains("Tls:CertificateFile"), "a server without one");
    }

    /// <summary>More than the buffers of both sockets take.</summary>
    private static List<Task<RequestOutcome>> Large(SmppClientLink link)
    {
        var payload = new Tlv(TlvTag.MessagePayload, new byte[60_000]);
        return [.. Enumerable.Range(0, 500).Select(_ => link.RequestAsync(new SubmitSm { Tlvs = [payload] }).AsTask())];
    }

    private Loopback Server(Action<SmppTlsOptions>? set = null, TimeProvider? time = null, ILoggerFactory? logs = null) => new(
        options =>
        {
            (options.Tls.Enabled, options.Tls.CertificateFile) = (true, _certificates.Pem("localhost"));
            set?.Invoke(options.Tls);
        },
        time, logs);

    private void Trust(SmppLinkOptions options) => (options.Host, options.Tls.Enabled, options.Tls.CaFile) = ("localhost", true, _certificates.CaFile);

    /// <summary>The alarm that a link raises which is trusted but for one setting.</summary>
    private async Task<string> FailureAsync(Loopback smsc, Action<SmppLinkOptions> set)
    {
        using var logs = new CollectedLogs();
        var options = new SmppLinkOptions { Port = smsc.Server.EndPoint.Port, SystemId = "esme", Password = "secret" };
        Trust(options);
        set(options);
        await using var link = new SmppClientLink(options, TimeProvider.System, logs.CreateLogger<SmppClientLink>());
        link.Start();
        await Deadlines.Until(() => logs.Lines.Any(line => line.StartsWith("ALARM", StringComparison.Ordinal)));
        Assert.That(link.Session, Is.Null);
        return logs.Lines.First(line => line.StartsWith("ALARM", StringComparison.Ordinal));
    }
}
