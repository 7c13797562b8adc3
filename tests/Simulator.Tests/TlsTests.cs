using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using CarrierPay.Simulator.Smsc;
using CarrierPay.Simulator.Smsc.Wire;
using CarrierPay.SmppAdapter.Session;
using Microsoft.Extensions.Logging.Abstractions;
using static CarrierPay.Simulator.Tests.ScriptedEsme;

namespace CarrierPay.Simulator.Tests;

[TestFixture]
public sealed class TlsTests
{
    private const string Ann = "447700900123";

    private string _folder = "";

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("simulator-tls-").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public async Task A_system_that_trusts_the_certificate_binds_and_messages_pass()
    {
        await using var simulator = await StartAsync();
        var authority = await FetchCertificateAsync(simulator);
        await using var esme = await BindAsync(simulator, configure: link => link.Tls = new SmppTlsOptions { Enabled = true, CaFile = authority });

        Assert.That((await esme.SubmitAsync(Ann, "Paid")).Single().IsAccepted, Is.True);
        simulator.Smsc.Send(simulator.Phones[Ann], "500", "BAL");
        await Eventually.True(() => esme.Texts is ["BAL"], "a text");
    }

    [Test]
    public async Task Faults_happen_under_TLS_too()
    {
        await using var simulator = await StartAsync();
        var authority = await FetchCertificateAsync(simulator);
        await using var esme = await BindAsync(simulator, configure: link => link.Tls = new SmppTlsOptions { Enabled = true, CaFile = authority });
        simulator.Faults.Order(new FaultOrder(Link: "reset"));

        Assert.That((await esme.SubmitAsync(Ann, "first")).Single().Kind, Is.EqualTo(RequestOutcomeKind.Unknown));
        using var deadline = new CancellationTokenSource(Eventually.Deadline);
        await esme.Link.WaitUntilBoundAsync(deadline.Token);
    }

    [Test]
    public async Task Who_speaks_no_TLS_costs_one_line()
    {
        await using var simulator = await StartAsync();
        await using var raw = await RawEsme.ConnectAsync(simulator.SmscPort);

        Assert.That(async () => await raw.BindAsync("carrierpay", "secret"), Throws.InstanceOf<IOException>());
        await Eventually.True(() => simulator.Smsc.Log.Lines.Any(line => line.Text.StartsWith("No TLS with 127.0.0.1:", StringComparison.Ordinal)), "the line");
    }

    [Test]
    public async Task Who_says_nothing_is_left_after_the_handshake_timeout()
    {
        await using var simulator = await StartAsync(tls => tls.HandshakeTimeout = TimeSpan.FromMilliseconds(50));
        await using var raw = await RawEsme.ConnectAsync(simulator.SmscPort);

        Assert.That(async () => await raw.ReadAsync(), Throws.InstanceOf<IOException>());
        await Eventually.True(() => simulator.Smsc.Log.Lines.Any(line => line.Text.EndsWith("the handshake took too long", StringComparison.Ordinal)), "the line");
    }

    [Test]
    public async Task Only_systems_with_a_certificate_of_the_authorities_connect_when_there_are_such()
    {
        var (certificate, key) = MakeClientCertificate();
        await using var simulator = await StartAsync(tls => tls.CaFile = certificate);
        var authority = await FetchCertificateAsync(simulator);
        await using var esme = await BindAsync(simulator, configure: link =>
            link.Tls = new SmppTlsOptions { Enabled = true, CaFile = authority, CertificateFile = certificate, KeyFile = key });

        Assert.That((await esme.SubmitAsync(Ann, "Paid")).Single().IsAccepted, Is.True);

        await using var stranger = new SmppClientLink(new SmppLinkOptions
        {
            Port = simulator.SmscPort,
            SystemId = "carrierpay",
            Password = "secret",
            Tls = new SmppTlsOptions { Enabled = true, CaFile = authority },
        }, TimeProvider.System, NullLogger<SmppClientLink>.Instance);
        stranger.Start();
        await Eventually.True(() => simulator.Smsc.Log.Lines.Any(line => line.Text.StartsWith("No TLS with", StringComparison.Ordinal)), "the stranger is not let in");
    }

    [Test]
    public void A_certificate_that_cannot_be_read_stops_the_start_with_its_setting() =>
        Assert.That(async () => await StartAsync(tls => tls.CertificateFile = Path.Combine(_folder, "none.pem")),
            Throws.TypeOf<SettingException>().With.Message.Contains("Simulator__Smsc__Tls__CertificateFile"));

    [Test]
    public async Task Without_TLS_there_is_no_certificate()
    {
        await using var simulator = await SimulatorApp.StartAsync();
        using var http = new HttpClient { BaseAddress = simulator.WebAddress };

        var answer = await http.GetAsync("/api/smsc/certificate");

        Assert.That((int)answer.StatusCode, Is.EqualTo(404));
        Assert.That(await answer.Content.ReadAsStringAsync(), Does.Contain("no_tls"));
    }

    private static Task<RunningSimulator> StartAsync(Action<TlsOptions>? configure = null)
    {
        var tls = new TlsOptions { Enabled = true };
        configure?.Invoke(tls);
        return SimulatorApp.StartAsync(new SimulatorOptions { Smsc = { Port = 0, Tls = tls }, Web = { Urls = "http://127.0.0.1:0" } });
    }

    private async Task<string> FetchCertificateAsync(RunningSimulator simulator)
    {
        using var http = new HttpClient { BaseAddress = simulator.WebAddress };
        var file = Path.Combine(_folder, "simulator.pem");
        await File.WriteAllTextAsync(file, await http.GetStringAsync("/api/smsc/certificate"));
        return file;
    }

    private (string Certificate, string Key) MakeClientCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=esme", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        var (certificateFile, keyFile) = (Path.Combine(_folder, "esme.pem"), Path.Combine(_folder, "esme.key"));
        File.WriteAllText(certificateFile, certificate.ExportCertificatePem());
        File.WriteAllText(keyFile, key.ExportPkcs8PrivateKeyPem());
        return (certificateFile, keyFile);
    }
}
