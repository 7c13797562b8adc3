using CarrierPay.Engine.Settlement.Runs;

namespace CarrierPay.Engine.Tests.Settlement.Runs;

[TestFixture]
public sealed class RerunSettlementTests : BooksFixture
{
    private int _coffee;
    private SettlementBatch _batch = null!;

    [SetUp]
    public async Task CalculateOne()
    {
        _coffee = await Books.MerchantAsync("COFFEE", 7000);
        await Books.PayAsync(_coffee, 1000);
        await Books.CloseAndCalculateAsync("mia");
        _batch = await Books.BatchAsync();
    }

    [Test]
    public async Task Rejected_with_a_reason_and_calculated_again_it_is_a_new_version_and_the_old_one_stays()
    {
        Assert.That(await Books.Reject.HandleAsync(Books.Rejection(_batch, "ann", "The rate is 60 %")), Is.EqualTo(RejectSettlement.Outcome.Rejected));
        await Books.ContractAsync(_coffee, new(2026, 11, 23), null, 6000);
        Assert.That(await Books.Rerun.HandleAsync(Books.Again(_batch, "mia")), Is.EqualTo(RerunSettlement.Outcome.Calculated));

        var versions = (await Books.DetailAsync(_batch.Id)).Versions;
        Assert.That(versions.Select(v => (v.Version, v.State, v.PayableMinor, v.DecidedBy, v.Reason)), Is.EqualTo(new[]
        {
            (1, SettlementState.Superseded, 700L, "ann", "The rate is 60 %"), (2, SettlementState.Calculated, 600L, (string?)null, (string?)null),
        }));
        Assert.That((await Books.Queries.ListAsync(null, 10)).Select(b => b.Version), Is.EqualTo(new[] { 2 }), "superseded ones are listed only when asked for");
        Assert.That(await Books.Approve.HandleAsync(Books.Approval(versions[1], "ann")), Is.EqualTo(ApproveSettlement.Outcome.Approved));
    }

    [Test]
    public async Task Who_calculates_again_is_the_new_maker()
    {
        await Books.Rerun.HandleAsync(Books.Again(_batch, "ann"));
        var second = (await Books.Queries.ListAsync(null, 1)).Single();

        Assert.That(await Books.Approve.HandleAsync(Books.Approval(second, "ann")), Is.EqualTo(ApproveSettlement.Outcome.OwnWork));
        Assert.That(await Books.Approve.HandleAsync(Books.Approval(second, "mia")), Is.EqualTo(ApproveSettlement.Outcome.Approved));
    }

    [Test]
    public async Task A_blocked_one_is_calculated_again_when_its_problem_is_solved()
    {
        var stall = await Books.MerchantWithoutContractAsync("STALL");
        await Books.PayAsync(stall, 500);
        await Books.CloseAndCalculateAsync("mia");
        var blocked = (await Books.Queries.ListAsync(null, 1)).Single();
        Assert.That(await Books.Rerun.HandleAsync(Books.Again(blocked, "mia")), Is.EqualTo(RerunSettlement.Outcome.Blocked));
        var again = (await Books.Queries.ListAsync(null, 1)).Single();
        await Books.ContractAsync(stall, new(2026, 11, 1), null, 8000);

        Assert.That(await Books.Rerun.HandleAsync(Books.Again(again, "mia")), Is.EqualTo(RerunSettlement.Outcome.Calculated));
        var third = (await Books.Queries.ListAsync(null, 1)).Single();
        Assert.That((third.Version, third.PayableMinor), Is.EqualTo((3, 400L)));
    }

    [Test]
    public async Task An_approved_one_is_not_calculated_again()
    {
        await Books.Approve.HandleAsync(Books.Approval(_batch, "ann"));

        Assert.That(await Books.Rerun.HandleAsync(Books.Again(_batch, "mia")), Is.EqualTo(RerunSettlement.Outcome.AlreadyApproved));
        Assert.That(await Books.Reject.HandleAsync(Books.Rejection(_batch, "bob")), Is.EqualTo(RejectSettlement.Outcome.AlreadyApproved));
    }

    [Test]
    public async Task A_double_click_makes_one_version()
    {
        var request = Books.Again(_batch, "mia", Guid.NewGuid());
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Books.Rerun.HandleAsync(request)));

        Assert.That(outcomes, Is.All.EqualTo(RerunSettlement.Outcome.Calculated));
        Assert.That((await Books.DetailAsync(_batch.Id)).Versions, Has.Count.EqualTo(2));
    }

    [Test]
    public async Task Two_people_at_once_make_one_version_and_one_is_told()
    {
        var outcomes = await Task.WhenAll(Books.Rerun.HandleAsync(Books.Again(_batch, "mia")), Books.Rerun.HandleAsync(Books.Again(_batch, "ann")));

        Assert.That(outcomes, Is.EquivalentTo(new[] { RerunSettlement.Outcome.Calculated, RerunSettlement.Outcome.Superseded }));
    }

    [Test]
    public async Task A_reason_is_needed()
    {
        Assert.That(await Books.Reject.HandleAsync(Books.Rejection(_batch, "ann", " ")), Is.EqualTo(RejectSettlement.Outcome.ReasonMissing));
        Assert.That(await Books.Rerun.HandleAsync(Books.Again(_batch, "ann") with { Reason = "" }), Is.EqualTo(RerunSettlement.Outcome.ReasonMissing));
        Assert.That((await Books.BatchAsync()).State, Is.EqualTo(SettlementState.Calculated));
    }

    [Test]
    public async Task A_rejected_one_is_not_decided_again_and_a_blocked_one_not_rejected()
    {
        await Books.Reject.HandleAsync(Books.Rejection(_batch, "ann"));
        Assert.That(await Books.Reject.HandleAsync(Books.Rejection(_batch, "bob")), Is.EqualTo(RejectSettlement.Outcome.AlreadyRejected));
        Assert.That(await Books.Approve.HandleAsync(Books.Approval(_batch, "bob")), Is.EqualTo(ApproveSettlement.Outcome.AlreadyRejected));

        await Books.PayAsync(await Books.MerchantWithoutContractAsync("STALL"), 500);
        await Books.CloseAndCalculateAsync();
        Assert.That(await Books.Reject.HandleAsync(Books.Rejection((await Books.Queries.ListAsync(null, 1)).Single(), "bob")), Is.EqualTo(RejectSettlement.Outcome.Blocked));
    }
}
