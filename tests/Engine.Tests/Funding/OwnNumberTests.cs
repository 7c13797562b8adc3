using CarrierPay.Engine.Lanes;
using CarrierPay.Engine.Subscribers;
using CarrierPay.Engine.Tests.Lanes;
using Npgsql;

namespace CarrierPay.Engine.Tests.Funding;

/// <summary>An engine that goes on under another number, after it was frozen or its heartbeat was lost: what the old number owned is not its own any more.</summary>
[TestFixture, Parallelizable] // beside the rails
internal sealed class OwnNumberTests : RailFixture
{
    [Test]
    public async Task A_debit_that_an_engine_held_under_a_number_that_it_has_lost_is_not_sent_under_the_next()
    {
        Stage = await RailStage.SetAsync(FundingKind.Bank);
        var engine = await Stage.StartEngineAsync();
        await using (await OrderAndHoldAsync(engine))
        {
            var lease = engine.Get<EngineLease>();
            var lost = lease.Id;
            lease.StartAnew();
            await Eventually.True(() => lease.IsHeld && lease.Id != lost, "it beats under another number");
            Assert.That(lease.Holds(lost), Is.False);
        }

        await Stage.EndedAsync(1);
        Assert.That(await Stage.OutcomesAsync(1), Is.EqualTo(new[] { PaymentOutcome.Reversed }), "whoever takes it up does not know whether it was sent");
        Assert.That(Stage.MovedAtBank(1), Is.Empty);
        await Stage.CheckBooksAsync();
    }

    [Test]
    public async Task While_it_beats_an_engine_holds_what_it_owns_and_nothing_else()
    {
        Stage = await RailStage.SetAsync(FundingKind.Airtime);
        var lease = (await Stage.StartEngineAsync()).Get<EngineLease>();
        Assert.That((lease.Holds(null), lease.Holds(lease.Id), lease.Holds(lease.Id + 1), lease.Holds(0)), Is.EqualTo((true, true, false, false)));
    }

    /// <summary>Until the result is disposed, the debit is stored and its octets wait for the account.</summary>
    private async Task<NpgsqlConnection> OrderAndHoldAsync(LaneStack engine)
    {
        await engine.TextAsync(1, "PAY COFFEE LATTE");
        await RailStage.NextAsync(engine);
        var holder = await Stage.Database.Owner.OpenConnectionAsync();
        await using var decision = await Stage.Database.Owner.OpenConnectionAsync();
        // Between the commit, which is held here, and the account, which is locked behind it.
        await ExecuteAsync(decision, "begin; lock table connector_calls in share mode");
        var confirmed = engine.TextAsync(1, $"Y {LaneStack.CodeOf(1, 1)}");
        await WaitsForAsync(decision.ProcessID);
        var locking = ExecuteAsync(holder, "begin; lock table bank_links in access exclusive mode");
        await Eventually.True(() => Stage.ReadAsync<bool>($"select exists (select from pg_stat_activity where pid = {holder.ProcessID} and wait_event_type = 'Lock')"), "the lock is queued");
        await ExecuteAsync(decision, "rollback");
        await locking;
        await confirmed;
        await WaitsForAsync(holder.ProcessID);
        return holder;
    }

    private Task WaitsForAsync(int holder) =>
        Eventually.True(() => Stage.ReadAsync<bool>($"select exists (select from pg_stat_activity where pg_blocking_pids(pid) @> array[{holder}])"), "somebody waits for the lock");

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
