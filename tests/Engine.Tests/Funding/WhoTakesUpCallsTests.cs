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
internal sealed class WhoTakesUpCallsTests
{
    private RailStage _stage = null!;

    [TearDown]
    public Task StrikeAsync() => _stage.DisposeAsync().AsTask();

    [Test]
    public async Task An_engine_whose_clock_is_off_takes_nothing_from_the_others()
    {
        _stage = await RailStage.SetAsync(FundingKind.Airtime);
        var settings = _stage.Settings();
        settings["CarrierPay:Diameter:RequestTimeout"] = "00:01:00";
        var right = await _stage.StartEngineAsync(settings);
        _stage.Ocs.Faults.Order(new(OcsFaultKind.Hold));
        await RailStage.OrderAsync(right, 1);
        await Eventually.True(() => _stage.Ocs.State.Held == 1, "the charging system has it");

        var time = new ShiftableTime { Shift = TimeSpan.FromHours(1) };
        var wrong = await _stage.StartEngineAsync(settings, time, isConnected: false);
        await Eventually.True(() => wrong.Health.Problem is { } problem && problem.Contains("clock", StringComparison.Ordinal), "it knows that its clock is off");
        time.Shift = TimeSpan.Zero;
        await Eventually.True(() => wrong.Health.Problem is null, "it has swept once with the wrong clock, and once with the right one");
        Assert.That(await _stage.ReadAsync<int>("select attempts from connector_calls"), Is.Zero);

        _stage.Ocs.Release();
        Assert.That((await RailStage.NextAsync(right)).Template, Is.EqualTo(TextTemplate.Receipt).Or.EqualTo(TextTemplate.BeingChecked));
        await _stage.EndedAsync(1);
        await _stage.CheckBooksAsync();
    }

    [Test]
    public async Task While_a_person_looks_at_an_answer_that_could_not_be_decided_its_call_is_not_made_again()
    {
        _stage = await RailStage.SetAsync(FundingKind.Airtime);
        var engine = await _stage.StartEngineAsync();
        _stage.Ocs.Faults.Order(new(OcsFaultKind.Lose, Count: 1000));
        await RailStage.OrderAsync(engine, 1);
        await RailStage.OrderAsync(engine, 2);
        await engine.StopAsync();
        await _stage.ExecuteAsync("""
            insert into parked_events (lane, id, subscriber_id, kind, event, error, parked_at)
            values (1, 1, 1, 'ChargeAnswered', '', 'InvalidOperationException', now())
            """);
        var before = await _stage.ReadAsync<int>("select attempts from connector_calls where subscriber_id = 1");
        _stage.Ocs.Faults.Clear();
        var next = await _stage.StartEngineAsync();

        await _stage.EndedAsync(2);
        Assert.That(await _stage.ReadAsync<int>("select attempts from connector_calls where subscriber_id = 1"), Is.EqualTo(before));
        Assert.That(await _stage.OutcomesAsync(1), Is.Empty);
        await _stage.ExecuteAsync("delete from parked_events");
        await _stage.EndedAsync(1);
        await _stage.CheckBooksAsync();
    }

    [TestCase(FundingKind.Bank, ConnectorKind.BankDebit, PaymentOutcome.Reversed)]
    [TestCase(FundingKind.Airtime, ConnectorKind.OcsDebit, PaymentOutcome.Succeeded)]
    public async Task A_call_whose_system_left_the_settings_comes_to_people_and_goes_on_once_it_is_back(FundingKind source, ConnectorKind kind, PaymentOutcome end)
    {
        _stage = await RailStage.SetAsync(source);
        var engine = await _stage.StartEngineAsync();
        _stage.Bank.Faults.Order(new(BankFault.Hold, BankMessageKind.Debit));
        _stage.Ocs.Faults.Order(new(OcsFaultKind.Lose, Count: 1000));
        await RailStage.OrderAsync(engine, 1);
        await Eventually.True(async () => await _stage.ReadAsync<long>("select count(*) from connector_calls") == 1, "it is asked for");
        await engine.StopAsync();
        _stage.Bank.Faults.Clear();
        _stage.Ocs.Faults.Clear();
        await _stage.ExecuteAsync($"update connector_calls set kind = {(short)kind}, next_attempt_at = now() - interval '2 hours'");

        var without = await _stage.StartEngineAsync(new Dictionary<string, string?>(), isConnected: false);
        await using var admin = Databases.Open(_stage.Database.OwnerConnectionString, DatabaseRole.Admin);
        var queries = new DoubtQueries(admin);
        await Eventually.True(async () => await queries.CountAsync() == 1, "it waits for people");
        var found = (await queries.ListAsync(null, 10)).Single();
        Assert.That((found.Kind, found.WaitsFor), Is.EqualTo((kind, (WaitsFor?)WaitsFor.NoConnector)));
        await without.StopAsync();

        await _stage.StartEngineAsync();
        var ask = new AskAgain(admin, TimeProvider.System, Options.Create(new OcsOptions()));
        Assert.That(await ask.HandleAsync(new(found.Lane, found.CallId, "olga", Guid.NewGuid())), Is.EqualTo(AskAgain.Outcome.Asked));
        await _stage.EndedAsync(1);
        Assert.That(await _stage.OutcomesAsync(1), Is.EqualTo(new[] { end }));
        await _stage.CheckBooksAsync();
    }
}
