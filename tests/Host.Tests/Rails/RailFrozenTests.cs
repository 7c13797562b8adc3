using CarrierPay.Engine.Funding.Airtime;
using CarrierPay.Engine.Subscribers;
using Dapper;
using Npgsql;

namespace CarrierPay.Engine.Host.Tests.Rails;

/// <summary>An engine that was frozen with debits under way, and wakes when another has seen to them (lanes.md 10 and 11).</summary>
/// <remarks>
/// On each rail three debits: one is stored and no more, one has left the engine and is still on its way, of one the answer is on its way. The bank forgets
/// reversals that come before their original, so that the debit that comes after all is done.
/// </remarks>
[TestFixture, Parallelizable(ParallelScope.All)] // what takes their time is waiting for a frozen engine to count as dead
public sealed class RailFrozenTests
{
    // Longer than it takes until the other engine has seen to everything: the frozen one still waits for its answers when it wakes.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(45);

    [Test]
    public async Task Woken_after_another_has_charged_its_debits_to_airtime_an_engine_charges_nobody_twice()
    {
        await using var stage = await RailsStage.SetAsync(phones: 6);
        var frozen = await stage.StartEngineAsync(Patience);
        Payer[] payers = [stage.Payers[0], stage.Payers[2], stage.Payers[4]];
        var (notSent, late, answered) = (payers[0], payers[1], payers[2]);
        var orders = await Task.WhenAll(payers.Select(p => p.AskAsync()));

        await HoldAnswerAsync(stage, stage.Ocs, answered, orders[2]);
        await HoldRequestAsync(stage, stage.Ocs, ConnectorKind.OcsDebit, late, orders[1]);
        await using (var barrier = await CommitBarrier.SetAsync(stage))
        {
            notSent.Confirm(orders[0]);
            await barrier.IsReachedAsync();
            await frozen.SignalAsync("STOP");
        }
        await Eventually.True(async () => await RequestAsync(stage, ConnectorKind.OcsDebit, notSent) is not null, "the debit is stored");
        var requests = await Task.WhenAll(payers.Select(async p => OcsRequest.FromJson((await RequestAsync(stage, ConnectorKind.OcsDebit, p))!)));
        var way = stage.NewGate(stage.Stage.Simulator.OcsPort);
        var other = await stage.Stage.StartEngineAsync(stage.Settings(Patience, ocs: way.Port));
        for (var i = 0; i < payers.Length; i++)
        {
            Assert.That(await payers[i].EndAsync(orders[i]), Does.Contain($"Ref {orders[i].Reference} PAID"));
            Assert.That(await stage.BalanceOfAsync(payers[i]), Is.EqualTo(RailsStage.Opening - Stage.Price));
            Assert.That(DiameterWire.RequestsOf(requests[i].SessionId, way.ToRail), Is.EqualTo(new[] { DiameterWire.Repeat(requests[i].Octets) }), "the same octets, with the T flag");
        }

        var known = stage.Stage.Simulator.Ocs.Books.Repeats;
        stage.Ocs.ToRail.Open();
        await Eventually.True(() => stage.Stage.Simulator.Ocs.Books.Repeats > known, "the original comes to the charging system after its repeat");
        stage.Ocs.ToEngine.Open();
        await frozen.SignalAsync("CONT");
        await other.KillAsync();

        foreach (var payer in payers)
            Assert.That(await payer.PayAsync(), Does.Contain(" PAID"), "the engine that was frozen goes on");
        await stage.CheckAsync();
        foreach (var payer in payers)
            Assert.That(await stage.OutcomesAsync(payer), Is.EqualTo(new[] { PaymentOutcome.Succeeded, PaymentOutcome.Succeeded }));
        Assert.That(DiameterWire.RequestsOf(requests[0].SessionId, stage.Ocs.ToRail), Is.Empty, "what was not sent when the engine froze was never sent by it");
        Assert.That(stage.Stage.Simulator.Ocs.Books.Debits, Is.EqualTo(2 * payers.Length));
    }

    [Test]
    public async Task Woken_after_another_has_reversed_its_debits_an_engine_takes_nothing_from_anybody()
    {
        await using var stage = await RailsStage.SetAsync(phones: 6, options => options.Bank.ForgetsReversals = true);
        var frozen = await stage.StartEngineAsync(Patience);
        Payer[] payers = [stage.Payers[1], stage.Payers[3], stage.Payers[5]];
        var (notSent, late, answered) = (payers[0], payers[1], payers[2]);
        var orders = await Task.WhenAll(payers.Select(p => p.AskAsync()));

        await HoldAnswerAsync(stage, stage.Bank, answered, orders[2]);
        await HoldRequestAsync(stage, stage.Bank, ConnectorKind.BankDebit, late, orders[1]);
        await using (var holder = await HoldBeforeSendingAsync(stage, notSent, orders[0]))
            await frozen.SignalAsync("STOP");
        var other = stage.NewGate(stage.Stage.Simulator.BankPort);
        await stage.Stage.StartEngineAsync(stage.Settings(Patience, bank: other.Port));
        for (var i = 0; i < payers.Length; i++)
            Assert.That(await payers[i].EndAsync(orders[i]), Does.Contain("NOT PAID"));
        Assert.That(await stage.BalanceOfAsync(answered), Is.EqualTo(RailsStage.Opening), "it was given back");
        TestContext.Out.WriteLine($"While the engine was frozen the other one was answered: {string.Join(", ", await AnswersAsync(stage))}");

        stage.Bank.ToRail.Open();
        await Eventually.True(async () => await stage.BalanceOfAsync(late) == RailsStage.Opening - Stage.Price, "the debit comes to the bank after its reversal");
        stage.Bank.ToEngine.Open();
        await frozen.SignalAsync("CONT");

        await Eventually.True(async () => await stage.BalanceOfAsync(late) == RailsStage.Opening, "the late debit is undone");
        await Eventually.True(async () => await ReversalsAsync(stage, answered) >= 2, "the late approval is answered with one more reversal");
        await stage.CheckAsync();
        foreach (var payer in payers)
        {
            Assert.That(await stage.BalanceOfAsync(payer), Is.EqualTo(RailsStage.Opening));
            Assert.That(await stage.OutcomesAsync(payer), Is.EqualTo(new[] { PaymentOutcome.Reversed }));
        }
        Assert.That(stage.Stage.Simulator.Bank.Books.LedgerAfter(0).Count(e => e.Kind == "debit"), Is.EqualTo(2), "what was not sent when the engine froze was never sent");
        TestContext.Out.WriteLine($"In all: {string.Join(", ", await AnswersAsync(stage))}");
    }

    /// <summary>Confirms. The rail does the debit, and its answer stays on the way.</summary>
    private static async Task HoldAnswerAsync(RailsStage stage, Gate gate, Payer payer, Payer.Order order)
    {
        gate.ToEngine.Close();
        payer.Confirm(order);
        await Eventually.True(async () => await stage.BalanceOfAsync(payer) == RailsStage.Opening - Stage.Price, "the debit is done");
    }

    /// <summary>Confirms. The debit has left the engine, and stays on the way.</summary>
    private static async Task HoldRequestAsync(RailsStage stage, Gate gate, ConnectorKind debit, Payer payer, Payer.Order order)
    {
        gate.ToRail.Close();
        payer.Confirm(order);
        await Eventually.True(async () => await RequestAsync(stage, debit, payer) is { } request && gate.ToRail.HasCome(RailUnderTest.TraceOf(debit, request)), "the debit has left the engine");
    }

    /// <summary>Confirms, and stops the engine between the commit and the octets: it needs the account for them, and its row cannot be read.</summary>
    /// <returns>Whoever holds it.</returns>
    private static async Task<NpgsqlConnection> HoldBeforeSendingAsync(RailsStage stage, Payer payer, Payer.Order order)
    {
        var holder = await stage.Stage.Database.Owner.OpenConnectionAsync();
        await using (var writes = await stage.Stage.Database.Owner.OpenConnectionAsync())
        {
            // The decision has read the link, and waits to write the call ...
            await writes.ExecuteAsync("begin; lock table connector_calls in share mode");
            payer.Confirm(order);
            await stage.WaitsForAsync(writes, "the engine waits to write");
            // ... so that this lock comes after its commit, and before whoever wants to read the link again.
            var locking = holder.ExecuteAsync("begin; lock table bank_links in access exclusive mode");
            await Eventually.True(async () => await stage.ReadAsync<bool>("select exists (select from pg_stat_activity where pid = @pid and wait_event_type = 'Lock')", new { pid = holder.ProcessID }), "the lock is queued");
            await writes.ExecuteAsync("rollback");
            await locking;
        }
        await Eventually.True(async () => await RequestAsync(stage, ConnectorKind.BankDebit, payer) is not null, "the debit is stored");
        await stage.WaitsForAsync(holder, "the engine waits to read the account");
        return holder;
    }

    /// <summary>The stored debit of a subscriber; null = there is none that is open.</summary>
    private static Task<string?> RequestAsync(RailsStage stage, ConnectorKind debit, Payer payer) => stage.ReadAsync<string?>(
        "select c.request from connector_calls c join subscribers s on s.lane = c.lane and s.id = c.subscriber_id where c.kind = @kind and s.msisdn = @Msisdn",
        new { kind = (short)debit, payer.Msisdn });

    private static Task<long> ReversalsAsync(RailsStage stage, Payer payer) => stage.ReadAsync<long>(
        "select count(*) from calls c join subscribers s on s.lane = c.lane and s.id = c.subscriber_id where c.kind = @kind and s.msisdn = @Msisdn",
        new { kind = (short)ConnectorKind.BankReversal, payer.Msisdn });

    private static async Task<IReadOnlyList<string>> AnswersAsync(RailsStage stage)
    {
        await using var connection = await stage.Stage.Database.Owner.OpenConnectionAsync();
        return [.. await connection.QueryAsync<string>("select answer from calls where kind = @kind order by ended_at", new { kind = (short)ConnectorKind.BankReversal })];
    }
}
