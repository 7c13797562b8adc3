using CarrierPay.Engine.Funding;
using CarrierPay.Engine.Messaging.Texts;
using CarrierPay.Engine.Payments.Doubts;
using CarrierPay.Engine.Storage;
using CarrierPay.Engine.Subscribers;
using CarrierPay.Engine.Tests.Funding;
using CarrierPay.Engine.Tests.Lanes;
using CarrierPay.Simulator.Bank;
using CarrierPay.Simulator.Ocs;
using Microsoft.Extensions.Options;
using Npgsql;

namespace CarrierPay.Engine.Tests.Payments.Doubts;

/// <summary>What no schedule resolves, from a charging system and a bank over real sockets to the people who decide it, and back to the lane.</summary>
[TestFixture, Parallelizable] // beside the rails
internal sealed partial class DoubtDeskTests : RailFixture
{
    private NpgsqlDataSource _admin = null!;
    private DoubtQueries _queries = null!;
    private ProposeResolution _propose = null!;
    private DecideResolution _decide = null!;

    [TearDown]
    public ValueTask LeaveDeskAsync() => _admin.DisposeAsync();

    private async Task SetAsync(FundingKind source, params (string Key, string Value)[] more)
    {
        Stage = await RailStage.SetAsync(source);
        var settings = Stage.Settings();
        foreach (var (key, value) in more)
            settings[key] = value;
        Engine = await Stage.StartEngineAsync(settings);
        _admin = Databases.Open(Stage.Database.OwnerConnectionString, DatabaseRole.Admin);
        (_queries, _propose, _decide) = (new(_admin), new(_admin, TimeProvider.System), new(_admin, TimeProvider.System));
    }

    /// <summary>Something was taken in a currency that nobody asked for: only people can tell.</summary>
    private async Task<DoubtCase> DoubtAsync()
    {
        await SetAsync(FundingKind.Airtime);
        Stage.Ocs.Faults.Order(new(OcsFaultKind.WrongAmount, Currency: "USD"));
        await RailStage.OrderAsync(Engine, 1);
        Assert.That((await RailStage.NextAsync(Engine)).Template, Is.EqualTo(TextTemplate.BeingChecked));
        return await WaitingAsync();
    }

    private async Task<DoubtCase> WaitingAsync()
    {
        await Eventually.True(async () => await _queries.CountAsync() == 1, "a case waits");
        return (await _queries.ListAsync(null, 10)).Single();
    }

    private Task<ProposeResolution.Outcome> ProposeAsync(DoubtCase found, bool wasCharged, string user = "rita") =>
        _propose.HandleAsync(new(found.Lane, found.CallId, wasCharged, user, "Seen in the records of the day", Guid.NewGuid()));

    private async Task<DecideResolution.Outcome> DecideAsync(DoubtCase found, bool approve = true, string user = "arno", Guid? operation = null)
    {
        var proposals = (await _queries.FindAsync(found.Lane, found.CallId))!.Value.Proposals;
        return await _decide.HandleAsync(new(found.Lane, proposals[0].Id, approve, user, "Checked", operation ?? Guid.NewGuid()));
    }

    private async Task<ProposalState> StateAsync() => (ProposalState)await Stage.ReadAsync<short>("select state from doubt_proposals order by id desc limit 1");

    private AskAgain Asking(TimeSpan resendFor) => new(_admin, TimeProvider.System, Options.Create(new CarrierPay.Engine.Funding.Airtime.OcsOptions { ResendFor = resendFor }));

    [Test]
    public async Task A_case_at_the_charging_system_shows_what_is_needed_to_find_it_there()
    {
        var found = await DoubtAsync();
        Assert.That((found.Kind, found.WaitsFor, found.PaymentState, found.AmountMinor, found.AskedMinor), Is.EqualTo(
            (ConnectorKind.OcsDebit, (WaitsFor?)WaitsFor.OtherAmount, (PaymentState?)PaymentState.InDoubt, RailStage.Price, (long?)RailStage.Price)));
        Assert.That(found.Identifiers.Single(i => i.Name == "Session-Id").Value, Is.Not.Empty);
        Assert.That(found.LastAnswer, Does.Contain("USD").Or.Contain("urrency"));
        Assert.That(found.WaitsSince, Is.Not.Null);
        Assert.That($"{found}", Does.Not.Contain($"{LaneStack.NumberOf(1).Value}"), "the number is masked");
        Assert.That((await _queries.ListChargingAsync(10)).Single().State, Is.EqualTo(PaymentState.InDoubt));
    }

    [Test]
    public async Task What_two_people_say_was_charged_is_paid_and_the_subscriber_gets_the_receipt()
    {
        var found = await DoubtAsync();
        Assert.That(await ProposeAsync(found, wasCharged: true), Is.EqualTo(ProposeResolution.Outcome.Proposed));
        Assert.That(await DecideAsync(found), Is.EqualTo(DecideResolution.Outcome.Approved));

        Assert.That((await RailStage.NextAsync(Engine)).Template, Is.EqualTo(TextTemplate.Receipt));
        Assert.That(await Stage.OutcomesAsync(1), Is.EqualTo(new[] { PaymentOutcome.Succeeded }));
        Assert.That(await StateAsync(), Is.EqualTo(ProposalState.Booked));
        Assert.That(await Stage.ReadAsync<string>("select answer from calls where kind = 2"), Is.EqualTo("decided by people: charged, proposed by rita, approved by arno"));
        await Stage.CheckBooksAsync();
        var closed = (await _queries.FindAsync(found.Lane, found.CallId))!.Value;
        Assert.That((closed.Case.State, closed.Case.Outcome, closed.Proposals.Count), Is.EqualTo((CaseState.Closed, (PaymentOutcome?)PaymentOutcome.Succeeded, 1)));
        Assert.That(await Stage.ReadAsync<string>("select string_agg(who || ' ' || action, ', ' order by id) from audit"), Is.EqualTo("rita doubt resolution proposed, arno doubt resolution approved"));
    }

    [Test]
    public async Task What_two_people_say_was_not_charged_is_reversed()
    {
        var found = await DoubtAsync();
        await ProposeAsync(found, wasCharged: false);
        await DecideAsync(found);

        Assert.That((await RailStage.NextAsync(Engine)).Template, Is.EqualTo(TextTemplate.Reversed));
        Assert.That(await Stage.OutcomesAsync(1), Is.EqualTo(new[] { PaymentOutcome.Reversed }));
        Assert.That(await Stage.ReadAsync<long>("select count(*) from connector_calls") + await Stage.ReadAsync<long>("select count(*) from open_payments"), Is.Zero);
        Assert.That(await Stage.ReadAsync<long>("select day_spent_minor + month_payments from subscribers where id = 1"), Is.Zero);
    }

    [Test]
    public async Task Nobody_approves_a_proposal_of_their_own_but_may_take_it_back()
    {
        var found = await DoubtAsync();
        await ProposeAsync(found, wasCharged: true, "arno");
        Assert.That(await DecideAsync(found, user: "arno"), Is.EqualTo(DecideResolution.Outcome.OwnWork));
        Assert.That(() => Stage.ExecuteAsync("update doubt_proposals set state = 2, decided_by = 'arno', decided_at = now()"),
            Throws.InstanceOf<PostgresException>().With.Property(nameof(PostgresException.ConstraintName)).EqualTo("doubt_proposals_other_person_check"));
        Assert.That(await DecideAsync(found, approve: false, user: "arno"), Is.EqualTo(DecideResolution.Outcome.Rejected));
        Assert.That(await ProposeAsync(found, wasCharged: false), Is.EqualTo(ProposeResolution.Outcome.Proposed), "something else may be proposed");
        Assert.That(await Stage.OutcomesAsync(1), Is.Empty);
    }

    [Test]
    public async Task Of_many_who_propose_and_approve_at_once_one_is_taken_and_it_is_booked_once()
    {
        var found = await DoubtAsync();
        var proposed = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(() => ProposeAsync(found, wasCharged: i % 2 == 0, $"maker{i}"))));
        Assert.That(proposed.Order(), Is.EqualTo(Enumerable.Repeat(ProposeResolution.Outcome.AlreadyProposed, 7).Append(ProposeResolution.Outcome.Proposed)));
        var decided = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(() => DecideAsync(found, user: $"approver{i}"))));
        Assert.That(decided.Count(d => d == DecideResolution.Outcome.Approved), Is.EqualTo(1));
        Assert.That(decided.Count(d => d == DecideResolution.Outcome.AlreadyApproved), Is.EqualTo(7));

        await Stage.EndedAsync(1);
        await Engine.PostAsync(1, new DoubtDecided(await Stage.ReadAsync<long>("select id from doubt_proposals")));
        Assert.That((await Stage.OutcomesAsync(1)).Length, Is.EqualTo(1));
        Assert.That(await Stage.ReadAsync<long>("select count(*) from transfers"), Is.EqualTo(2), "into suspense and out of it");
    }

    [Test]
    public async Task The_same_form_sent_twice_is_answered_the_same_and_done_once()
    {
        var found = await DoubtAsync();
        await ProposeAsync(found, wasCharged: true);
        var operation = Guid.NewGuid();
        Assert.That(await DecideAsync(found, operation: operation), Is.EqualTo(DecideResolution.Outcome.Approved));
        Assert.That(await DecideAsync(found, operation: operation), Is.EqualTo(DecideResolution.Outcome.Approved));
        Assert.That(await Stage.ReadAsync<long>("select count(*) from audit where action = 'doubt resolution approved'"), Is.EqualTo(1));
        Assert.That(await _propose.HandleAsync(new(found.Lane, found.CallId, true, "rita", " ", Guid.NewGuid())), Is.EqualTo(ProposeResolution.Outcome.ReasonMissing));
    }

    [Test]
    public async Task A_case_whose_answer_comes_before_the_approval_is_closed_and_the_approver_is_told()
    {
        var found = await DoubtAsync();
        await ProposeAsync(found, wasCharged: false);
        var call = new ConnectorCall(found.CallId, new(1), found.Lane, new(found.PaymentId), default, found.Kind, found.Request, found.CreatedAt);
        await Engine.PostAsync(1, new ChargeAnswered(call, ChargeVerdict.Charged, null, null, "late"));

        Assert.That(await DecideAsync(found), Is.EqualTo(DecideResolution.Outcome.NotWaiting));
        Assert.That(await ProposeAsync(found, wasCharged: false), Is.EqualTo(ProposeResolution.Outcome.NotWaiting));
        Assert.That(await Stage.OutcomesAsync(1), Is.EqualTo(new[] { PaymentOutcome.Succeeded }));
    }

    [Test]
    public async Task While_something_else_is_asked_about_the_payment_it_cannot_be_called_charged()
    {
        var found = await DoubtAsync();
        await Engine.StopAsync();
        await Stage.ExecuteAsync("""
            insert into connector_calls (lane, id, subscriber_id, payment_id, kind, owner, request, created_at, next_attempt_at)
            select lane, id + 1, subscriber_id, payment_id, 3, 0, request, created_at, 'infinity' from connector_calls
            """);
        Assert.That(await ProposeAsync(found, wasCharged: true), Is.EqualTo(ProposeResolution.Outcome.OtherRequestOpen));
        Assert.That(await ProposeAsync(found, wasCharged: false), Is.EqualTo(ProposeResolution.Outcome.Proposed));
    }

    [Test]
    public async Task A_request_that_is_gone_when_the_approval_reaches_the_lane_makes_it_overtaken()
    {
        var found = await DoubtAsync();
        await ProposeAsync(found, wasCharged: true);
        await Engine.StopAsync();
        await DecideAsync(found);
        await Stage.ExecuteAsync("delete from connector_calls");
        await Stage.StartEngineAsync();

        await Eventually.True(async () => await StateAsync() == ProposalState.Overtaken, "the lane found nothing to book");
        Assert.That(await Stage.OutcomesAsync(1), Is.Empty);
        Assert.That(await Stage.ReadAsync<long>("select count(*) from transfers"), Is.EqualTo(1));
    }

    [Test]
    public async Task A_reversal_that_a_bank_never_answers_shows_the_banks_own_identifiers_and_is_asked_again_as_a_person_wishes()
    {
        await SetAsync(FundingKind.Bank, ("CarrierPay:Iso8583:Banks:0:ReversalsGiveUpAfter", "00:00:01"));
        Stage.Bank.Faults.Order(new(BankFault.Mute, BankMessageKind.Debit));
        Stage.Bank.Faults.Order(new(BankFault.Lose, BankMessageKind.Reversal, Count: 1000));
        await RailStage.OrderAsync(Engine, 1);
        var found = await WaitingAsync();

        Assert.That((found.Kind, found.Bank, found.AccountTail, found.PaymentState), Is.EqualTo((ConnectorKind.BankReversal, "DEMO", "0001", (PaymentState?)PaymentState.Reversing)));
        Assert.That(found.Identifiers.Select(i => i.Name), Is.SupersetOf(new[] { "MTI", "STAN (11)", "Date, time (7)", "Terminal (41)", "Amount (4)" }));
        Assert.That(found.Request, Does.Not.Contain(RailStage.AccountOf(1)));

        Stage.Bank.Faults.Clear();
        var ask = Asking(TimeSpan.FromSeconds(1));
        var operation = Guid.NewGuid();
        Assert.That(await ask.HandleAsync(new(found.Lane, found.CallId, "olga", operation)), Is.EqualTo(AskAgain.Outcome.Asked));
        await Stage.EndedAsync(1);
        Assert.That(await ask.HandleAsync(new(found.Lane, found.CallId, "olga", operation)), Is.EqualTo(AskAgain.Outcome.Asked), "the same form");
        Assert.That(await ask.HandleAsync(new(found.Lane, found.CallId, "olga", Guid.NewGuid())), Is.EqualTo(AskAgain.Outcome.NotWaiting));
        Assert.That(await Stage.OutcomesAsync(1), Is.EqualTo(new[] { PaymentOutcome.Reversed }));
        await Stage.CheckBooksAsync();
    }

    [Test]
    public async Task A_debit_is_asked_again_only_while_the_charging_system_knows_repeats_and_nothing_is_proposed()
    {
        // The next repeat would be too late, so that people see it while it may still be repeated.
        await SetAsync(FundingKind.Airtime, ("CarrierPay:Diameter:ResendFor", "00:01:00"), ("CarrierPay:Diameter:Resends:0", "00:02:00"));
        Stage.Ocs.Faults.Order(new(OcsFaultKind.Lose, Count: 1000));
        await RailStage.OrderAsync(Engine, 1);
        var found = await WaitingAsync();
        Assert.That((found.WaitsFor, found.Attempts), Is.EqualTo(((WaitsFor?)WaitsFor.NoMoreRepeats, found.Attempts)));
        Stage.Ocs.Faults.Clear();

        Assert.That(await AskAsync(TimeSpan.Zero), Is.EqualTo(AskAgain.Outcome.TooLate));
        await ProposeAsync(found, wasCharged: false);
        Assert.That(await AskAsync(TimeSpan.FromHours(12)), Is.EqualTo(AskAgain.Outcome.AlreadyProposed));
        await DecideAsync(found, approve: false);
        Assert.That(await AskAsync(TimeSpan.FromHours(12)), Is.EqualTo(AskAgain.Outcome.Asked));
        await Stage.EndedAsync(1);
        Assert.That(Stage.Ocs.Books.Debits, Is.EqualTo(1));
        await Stage.CheckBooksAsync();

        Task<AskAgain.Outcome> AskAsync(TimeSpan resendFor) => Asking(resendFor).HandleAsync(new(found.Lane, found.CallId, "olga", Guid.NewGuid()));
    }
}
