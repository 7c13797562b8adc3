using CarrierPay.Engine.Funding;
using CarrierPay.Engine.Messaging.Texts;
using CarrierPay.Engine.Protocols.Diameter.Peers;
using CarrierPay.Engine.Subscribers;
using CarrierPay.Engine.Tests.Lanes;
using CarrierPay.Simulator.Ocs;

namespace CarrierPay.Engine.Tests.Funding;

/// <summary>Answers that come after their request was given up: what was charged is known at once, and nothing else is taken from them.</summary>
[TestFixture, Parallelizable] // beside the other rails: what takes its time here is waiting for answers that do not come
internal sealed class LateAnswersOfOcsTests
{
    private RailStage _stage = null!;
    private LaneStack _engine = null!;

    [SetUp]
    public async Task SetAsync() => _stage = await RailStage.SetAsync(FundingKind.Airtime);

    [TearDown]
    public ValueTask StrikeAsync() => _stage.DisposeAsync();

    [Test]
    public async Task A_late_approval_settles_what_is_in_doubt_without_another_resend()
    {
        _stage.Ocs.Faults.Order(new(OcsFaultKind.Hold));
        _engine = await _stage.StartEngineAsync(SeldomResent());
        await RailStage.OrderAsync(_engine, 1);

        Assert.That((await RailStage.NextAsync(_engine)).Template, Is.EqualTo(TextTemplate.BeingChecked));
        _stage.Ocs.Release();
        Assert.That((await RailStage.NextAsync(_engine)).Template, Is.EqualTo(TextTemplate.Receipt));
        Assert.That((_stage.Ocs.Books.Debits, _stage.Ocs.Books.Repeats), Is.EqualTo((1L, 0L)));
        await _stage.CheckBooksAsync();
    }

    [Test]
    public async Task A_late_approval_of_what_a_resend_has_settled_changes_nothing()
    {
        _engine = await _stage.StartEngineAsync();
        _stage.Ocs.Faults.Order(new(OcsFaultKind.Hold)); // until its resend was answered
        await RailStage.OrderAsync(_engine, 1);

        Assert.That((await RailStage.NextAsync(_engine)).Template, Is.EqualTo(TextTemplate.BeingChecked));
        Assert.That((await RailStage.NextAsync(_engine)).Template, Is.EqualTo(TextTemplate.Receipt));
        await Eventually.True(() => _engine.Decided.OfType<ChargeAnswered>().Count(a => a.Verdict == ChargeVerdict.Charged) == 2, "both answers were read");
        await _engine.TextAsync(1, "BAL"); // decided behind them
        Assert.That((_stage.AirtimeOf(1), _stage.Ocs.Books.Refunds), Is.EqualTo((RailStage.Opening - RailStage.Price, 0L)));
        Assert.That(await _stage.OutcomesAsync(1), Is.EqualTo(new[] { PaymentOutcome.Succeeded }));
        await _stage.CheckBooksAsync();
    }

    [Test]
    public async Task A_late_refusal_is_left_to_the_resend_which_may_be_charged()
    {
        await _stage.DisposeAsync();
        _stage = await RailStage.SetAsync(FundingKind.Airtime, adjust: options => options.Ocs.DuplicateWindow = TimeSpan.Zero); // it knows no repeat of what it refused
        _stage.Ocs.Books.Put($"{LaneStack.NumberOf(1).Value}", 100, 0);
        _stage.Ocs.Faults.Order(new(OcsFaultKind.Hold));
        _engine = await _stage.StartEngineAsync(SeldomResent());
        await RailStage.OrderAsync(_engine, 1);
        Assert.That((await RailStage.NextAsync(_engine)).Template, Is.EqualTo(TextTemplate.BeingChecked));
        _stage.Ocs.Release();
        await Eventually.True(() => _engine.Get<DiameterClient>().Peers[0].Counters.Late == 1, "the refusal comes late");
        await _engine.TextAsync(1, "BAL"); // decided behind it
        await RailStage.NextAsync(_engine);
        Assert.That(await _stage.ReadAsync<short>("select state from open_payments"), Is.EqualTo((short)PaymentState.InDoubt));

        _stage.Ocs.Books.Put($"{LaneStack.NumberOf(1).Value}", RailStage.Opening, 0);
        await _stage.ExecuteAsync("update connector_calls set next_attempt_at = now()");
        Assert.That((await RailStage.NextAsync(_engine)).Template, Is.EqualTo(TextTemplate.Receipt));
        await _stage.CheckBooksAsync();
    }

    [Test]
    public async Task A_late_approval_of_a_payment_that_was_declined_meanwhile_is_given_back()
    {
        _stage.Ocs.Faults.Order(new(OcsFaultKind.Hold));
        _engine = await _stage.StartEngineAsync(SeldomResent());
        await RailStage.OrderAsync(_engine, 1);
        Assert.That((await RailStage.NextAsync(_engine)).Template, Is.EqualTo(TextTemplate.BeingChecked));
        await _stage.DenyAsync(_engine);
        Assert.That((await RailStage.NextAsync(_engine)).Template, Is.EqualTo(TextTemplate.SourceUnavailable));

        _stage.Ocs.Release();
        await Eventually.True(() => _stage.Ocs.Books.Refunds == 1, "it is given back");
        Assert.That(_stage.AirtimeOf(1), Is.EqualTo(RailStage.Opening));
        Assert.That(await _stage.OutcomesAsync(1), Is.EqualTo(new[] { PaymentOutcome.DeclinedSourceUnavailable }));
        await _stage.CheckBooksAsync();
    }

    /// <summary>So seldom that nothing is resent while a test runs.</summary>
    private Dictionary<string, string?> SeldomResent() => new(_stage.Settings()) { ["CarrierPay:Diameter:Resends:0"] = "01:00:00" };
}
