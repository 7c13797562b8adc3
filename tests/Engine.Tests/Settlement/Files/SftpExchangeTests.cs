using System.Security.Cryptography;
using CarrierPay.Engine.Settlement.Files;
using CarrierPay.TestSupport;

namespace CarrierPay.Engine.Tests.Settlement.Files;

/// <summary>Against OpenSSH's own server.</summary>
[TestFixture]
public sealed class SftpExchangeTests
{
    private TestDatabase _database = null!;
    private SshServer _server = null!;
    private RatedBooks _books = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _server = await SshServer.StartAsync();
        _database = await TestDatabase.CreateAsync();
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        if (_database is not null)
            await _database.DisposeAsync();
        if (_server is not null)
            await _server.DisposeAsync();
    }

    [SetUp]
    public async Task OpenBooks()
    {
        _books = await RatedBooks.OpenAsync(_database);
        _server.Serve(_books.Options);
        // A partner's server is not ours to make folders above the agreed one.
        Directory.CreateDirectory(Path.GetDirectoryName(_books.Options.Folder)!);
    }

    [TearDown]
    public async Task CloseBooks() => await _books.DisposeAsync();

    [Test]
    public async Task A_file_goes_out_and_its_answers_come_in()
    {
        var name = await _books.DeliverAsync(events: 3);
        var file = (await _books.ListAsync()).Single();
        Assert.That(SHA256.HashData(_books.Read(name)), Is.EqualTo(file.Sha256));
        Assert.That(_books.Files, Has.Count.EqualTo(1), "no other name is left");

        _books.Answer(name, "rej", "R,2,NOLINE\nT,1\n");
        _books.Answer(name, "ack", "A,1,2\n");
        await _books.LookAsync();
        Assert.That((await _books.ListAsync()).Single().State, Is.EqualTo(RatedFileState.Answered));
        Assert.That(_books.Answers("taken"), Is.EqualTo(new[] { "CPAY_acme_20261123_000001.ack", "CPAY_acme_20261123_000001.rej" }));
    }

    [Test]
    public async Task A_file_of_many_chunks_arrives_octet_for_octet_and_again_over_what_is_there()
    {
        await _books.Books.ExecuteAsync("""
            insert into rated_events (lane, period, id, kind, subscriber_id, msisdn, at, service, merchant_id, merchant_name, net_minor, tax_minor, currency, reference)
            select i % 32, 1, i, 1, i, 447700900000 + i, now(), '', 3, 'Star Coffee', 100, 0, 978, 'K7Q2M9' from generate_series(1, 10000) i
            """);
        await _books.Books.CloseAsync();
        await _books.LookAsync();
        var file = (await _books.ListAsync()).Single();
        Assert.That(SHA256.HashData(_books.Read(file.Name)), Is.EqualTo(file.Sha256));

        File.WriteAllText(Path.Combine(_books.Options.Folder, file.Name), "half");
        await RatedFileQueries.AskResendAsync(_books.Books.Engine, 1, "nora", _books.Books.Time.GetUtcNow());
        await _books.LookAsync();
        Assert.That(SHA256.HashData(_books.Read(file.Name)), Is.EqualTo(file.Sha256));
    }

    [Test]
    public async Task A_server_with_another_key_gets_nothing()
    {
        _books.Options.Sftp.HostKey = "SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU";
        await _books.RateAsync(1);
        await _books.Books.CloseAsync();
        await _books.LookAsync();
        Assert.That(_books.Files, Is.Empty);
        Assert.That((await _books.ListAsync()).Single().State, Is.EqualTo(RatedFileState.Made));
    }

    [Test]
    public async Task A_server_that_wants_a_password_gets_it_and_the_file()
    {
        await using var server = await SshServer.StartAsync(byPassword: true);
        server.Serve(_books.Options);
        var name = await _books.DeliverAsync(events: 1);
        Assert.That(SHA256.HashData(_books.Read(name)), Is.EqualTo((await _books.ListAsync()).Single().Sha256));
    }

    [Test]
    public async Task With_a_wrong_password_the_file_waits_until_it_is_put_right()
    {
        await using var server = await SshServer.StartAsync(byPassword: true);
        server.Serve(_books.Options);
        var right = _books.Options.Sftp.Password;
        _books.Options.Sftp.Password = "another one";
        await _books.RateAsync(1);
        await _books.Books.CloseAsync();
        await _books.LookAsync();
        Assert.That((_books.Files.Count, (await _books.ListAsync()).Single().State), Is.EqualTo((0, RatedFileState.Made)));

        _books.Options.Sftp.Password = right;
        await _books.LookAsync();
        Assert.That((await _books.ListAsync()).Single().State, Is.EqualTo(RatedFileState.Delivered));
    }

    [Test]
    public async Task While_the_server_is_away_files_wait_and_go_out_when_it_is_back()
    {
        await _books.RateAsync(1);
        await _books.Books.CloseAsync();
        await _server.DownAsync();
        await _books.LookAsync();
        Assert.That((await _books.ListAsync()).Single().State, Is.EqualTo(RatedFileState.Made));
        await _server.UpAsync();
        await _books.LookAsync();
        Assert.That((await _books.ListAsync()).Single().State, Is.EqualTo(RatedFileState.Delivered));
    }

    [Test]
    public async Task An_upload_that_broke_off_leaves_no_file_with_the_name_and_the_next_sweeps_it_away()
    {
        await using var exchange = await SftpExchange.ConnectAsync(_books.Options, default);
        await Assert.ThrowsAsync<IOException>(() => exchange.PutAsync("CPAY_acme_20261123_000001.csv", async (output, _) =>
        {
            await output.WriteAsync("H,CPAY"u8.ToArray(), default);
            throw new IOException("cut");
        }, default));
        Assert.That(_books.Files.Single(), Does.EndWith(".tmp"));

        await exchange.PutAsync("CPAY_acme_20261123_000001.csv", (output, _) => output.WriteAsync("whole"u8.ToArray(), default).AsTask(), default);
        Assert.That(_books.Files, Is.EqualTo(new[] { "CPAY_acme_20261123_000001.csv" }));
    }
}
