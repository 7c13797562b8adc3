using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using CarrierPay.SmppAdapter.Pdu;
using CarrierPay.SmppAdapter.Session;
using CarrierPay.SmppAdapter.Text;
using Microsoft.Extensions.Logging.Abstractions;

namespace CarrierPay.Engine.Host.Tests;

/// <summary>A long text whose parts meet different lives of the engine.</summary>
[TestFixture, Parallelizable]
public sealed class LongTextCrashTests
{
    private Stage _stage = null!;
    private Smsc _smsc = null!;

    [SetUp]
    public async Task SetUp() => (_stage, _smsc) = (await Stage.SetAsync(phones: 1), new());

    [TearDown]
    public async Task TearDown()
    {
        await _stage.DisposeAsync();
        await _smsc.DisposeAsync();
    }

    [Test]
    public async Task Killed_between_part_and_part_the_engine_puts_the_text_together()
    {
        await using (var first = await StartAsync())
        {
            Assert.That(await _smsc.PartAsync(Phone, "PAY NEWS ", 1, 3), Is.EqualTo(CommandStatus.ROK));
            Assert.That(await _smsc.PartAsync(Phone, "LY", 3, 3), Is.EqualTo(CommandStatus.ROK));
            await first.KillAsync();
        }
        await using var second = await StartAsync();
        Assert.That(await _smsc.PartAsync(Phone, "DAI", 2, 3), Is.EqualTo(CommandStatus.ROK));
        await Eventually.True(() => _smsc.Texts.Any(t => t.Contains("Reply Y", StringComparison.Ordinal)), "a prompt");
        Assert.That(await CountAsync("open_payments"), Is.EqualTo(1));
    }

    [Test]
    public async Task Killed_while_the_whole_text_is_decided_the_engine_decides_it_when_its_last_part_comes_again()
    {
        await using var holder = await _stage.Database.Owner.OpenConnectionAsync();
        await using (var first = await StartAsync())
        {
            Assert.That(await _smsc.PartAsync(Phone, "PAY NEWS ", 1, 2), Is.EqualTo(CommandStatus.ROK));
            await using (var hold = new Npgsql.NpgsqlCommand("begin; select 1 from subscribers for no key update", holder))
                await hold.ExecuteNonQueryAsync();
            var last = _smsc.PartAsync(Phone, "DAILY", 2, 2);
            await Eventually.True(async () => await CountAsync("pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'") > 0, "the lane waits for the row");
            await first.KillAsync();
            Assert.That(await last, Is.Null, "it had no answer");
        }
        await using (var release = new Npgsql.NpgsqlCommand("rollback", holder))
            await release.ExecuteNonQueryAsync();
        await using var second = await StartAsync();
        Assert.That(await _smsc.PartAsync(Phone, "DAILY", 2, 2), Is.EqualTo(CommandStatus.ROK));
        await Eventually.True(() => _smsc.Texts.Any(t => t.Contains("Reply Y", StringComparison.Ordinal)), "a prompt");
        Assert.That(await CountAsync("open_payments"), Is.EqualTo(1));
    }

    private string Phone => _stage.Phones[0].Msisdn;

    private async Task<EngineUnderTest> StartAsync()
    {
        var settings = _stage.Settings();
        settings["CarrierPay__Smpp__Links__0__Port"] = _smsc.Port.ToString(CultureInfo.InvariantCulture);
        var engine = EngineUnderTest.Start(settings);
        await engine.ReadyAsync();
        return engine;
    }

    private async Task<long> CountAsync(string rows)
    {
        await using var command = _stage.Database.Owner.CreateCommand($"select count(*) from {rows}");
        return (long)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>Takes every text, and brings parts one by one.</summary>
    private sealed class Smsc : ISmppServerApplication, IAsyncDisposable
    {
        private readonly SmppServer _server;
        private readonly Task _reading;

        public Smsc()
        {
            _server = new(new() { Port = 0 }, this, TimeProvider.System, NullLogger<SmppServer>.Instance);
            _server.Start();
            _reading = ReadAsync();
        }

        public int Port => _server.EndPoint.Port;

        public ConcurrentQueue<string> Texts { get; } = new();

        public ValueTask<CommandStatus> JudgeBindAsync(SmppSession session, BindRequest request, CancellationToken cancellationToken) => ValueTask.FromResult(CommandStatus.ROK);

        /// <summary>The answer's status; null if there was none.</summary>
        public async Task<CommandStatus?> PartAsync(string from, string text, int sequence, int total)
        {
            byte[] part = [5, 0, 3, 9, (byte)total, (byte)sequence, .. Encoding.ASCII.GetBytes(text)];
            var outcome = await _server.Sessions.Single(s => s.State == SessionState.BoundTrx).RequestAsync(new DeliverSm
            {
                SourceAddr = Address.International(from),
                DestinationAddr = Address.ShortCode("500"),
                EsmClass = EsmClass.UserDataHeader,
                ShortMessage = part,
            });
            return outcome.Kind == RequestOutcomeKind.Responded ? outcome.Status : null;
        }

        public async ValueTask DisposeAsync()
        {
            await _server.DisposeAsync();
            await _reading;
        }

        private async Task ReadAsync()
        {
            await foreach (var request in _server.Inbound.ReadAllAsync())
            {
                if (request.Pdu is SubmitSm submit)
                    Texts.Enqueue(MessageText.Decode(submit).Text);
                request.Respond(new SubmitSmResp { MessageId = "1" });
            }
        }
    }
}
