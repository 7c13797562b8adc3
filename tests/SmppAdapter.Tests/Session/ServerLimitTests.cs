using CarrierPay.SmppAdapter.Pdu;
using CarrierPay.SmppAdapter.Session;
using CsCheck;
using Microsoft.Extensions.Time.Testing;

namespace CarrierPay.SmppAdapter.Tests.Session;

/// <summary>What one ESME, one address or one broken peer can take from a server: so much and no more.</summary>
public class ServerLimitTests
{
    [Test]
    public async Task A_second_bind_beyond_the_limit_of_its_system_id_is_answered_RALYBND_until_the_first_is_gone()
    {
        await using var smsc = new Loopback(options => options.PerEsme.MaxBinds = 1);
        var first = await RawPeer.BindAsync(smsc.Server);

        using var second = await RawPeer.BindAsync(smsc.Server, answered: CommandStatus.RALYBND);
        Assert.That(await second.ReadAsync(), Is.Null);
        using var other = await RawPeer.BindAsync(smsc.Server, systemId: "other");
        await first.AssertQuietAsync();

        first.Reset();
        await Deadlines.Until(() => smsc.Server.Sessions.Count == 1);
        using var again = await RawPeer.BindAsync(smsc.Server);
    }

    [Test]
    public async Task A_refused_password_takes_no_place()
    {
        await using var smsc = new Loopback(options => options.PerEsme.MaxBinds = 1);
        using var wrong = await RawPeer.ConnectAsync(smsc.Server);
        await wrong.SendAsync(BindRequest.Of(BindType.Transceiver, "raw", "wrong"));
        Assert.That((await wrong.ReadAsync())!.CommandStatus, Is.EqualTo(CommandStatus.RINVPASWD));

        using var right = await RawPeer.BindAsync(smsc.Server);
    }

    [Test]
    public async Task The_rate_of_a_system_id_holds_over_all_its_binds_and_over_binding_again()
    {
        var time = new FakeTimeProvider();
        await using var smsc = new Loopback(options => options.PerEsme.MaxRate = 2, time);
        using var first = await RawPeer.BindAsync(smsc.Server);
        using var second = await RawPeer.BindAsync(smsc.Server);
        await first.SendAsync(new SubmitSm { SequenceNumber = 2 }, new DataSm { SequenceNumber = 3 }, new SubmitSm { SequenceNumber = 4 });
        Assert.That(await first.ReadAsync(), Is.EqualTo(new SubmitSmResp { SequenceNumber = 4, CommandStatus = CommandStatus.RTHROTTLED }));

        await second.SendAsync(new SubmitSm { SequenceNumber = 5 });
        Assert.That((await second.ReadAsync<SubmitSmResp>()).CommandStatus, Is.EqualTo(CommandStatus.RTHROTTLED));
        await second.SendAsync(new QuerySm { SequenceNumber = 6 });
        await second.AssertQuietAsync();
        using var third = await RawPeer.BindAsync(smsc.Server);
        await third.SendAsync(new SubmitSm { SequenceNumber = 7 });
        Assert.That((await third.ReadAsync<SubmitSmResp>()).CommandStatus, Is.EqualTo(CommandStatus.RTHROTTLED));
        using var other = await RawPeer.BindAsync(smsc.Server, systemId: "other");
        await other.SendAsync(new SubmitSm { SequenceNumber = 8 });
        await other.AssertQuietAsync();

        time.Advance(TimeSpan.FromSeconds(1));
        await third.SendAsync(new SubmitSm { SequenceNumber = 9 });
        await third.AssertQuietAsync();
    }

    [Test]
    public async Task What_a_system_id_may_have_unanswered_holds_over_all_its_binds()
    {
        await using var smsc = new Loopback(options => options.PerEsme.MaxUnanswered = 1);
        using var first = await RawPeer.BindAsync(smsc.Server);
        using var second = await RawPeer.BindAsync(smsc.Server);
        await first.SendAsync(new SubmitSm { SequenceNumber = 2 });
        await first.AssertQuietAsync();

        await second.SendAsync(new SubmitSm { SequenceNumber = 3 });
        Assert.That((await second.ReadAsync<SubmitSmResp>()).CommandStatus, Is.EqualTo(CommandStatus.RTHROTTLED));

        (await smsc.Server.Inbound.ReadAsync().InTime()).Respond(CommandStatus.ROK);
        await second.SendAsync(new SubmitSm { SequenceNumber = 4 });
        await second.AssertQuietAsync();
    }

    [Test]
    public async Task The_application_may_give_each_system_id_limits_of_its_own()
    {
        await using var smsc = new Loopback(options => options.PerEsme.MaxBinds = 1) { LimitsFor = systemId => systemId == "big" ? new EsmeLimits { MaxBinds = 2 } : null };
        using var first = await RawPeer.BindAsync(smsc.Server, systemId: "big");
        using var second = await RawPeer.BindAsync(smsc.Server, systemId: "big");
        using var third = await RawPeer.BindAsync(smsc.Server, systemId: "big", answered: CommandStatus.RALYBND);
        using var small = await RawPeer.BindAsync(smsc.Server, systemId: "small");
        using var another = await RawPeer.BindAsync(smsc.Server, systemId: "small", answered: CommandStatus.RALYBND);
    }

    [Test]
    public async Task Connections_of_one_address_beyond_its_limit_are_closed_at_once()
    {
        await using var smsc = new Loopback(options => options.MaxConnectionsPerAddress = 1);
        using var first = await RawPeer.BindAsync(smsc.Server);
        using var second = await RawPeer.ConnectAsync(smsc.Server);

        Assert.That(await second.ReadAsync(), Is.Null);
        first.Dispose();
        await Deadlines.Until(() => smsc.Server.Sessions.Count == 0);
        await Deadlines.Until(() => TryBindAsync(smsc.Server).GetAwaiter().GetResult());
    }

    [Test]
    public async Task A_stranger_that_talks_and_does_not_bind_is_left()
    {
        await using var smsc = new Loopback();
        using var stranger = await RawPeer.ConnectAsync(smsc.Server);

        await stranger.SendAsync([.. Enumerable.Range(1, 200).Select(i => new EnquireLink { SequenceNumber = (uint)i })]);

        var answers = 0;
        while (await stranger.ReadAsync() is EnquireLinkResp)
        {
            answers++;
        }
        Assert.That(answers, Is.EqualTo(100));
    }

    [Test]
    public async Task An_esme_that_bound_may_talk_without_end()
    {
        await using var smsc = new Loopback();
        using var peer = await RawPeer.BindAsync(smsc.Server);

        await peer.SendAsync([.. Enumerable.Range(1, 200).Select(i => new EnquireLink { SequenceNumber = (uint)i })]);

        for (var i = 0; i < 200; i++)
        {
            await peer.ReadAsync<EnquireLinkResp>();
        }
        await peer.AssertQuietAsync();
    }

    [Test]
    public async Task A_scan_costs_so_many_lines_a_minute_and_then_their_count()
    {
        var time = new FakeTimeProvider();
        using var logs = new CollectedLogs();
        await using var smsc = new Loopback(options => options.MaxWarningsPerMinute = 3, time, logs);
        for (var i = 0; i < 10; i++)
        {
            await ScanAsync(smsc.Server);
        }
        Assert.That(Warnings(logs), Is.EqualTo(3));

        time.Advance(TimeSpan.FromMinutes(1));
        await ScanAsync(smsc.Server);

        await Deadlines.Until(() => Warnings(logs) == 4);
        Assert.That(logs.Lines.Count(line => line.Contains("7 more warnings about 127.0.0.1 were not written", StringComparison.Ordinal)), Is.EqualTo(1));
    }

    [Test]
    public async Task Broken_pdus_of_a_bound_peer_are_all_answered_though_few_are_logged()
    {
        using var logs = new CollectedLogs();
        await using var smsc = new Loopback(options => options.MaxWarningsPerMinute = 3, logs: logs);
        using var peer = await RawPeer.BindAsync(smsc.Server);

        for (var i = 0; i < 20; i++)
        {
            await peer.SendAsync(new RawPdu(CommandId.SubmitSm, default) { SequenceNumber = 5 });
            await peer.ReadAsync<SubmitSmResp>();
        }

        Assert.That(logs.Lines.Count(line => line.Contains("broken body", StringComparison.Ordinal)), Is.EqualTo(3));
        Assert.That(smsc.Server.Sessions.Single().Counters.Malformed, Is.EqualTo(20));
    }

    [Test]
    public void Logged_and_suppressed_lines_add_up_for_any_crowd_of_addresses()
    {
        Gen.Select(Gen.Int[0, 3000], Gen.Int[0, 20]).Array[1, 3000].Sample(
            steps =>
            {
                var time = new FakeTimeProvider();
                var limit = new LogLimit(mostPerMinute: 2, time);
                int allowed = 0, refused = 0, told = 0;
                foreach (var (remote, seconds) in steps)
                {
                    time.Advance(TimeSpan.FromSeconds(seconds));
                    if (limit.Allows($"10.0.{remote >> 8}.{remote & 0xFF}", out var suppressed))
                    {
                        allowed++;
                        told += suppressed;
                    }
                    else
                    {
                        refused++;
                    }
                }
                return allowed + refused == steps.Length && told <= refused;
            },
            iter: 20);
    }

    private static int Warnings(CollectedLogs logs) => logs.Lines.Count(line => line.Contains("what is not SMPP", StringComparison.Ordinal));

    private static async Task ScanAsync(SmppServer server)
    {
        using var peer = await RawPeer.ConnectAsync(server);
        await peer.SendAsync("GET / HTTP/1.1\r\n\r\n"u8.ToArray());
        while (await peer.ReadAsync() is not null)
        {
            // generic_nack, then the end.
        }
    }

    private static async Task<bool> TryBindAsync(SmppServer server)
    {
        using var peer = await RawPeer.ConnectAsync(server);
        await peer.SendAsync(BindRequest.Of(BindType.Transceiver, "raw", "secret"));
        return await peer.ReadAsync() is BindTransceiverResp;
    }
}
