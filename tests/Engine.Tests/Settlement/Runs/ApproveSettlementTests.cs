using CarrierPay.Engine.Ledger;
using CarrierPay.Engine.Settlement.Runs;
using CarrierPay.Engine.Storage;
using Npgsql;

namespace CarrierPay.Engine.Tests.Settlement.Runs;

[TestFixture]
public sealed class ApproveSettlementTests : BooksFixture
{
    private int _coffee;
    private SettlementBatch _batch = null!;

    /// <summary>2,499 to COFFEE, 70 %: 1,749 for the merchant, 750 for the operator; made by mia.</summary>
    [SetUp]
    public async Task CalculateOne()
    {
        _coffee = await Books.MerchantAsync("COFFEE", 7000);
        await Books.PayAsync(_coffee, 2499);
        await Books.CloseAndCalculateAsync("mia");
        _batch = await Books.BatchAsync();
    }

    [Test]
    public async Task Approved_by_another_person_the_money_is_to_be_paid_out()
    {
        Assert.That(await Books.Approve.HandleAsync(Books.Approval(_batch, "ann") with { Note = "checked" }), Is.EqualTo(ApproveSettlement.Outcome.Approved));

        await ExpectAsync(payable: 0, payout: 1749, revenue: 750);
        var batch = await Books.BatchAsync();
        Assert.That((batch.State, batch.DecidedBy, batch.DecidedAt, batch.Reason), Is.EqualTo((SettlementState.Approved, "ann", (DateTimeOffset?)Books.Noon, "checked")));
        var audit = await AuditTrail.ListAsync(Books.Admin, "settlement_batch", $"{_batch.Id}", "ann", null, 10, default);
        Assert.That(audit.Single().Action, Is.EqualTo("settlement approved"));
        Assert.That(audit.Single().Details, Does.Contain("1749"));
    }

    [Test]
    public async Task The_transfers_stand_in_the_open_period_and_name_the_line_they_settle()
    {
        await Books.Approve.HandleAsync(Books.Approval(_batch, "ann"));

        var line = (await Books.DetailAsync(_batch.Id)).Lines.Single();
        var transfers = await Books.QueryAsync<(int Period, short Kind, long Reference, long Amount)>(
            "select period, kind, reference, amount_minor from transfers where kind in (20, 21) order by kind");
        Assert.That(transfers, Is.EqualTo(new[]
        {
            (2, (short)TransferKind.SettlementPayout, line.Id, 1749L), (2, (short)TransferKind.SettlementRevenue, line.Id, 750L),
        }));
    }

    [Test]
    public async Task Settlements_own_transfers_are_not_settled_again()
    {
        await Books.Approve.HandleAsync(Books.Approval(_batch, "ann"));
        await Books.PayAsync(_coffee, 100);
        await Books.CloseAndCalculateAsync();

        var next = (await Books.Queries.ListAsync(null, 1)).Single();
        Assert.That((next.Period, next.State, next.GrossMinor, next.LedgerMinor), Is.EqualTo((2, SettlementState.Calculated, 100L, 100L)));
    }

    [Test]
    public async Task Its_own_maker_is_refused_and_nothing_moves()
    {
        Assert.That(await Books.Approve.HandleAsync(Books.Approval(_batch, "mia")), Is.EqualTo(ApproveSettlement.Outcome.OwnWork));

        await ExpectAsync(payable: 2499, payout: 0, revenue: 0);
        Assert.That((await Books.BatchAsync()).State, Is.EqualTo(SettlementState.Calculated));
    }

    [Test]
    public async Task TheDatabase_itself_refuses_self_approval() =>
        Assert.That(
            async () => await Books.ExecuteAsync("update settlement_batches set state = 3, decided_by = 'mia', decided_at = now()"),
            Throws.InstanceOf<PostgresException>().With.Property("ConstraintName").EqualTo("settlement_batches_two_people_check"));

    [Test]
    public async Task What_the_schedule_made_anybody_may_approve()
    {
        await Books.PayAsync(_coffee, 100);
        Books.Time.Advance(TimeSpan.FromDays(40));
        var (_, period) = await Books.Close.AtCutOffAsync(Books.Time.GetUtcNow());
        await Books.Calculate.HandleAsync(period);
        var batch = (await Books.Queries.ListAsync(null, 1)).Single();

        Assert.That(batch.MadeBy, Is.EqualTo(AuditTrail.Schedule));
        Assert.That(await Books.Approve.HandleAsync(Books.Approval(batch, "mia")), Is.EqualTo(ApproveSettlement.Outcome.Approved));
    }

    [Test]
    public async Task Of_two_approvers_at_the_same_second_one_wins_and_the_other_is_told()
    {
        for (var round = 0; round < 5; round++)
        {
            await Books.PayAsync(_coffee, 1000);
            await Books.CloseAndCalculateAsync("mia");
            var batch = (await Books.Queries.ListAsync(null, 1)).Single();
            var outcomes = await Task.WhenAll(
                Books.Approve.HandleAsync(Books.Approval(batch, "ann")), Books.Approve.HandleAsync(Books.Approval(batch, "bob")));

            Assert.That(outcomes, Is.EquivalentTo(new[] { ApproveSettlement.Outcome.Approved, ApproveSettlement.Outcome.AlreadyApproved }));
        }
        await ExpectAsync(payable: 2499, payout: 5 * 700, revenue: 5 * 300);
    }

    [Test]
    public async Task An_approver_and_a_rejecter_at_the_same_second_leave_one_decision()
    {
        var approving = Books.Approve.HandleAsync(Books.Approval(_batch, "ann"));
        var rejecting = Books.Reject.HandleAsync(Books.Rejection(_batch, "bob"));
        var outcome = (await approving, await rejecting);

        Assert.That(outcome, Is.AnyOf(
            (ApproveSettlement.Outcome.Approved, RejectSettlement.Outcome.AlreadyApproved), (ApproveSettlement.Outcome.AlreadyRejected, RejectSettlement.Outcome.Rejected)));
    }

    [Test]
    public async Task A_double_click_gets_the_same_answer_and_acts_once()
    {
        var request = Books.Approval(_batch, "ann", Guid.NewGuid());
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Books.Approve.HandleAsync(request)));

        Assert.That(outcomes, Is.All.EqualTo(ApproveSettlement.Outcome.Approved));
        Assert.That(await Books.Approve.HandleAsync(request), Is.EqualTo(ApproveSettlement.Outcome.Approved), "later, too");
        await ExpectAsync(payable: 0, payout: 1749, revenue: 750);
    }

    [Test]
    public async Task An_operation_id_of_somebody_else_is_refused()
    {
        var request = Books.Approval(_batch, "mia", Guid.NewGuid());
        await Books.Approve.HandleAsync(request);

        await Assert.ThrowsAsync<OperationIdTakenException>(() => Books.Approve.HandleAsync(request with { User = "ann" }));
        await ExpectAsync(payable: 2499, payout: 0, revenue: 0);
    }

    [Test]
    public async Task An_amount_that_is_not_the_batchs_is_refused()
    {
        Assert.That(await Books.Approve.HandleAsync(Books.Approval(_batch, "ann") with { AmountShownMinor = 1750 }), Is.EqualTo(ApproveSettlement.Outcome.AmountDiffers));
        await ExpectAsync(payable: 2499, payout: 0, revenue: 0);
    }

    [Test]
    public async Task Other_batches_and_versions_are_named_for_what_they_are()
    {
        Assert.That(await Books.Approve.HandleAsync(Books.Approval(_batch, "ann") with { BatchId = 4711 }), Is.EqualTo(ApproveSettlement.Outcome.NotFound));
        Assert.That(await Books.Approve.HandleAsync(Books.Approval(_batch, "ann") with { Version = 2 }), Is.EqualTo(ApproveSettlement.Outcome.OtherVersion));
        await Books.Rerun.HandleAsync(Books.Again(_batch, "mia"));
        Assert.That(await Books.Approve.HandleAsync(Books.Approval(_batch, "ann")), Is.EqualTo(ApproveSettlement.Outcome.Superseded));
        await ExpectAsync(payable: 2499, payout: 0, revenue: 0);
    }

    [Test]
    public async Task While_periods_close_the_transfers_stand_in_one_that_was_open()
    {
        for (var round = 0; round < 4; round++)
        {
            await Books.PayAsync(_coffee, 1000);
            await Books.CloseAndCalculateAsync("mia");
            var batch = (await Books.Queries.ListAsync(null, 1)).Single();
            var approving = Books.Approve.HandleAsync(Books.Approval(batch, "ann"));
            var closing = Books.CloseAsync("mia");
            Assert.That((await approving, await closing), Is.EqualTo((ApproveSettlement.Outcome.Approved, (2 * round) + 3)));
        }
        var late = await Books.ScalarAsync<long>("select count(*) from transfers t join periods p on p.id = t.period where t.created_at > p.drained_at");
        Assert.That(late, Is.Zero);
        Assert.That(await Books.ScalarAsync<long>("select count(*) from transfers where kind = 20"), Is.EqualTo(4));
    }

    [Test]
    public async Task Even_the_owner_cannot_change_what_was_calculated()
    {
        await Books.Approve.HandleAsync(Books.Approval(_batch, "ann"));

        string[] changes =
        [
            "update settlement_batches set gross_minor = gross_minor + 1, share_minor = share_minor + 1",
            "update settlement_batches set state = 1",
            "update settlement_batches set reason = 'another'",
            "delete from settlement_batches",
            "update settlement_lines set payable_minor = payable_minor",
            "delete from settlement_lines",
            "update audit set who = 'x'",
            "delete from audit",
        ];
        foreach (var sql in changes)
            Assert.That(async () => await Books.ExecuteAsync(sql), Throws.InstanceOf<PostgresException>().With.Property("SqlState").EqualTo(PostgresErrorCodes.RestrictViolation), sql);
    }

    [Test]
    public async Task The_engines_role_cannot_approve()
    {
        await using var command = Books.Engine.CreateCommand("update settlement_batches set state = 3, decided_by = 'ann', decided_at = now()");
        Assert.That(async () => await command.ExecuteNonQueryAsync(), Throws.InstanceOf<PostgresException>().With.Property("SqlState").EqualTo(PostgresErrorCodes.InsufficientPrivilege));
    }

    private async Task ExpectAsync(long payable, long payout, long revenue)
    {
        Assert.That(await Books.BalanceAsync(ChartAccount.MerchantPayable, _coffee), Is.EqualTo(payable));
        Assert.That(await Books.BalanceAsync(ChartAccount.MerchantPayout, _coffee), Is.EqualTo(payout));
        Assert.That(await Books.BalanceAsync(ChartAccount.OperatorRevenue, 0), Is.EqualTo(revenue));
    }
}
