using CarrierPay.Engine.Funding;
using CarrierPay.Engine.Messaging.Texts;
using CarrierPay.Engine.Protocols.Diameter.Peers;
using CarrierPay.Engine.Subscribers;
using CarrierPay.Engine.Tests.Lanes;
using CarrierPay.Simulator.Ocs;

namespace CarrierPay.Engine.Tests.Funding;

/// <summary>Answers that come after their request was given up: what was charged is known at once, and nothing else is taken from them.</summary>
[TestFixture, Parallelizable] // beside the other rails: what takes its time here is waiting for answers that do not come
internal sealed class LateAnswersOfOcsTests() : RailFixture(FundingKind.Airtime)
{
    [Test]
    public async Task A_late_approval_settles_what_is_in_doubt_without_another_resend()
    {
        Stage.Ocs.Faults.Order(new(OcsFaultKind.Hold));
        Engine = await Stage.StartEngineAsync(SeldomResent());
        await RailStage.OrderAsync(Engine, 1);

        Assert.That((await RailStage.NextAsync(Engine)).Template, Is.EqualTo(TextTemplate.BeingChecked));
        Stage.Ocs.Release();
        Assert.That((await RailStage.NextAsync(Engine)).Template, Is.EqualTo(TextTemplate.Receipt));
        Assert.That((Stage.Ocs.Books.Debits, Stage.Ocs.Books.Repeats), Is.EqualTo((1L, 0L)));
        await Stage.CheckBooksAsync();
    }

    [Test]
    public async Task A_late_approval_of_what_a_resend_has_settled_changes_nothing()
    {
        Engine = await Stage.StartEngineAsync();
        Stage.Ocs.Faults.Order(new(OcsFaultKind.Hold)); // until its resend was answered
        await RailStage.OrderAsync(Engine, 1);

        Assert.That((await RailStage.NextAsync(Engine)).Template, Is.EqualTo(TextTemplate.BeingChecked));
        Assert.That((await RailStage.NextAsync(Engine)).Template, Is.EqualTo(TextTemplate.Receipt));
        await Eventually.True(() => Engine.Decided.OfType<ChargeAnswered>().Count(a => a.Verdict == ChargeVerdict.Charged) == 2, "both answers were read");
        await Engine.TextAsync(1, "BAL"); // decided behind them
        Assert.That((Stage.AirtimeOf(1), Stage.Ocs.Books.Refunds), Is.EqualTo((RailStage.Opening - RailStage.Price, 0L)));
        Assert.That(await Stage.OutcomesAsync(1), Is.EqualTo(new[] { PaymentOutcome.Succeeded }));
        await Stage.CheckBooksAsync();
    }

    [Test]
    public async Task A_late_refusal_is_left_to_the_resend_which_may_be_charged()
    {
        await Stage.DisposeAsync();
        Stage = await RailStage.SetAsync(FundingKind.Airtime, adjust: options => options.Ocs.DuplicateWindow = TimeSpan.Zero); // it knows no repeat of what it refused
        Stage.Ocs.Books.Put($"{LaneStack.NumberOf(1).Value}", 100, 0);
        Stage.Ocs.Faults.Order(new(OcsFaultKind.Hold));
        Engine = await Stage.StartEngineAsync(SeldomResent());
        await RailStage.OrderAsync(Engine, 1);
        Assert.That((await RailStage.NextAsync(Engine)).Template, Is.EqualTo(TextTemplate.BeingChecked));
        Stage.Ocs.Release();
        await Eventually.True(() => Engine.Get<DiameterClient>().Peers[0].Counters.Late == 1, "the refusal comes late");
        await Engine.TextAsync(1, "BAL"); // decided behind it
        await RailStage.NextAsync(Engine);
        Assert.That(await Stage.ReadAsync<short>("select state from open_payments"), Is.EqualTo((short)PaymentState.InDoubt));

        Stage.Ocs.Books.Put($"{LaneStack.NumberOf(1).Value}", RailStage.Opening, 0);
        await Stage.ExecuteAsync("update connector_calls set next_attempt_at = now()");
        Assert.That((await RailStage.NextAsync(Engine)).Template, Is.EqualTo(TextTemplate.Receipt));
        await Stage.CheckBooksAsync();
    }

    [Test]
    public async Task A_late_approval_of_a_payment_that_was_declined_meanwhile_is_given_back()
    {
        Stage.Ocs.Faults.Order(new(OcsFaultKind.Hold));
        Engine = await Stage.StartEngineAsync(SeldomResent());
        await RailStage.OrderAsync(Engine, 1);
        Assert.That((await RailStage.NextAsync(Engine)).Template, Is.EqualTo(TextTemplate.BeingChecked));
        await Stage.DenyAsync(Engine);
        Assert.That((await RailStage.NextAsync(Engine)).Template, Is.EqualTo(TextTemplate.SourceUnavailable));

        Stage.Ocs.Release();
        await Eventually.True(() => Stage.Ocs.Books.Refunds == 1, "it is given back");
        Assert.That(Stage.AirtimeOf(1), Is.EqualTo(RailStage.Opening));
        Assert.That(await Stage.OutcomesAsync(1), Is.EqualTo(new[] { PaymentOutcome.DeclinedSourceUnavailable }));
        await Stage.CheckBooksAsync();
    }

    /// <summary>So seldom that nothing is resent while a test runs.</summary>
    private Dictionary<string, string?> SeldomResent() => new(Stage.Settings()) { ["CarrierPay:Diameter:Resends:0"] = "01:00:00" };
}
