using CarrierPay.Engine.Funding.Bank;
using CarrierPay.Engine.Subscribers;
using Dapper;

namespace CarrierPay.Engine.Host.Tests.Rails;

/// <summary>An engine that was frozen with debits under way, and wakes when another has reversed them (lanes.md 11).</summary>
/// <remarks>The bank forgets reversals that come before their original, so that the debit that comes after all is done.</remarks>
[TestFixture]
public sealed class RailFrozenTests
{
    // Longer than it takes until the other engine has reversed everything: the frozen one still waits for its answers when it wakes.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(45);

    [Test]
    public async Task Woken_after_another_has_reversed_its_debits_an_engine_takes_nothing_from_anybody()
    {
        await using var stage = await RailsStage.SetAsync(phones: 6, options => options.Bank.ForgetsReversals = true);
        var frozen = await stage.StartEngineAsync(Patience);
        var (notSent, late, answered) = (stage.Payers[1], stage.Payers[3], stage.Payers[5]);
        var orders = await Task.WhenAll(notSent.AskAsync(), late.AskAsync(), answered.AskAsync());

        // The bank has done the third; its answer is under way. The second has left the engine and has not come to the bank. The first is stored, and no more.
        stage.Bank.ToEngine.Close();
        answered.Confirm(orders[2]);
        await Eventually.True(() => stage.BalanceOf(answered) == RailsStage.Opening - Stage.Price, "the bank has debited the third");
        stage.Bank.ToRail.Close();
        late.Confirm(orders[1]);
        await Eventually.True(async () => await TraceAsync(stage, late) is { } trace && stage.Bank.ToRail.HasCome(trace), "the second has left the engine");
        await using (var holder = await HoldBeforeSendingAsync(stage, notSent, orders[0]))
            await frozen.SignalAsync("STOP");
        var other = stage.NewGate(stage.Stage.Simulator.BankPort);
        await stage.Stage.StartEngineAsync(stage.Settings(Patience, bank: other));
        Assert.That(await notSent.EndAsync(orders[0]), Does.Contain("NOT PAID"));
        Assert.That(await late.EndAsync(orders[1]), Does.Contain("NOT PAID"));
        Assert.That(await answered.EndAsync(orders[2]), Does.Contain("NOT PAID"));
        Assert.That(stage.BalanceOf(answered), Is.EqualTo(RailsStage.Opening), "it was given back");
        TestContext.Out.WriteLine($"While the engine was frozen the other one was answered: {string.Join(", ", await AnswersAsync(stage))}");

        stage.Bank.ToRail.Open();
        await Eventually.True(() => stage.BalanceOf(late) == RailsStage.Opening - Stage.Price, "the debit comes to the bank after its reversal");
        stage.Bank.ToEngine.Open();
        await frozen.SignalAsync("CONT");

        await Eventually.True(() => stage.BalanceOf(late) == RailsStage.Opening, "the late debit is undone");
        await Eventually.True(async () => await ReversalsAsync(stage, answered) >= 2, "the late approval is answered with one more reversal");
        await stage.CheckAsync();
        foreach (var payer in new[] { notSent, late, answered })
        {
            Assert.That(stage.BalanceOf(payer), Is.EqualTo(RailsStage.Opening));
            Assert.That(await stage.OutcomesAsync(payer), Is.EqualTo(new[] { PaymentOutcome.Reversed }));
        }
        Assert.That(stage.Stage.Simulator.Bank.Books.LedgerAfter(0).Count(e => e.Kind == "debit"), Is.EqualTo(2), "what was not sent when the engine froze was never sent");
        TestContext.Out.WriteLine($"In all: {string.Join(", ", await AnswersAsync(stage))}");
    }

    /// <summary>Confirms, and stops the engine between the commit and the octets: it needs the account for them, and its row cannot be read.</summary>
    /// <returns>Whoever holds it.</returns>
    private static async Task<Npgsql.NpgsqlConnection> HoldBeforeSendingAsync(RailsStage stage, Payer payer, Payer.Order order)
    {
        var holder = await stage.Stage.Database.Owner.OpenConnectionAsync();
        await using (var writes = await stage.Stage.Database.Owner.OpenConnectionAsync())
        {
            // The decision has read the link, and waits to write the call ...
            await writes.ExecuteAsync("begin; lock table connector_calls in share mode");
            payer.Confirm(order);
            await WaitsForAsync(stage, writes.ProcessID);
            // ... so that this lock comes after its commit, and before whoever wants to read the link again.
            var locking = holder.ExecuteAsync("begin; lock table bank_links in access exclusive mode");
            await Eventually.True(async () => await stage.ReadAsync<bool>("select exists (select from pg_stat_activity where pid = @pid and wait_event_type = 'Lock')", new { pid = holder.ProcessID }), "the lock is queued");
            await writes.ExecuteAsync("rollback");
            await locking;
        }
        await Eventually.True(async () => await TraceAsync(stage, payer) is not null, "the debit is stored");
        await WaitsForAsync(stage, holder.ProcessID);
        return holder;
    }

    private static Task WaitsForAsync(RailsStage stage, int holder) => Eventually.True(
        () => stage.ReadAsync<bool>("select exists (select from pg_stat_activity where pg_blocking_pids(pid) @> array[@holder])", new { holder }), "the engine waits for the lock");

    /// <summary>What names the debit of a subscriber on the wire; null = there is none that is open.</summary>
    private static async Task<string?> TraceAsync(RailsStage stage, Payer payer) => await stage.ReadAsync<string?>(
        "select c.request from connector_calls c join subscribers s on s.lane = c.lane and s.id = c.subscriber_id where c.kind = @kind and s.msisdn = @Msisdn",
        new { kind = (short)ConnectorKind.BankDebit, payer.Msisdn }) is { } request ? BankRequest.FromJson(request).Fields[37] : null;

    private static Task<long> ReversalsAsync(RailsStage stage, Payer payer) => stage.ReadAsync<long>(
        "select count(*) from calls c join subscribers s on s.lane = c.lane and s.id = c.subscriber_id where c.kind = @kind and s.msisdn = @Msisdn",
        new { kind = (short)ConnectorKind.BankReversal, payer.Msisdn });

    private static async Task<IReadOnlyList<string>> AnswersAsync(RailsStage stage)
    {
        await using var connection = await stage.Stage.Database.Owner.OpenConnectionAsync();
        return [.. await connection.QueryAsync<string>("select answer from calls where kind = @kind order by ended_at", new { kind = (short)ConnectorKind.BankReversal })];
    }
}
