using CarrierPay.Engine.Funding;
using CarrierPay.Engine.Messaging.Texts;
using CarrierPay.Engine.Protocols.Diameter.Peers;
using CarrierPay.Engine.Subscribers;
using CarrierPay.Engine.Tests.Lanes;
using CarrierPay.Simulator.Ocs;

namespace CarrierPay.Engine.Tests.Funding;

/// <summary>Whose call it is: an engine that may have been taken for dead sends nothing, and what it says it did not do says nothing of what another did.</summary>
[TestFixture, Parallelizable] // beside the other rails: what takes its time here is waiting for answers that do not come
internal sealed class TakenUpByAnotherTests() : RailFixture(FundingKind.Airtime)
{
    [Test]
    public async Task What_an_engine_could_not_send_is_not_declined_when_another_has_taken_it_up_and_may_have_sent_it()
    {
        Engine = await Stage.StartEngineAsync(OneAtATime());
        await OrderBehindAnotherAsync(2);
        // While it waits for its place another takes it up; then the connection is gone.
        await Stage.ExecuteAsync("update connector_calls set attempts = attempts + 1 where subscriber_id = 2");
        await Stage.StopOcsAsync();

        await Eventually.True(() => Engine.Decided.OfType<ChargeAnswered>().Any(a => a.Verdict == ChargeVerdict.NotCharged), "it says that it could not send");
        await Engine.TextAsync(2, "BAL"); // decided behind it
        Assert.That(await Stage.ReadAsync<short>("select state from open_payments where subscriber_id = 2"), Is.EqualTo((short)PaymentState.Charging));
        Assert.That(await Stage.ReadAsync<long>("select count(*) from connector_calls where subscriber_id = 2"), Is.EqualTo(1), "the other's");
    }

    [Test]
    public async Task An_engine_that_loses_its_lease_while_a_request_waits_for_its_place_does_not_send_it()
    {
        var holdsLease = true;
        Engine = await Stage.StartEngineAsync(OneAtATime(), holdsLease: _ => Volatile.Read(ref holdsLease));
        await OrderBehindAnotherAsync(2);
        Volatile.Write(ref holdsLease, false);
        Stage.Ocs.Release();

        Assert.That((await RailStage.NextAsync(Engine)).Template, Is.EqualTo(TextTemplate.Receipt));
        await Eventually.True(() => Engine.Get<Rails>().Ocs!.Room.Taken == 0, "both are done with");
        Assert.That(Stage.Ocs.Books.Debits, Is.EqualTo(1));
        Assert.That(await Stage.ReadAsync<short>("select state from open_payments where subscriber_id = 2"), Is.EqualTo((short)PaymentState.Charging), "whoever has it now decides");
        Assert.That(await Stage.ReadAsync<long>("select count(*) from connector_calls where subscriber_id = 2"), Is.EqualTo(1));
    }

    [Test]
    public async Task A_no_counts_only_while_nobody_else_has_taken_the_call_up()
    {
        Engine = await Stage.StartEngineAsync();
        Stage.Ocs.Faults.Order(new(OcsFaultKind.Lose, Count: 1000));
        await RailStage.OrderAsync(Engine, 1);
        Assert.That((await RailStage.NextAsync(Engine)).Template, Is.EqualTo(TextTemplate.BeingChecked));
        await Eventually.True(() => Stage.ReadAsync<bool>("select attempts > 0 from connector_calls"), "it was taken up again");
        await Stage.DenyAsync(Engine);
        Assert.That(await Stage.ReadAsync<short>("select state from open_payments"), Is.EqualTo((short)PaymentState.InDoubt));

        Stage.Ocs.Faults.Clear();
        Assert.That((await RailStage.NextAsync(Engine)).Template, Is.EqualTo(TextTemplate.Receipt));
        await Stage.CheckBooksAsync();
    }

    [Test]
    public async Task A_call_that_was_never_sent_declines_its_payment()
    {
        Engine = await Stage.StartEngineAsync();
        Stage.Ocs.Faults.Order(new(OcsFaultKind.Hold));
        await RailStage.OrderAsync(Engine, 1);
        await Stage.DenyAsync(Engine);
        Assert.That((await RailStage.NextAsync(Engine)).Template, Is.EqualTo(TextTemplate.SourceUnavailable));
        Assert.That(await Stage.OutcomesAsync(1), Is.EqualTo(new[] { PaymentOutcome.DeclinedSourceUnavailable }));
    }

    private Dictionary<string, string?> OneAtATime() => new(Stage.Settings())
    {
        ["CarrierPay:Diameter:Peers:0:Connections"] = "1",
        ["CarrierPay:Diameter:Window"] = "1",
        ["CarrierPay:Diameter:RequestTimeout"] = "00:01:00",
    };

    /// <summary>Subscriber 1 is not answered until the charging system is released, and somebody else's request waits behind that for its place.</summary>
    private async Task OrderBehindAnotherAsync(long subscriber)
    {
        Stage.Ocs.Faults.Order(new(OcsFaultKind.Hold));
        await RailStage.OrderAsync(Engine, 1);
        await RailStage.OrderAsync(Engine, subscriber);
        await Eventually.True(() => Stage.Ocs.State.Held == 1 && Engine.Get<DiameterClient>().Peers[0].Connections[0].Load == 2, "one is under way, the other waits");
    }
}
