using CarrierPay.Engine.Messaging.Texts;
using CarrierPay.Engine.Payments.Doubts;
using CarrierPay.Engine.Storage;
using CarrierPay.Engine.Subscribers;
using CarrierPay.Engine.Tests.Lanes;
using CarrierPay.Simulator.Bank;
using CarrierPay.Simulator.Ocs;
using Microsoft.Extensions.Options;
using OcsOptions = CarrierPay.Engine.Funding.Airtime.OcsOptions;

namespace CarrierPay.Engine.Tests.Funding;

/// <summary>Which engine makes a call again, and what becomes of one that none can make.</summary>
[TestFixture, Parallelizable] // beside the other rails
internal sealed class WhoTakesUpCallsTests : RailFixture
{
    [Test]
    public async Task An_engine_whose_clock_is_off_takes_nothing_from_the_others()
    {
        Stage = await RailStage.SetAsync(FundingKind.Airtime);
        var settings = Stage.Settings();
        settings["CarrierPay:Diameter:RequestTimeout"] = "00:01:00";
        var right = await Stage.StartEngineAsync(settings);
        Stage.Ocs.Faults.Order(new(OcsFaultKind.Hold));
        await RailStage.OrderAsync(right, 1);
        await Eventually.True(() => Stage.Ocs.State.Held == 1, "the charging system has it");

        var time = new ShiftableTime { Shift = TimeSpan.FromHours(1) };
        var wrong = await Stage.StartEngineAsync(settings, time, isConnected: false);
        await Eventually.True(() => wrong.Health.Problem is { } problem && problem.Contains("clock", StringComparison.Ordinal), "it knows that its clock is off");
        time.Shift = TimeSpan.Zero;
        await Eventually.True(() => wrong.Health.Problem is null, "it has swept once with the wrong clock, and once with the right one");
        Assert.That(await Stage.ReadAsync<int>("select attempts from connector_calls"), Is.Zero);

        Stage.Ocs.Release();
        Assert.That((await RailStage.NextAsync(right)).Template, Is.EqualTo(TextTemplate.Receipt).Or.EqualTo(TextTemplate.BeingChecked));
        await Stage.EndedAsync(1);
        await Stage.CheckBooksAsync();
    }

    [Test]
    public async Task While_a_person_looks_at_an_answer_that_could_not_be_decided_its_call_is_not_made_again()
    {
        Stage = await RailStage.SetAsync(FundingKind.Airtime);
        var engine = await Stage.StartEngineAsync();
        Stage.Ocs.Faults.Order(new(OcsFaultKind.Lose, Count: 1000));
        await RailStage.OrderAsync(engine, 1);
        await RailStage.OrderAsync(engine, 2);
        await engine.StopAsync();
        await Stage.ExecuteAsync("""
            insert into parked_events (lane, id, subscriber_id, kind, event, error, parked_at)
            values (1, 1, 1, 'ChargeAnswered', '', 'InvalidOperationException', now())
            """);
        var before = await Stage.ReadAsync<int>("select attempts from connector_calls where subscriber_id = 1");
        Stage.Ocs.Faults.Clear();
        var next = await Stage.StartEngineAsync();

        await Stage.EndedAsync(2);
        Assert.That(await Stage.ReadAsync<int>("select attempts from connector_calls where subscriber_id = 1"), Is.EqualTo(before));
        Assert.That(await Stage.OutcomesAsync(1), Is.Empty);
        await Stage.ExecuteAsync("delete from parked_events");
        await Stage.EndedAsync(1);
        await Stage.CheckBooksAsync();
    }

    [TestCase(FundingKind.Bank, ConnectorKind.BankDebit, PaymentOutcome.Reversed)]
    [TestCase(FundingKind.Airtime, ConnectorKind.OcsDebit, PaymentOutcome.Succeeded)]
    public async Task A_call_whose_system_left_the_settings_comes_to_people_and_goes_on_once_it_is_back(FundingKind source, ConnectorKind kind, PaymentOutcome end)
    {
        Stage = await RailStage.SetAsync(source);
        var engine = await Stage.StartEngineAsync();
        Stage.Bank.Faults.Order(new(BankFault.Hold, BankMessageKind.Debit));
        Stage.Ocs.Faults.Order(new(OcsFaultKind.Lose, Count: 1000));
        await RailStage.OrderAsync(engine, 1);
        await Eventually.True(async () => await Stage.ReadAsync<long>("select count(*) from connector_calls") == 1, "it is asked for");
        await engine.StopAsync();
        Stage.Bank.Faults.Clear();
        Stage.Ocs.Faults.Clear();
        await Stage.ExecuteAsync($"update connector_calls set kind = {(short)kind}, next_attempt_at = now() - interval '2 hours'");

        var without = await Stage.StartEngineAsync(new Dictionary<string, string?>(), isConnected: false);
        await using var admin = Databases.Open(Stage.Database.OwnerConnectionString, DatabaseRole.Admin);
        var queries = new DoubtQueries(admin);
        await Eventually.True(async () => await queries.CountAsync() == 1, "it waits for people");
        var found = (await queries.ListAsync(null, 10)).Single();
        Assert.That((found.Kind, found.WaitsFor), Is.EqualTo((kind, (WaitsFor?)WaitsFor.NoConnector)));
        await without.StopAsync();

        await Stage.StartEngineAsync();
        var ask = new AskAgain(admin, TimeProvider.System, Options.Create(new OcsOptions()));
        Assert.That(await ask.HandleAsync(new(found.Lane, found.CallId, "olga", Guid.NewGuid())), Is.EqualTo(AskAgain.Outcome.Asked));
        await Stage.EndedAsync(1);
        Assert.That(await Stage.OutcomesAsync(1), Is.EqualTo(new[] { end }));
        await Stage.CheckBooksAsync();
    }
}
