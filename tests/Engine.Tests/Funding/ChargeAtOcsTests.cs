using CarrierPay.Engine.Messaging.Texts;
using CarrierPay.Engine.Subscribers;
using CarrierPay.Engine.Tests.Lanes;
using CarrierPay.Simulator.Ocs;

namespace CarrierPay.Engine.Tests.Funding;

/// <summary>Airtime over real sockets: whatever goes wrong on the way, the books of both sides agree, and nobody is charged twice.</summary>
[TestFixture]
internal sealed class ChargeAtOcsTests
{
    private RailStage _stage = null!;
    private LaneStack _engine = null!;

    [SetUp]
    public async Task SetAsync()
    {
        _stage = await RailStage.SetAsync(FundingKind.Airtime);
        _engine = await _stage.StartEngineAsync();
    }

    [TearDown]
    public ValueTask StrikeAsync() => _stage.DisposeAsync();

    [Test]
    public async Task A_payment_is_charged_to_airtime()
    {
        await RailStage.OrderAsync(_engine, 1);

        Assert.That((await RailStage.NextAsync(_engine)).Template, Is.EqualTo(TextTemplate.Receipt));
        Assert.That(_stage.AirtimeOf(1), Is.EqualTo(RailStage.Opening - RailStage.Price));
        Assert.That(await _stage.ReadAsync<string>("select answer from calls where kind = 2"), Does.StartWith("Done by ocs.operator.example"));
        await _stage.CheckBooksAsync();
    }

    /// <summary>The charging system debited each of these, and its word did not come, or was worth nothing.</summary>
    [TestCase(OcsFaultKind.Mute, 1, TestName = "A_lost_answer_is_in_doubt_until_the_same_request_is_answered")]
    [TestCase(OcsFaultKind.Cut, 1, TestName = "A_connection_cut_after_the_debit_is_in_doubt_until_the_same_request_is_answered")]
    [TestCase(OcsFaultKind.Relay, 1, TestName = "A_relays_3002_after_the_debit_is_in_doubt_until_the_charging_system_answers")]
    [TestCase(OcsFaultKind.Hold, 0, TestName = "An_original_that_its_resend_overtakes_is_charged_once")]
    [TestCase(OcsFaultKind.Lose, 0, TestName = "A_lost_request_is_in_doubt_and_charged_by_its_resend")]
    public async Task In_doubt(OcsFaultKind fault, int repeats)
    {
        _stage.Ocs.Faults.Order(new(fault));
        await RailStage.OrderAsync(_engine, 1);

        Assert.That((await RailStage.NextAsync(_engine)).Template, Is.EqualTo(TextTemplate.BeingChecked));
        Assert.That((await RailStage.NextAsync(_engine)).Template, Is.EqualTo(TextTemplate.Receipt));
        await _stage.EndedAsync(1);
        Assert.That(_stage.AirtimeOf(1), Is.EqualTo(RailStage.Opening - RailStage.Price));
        Assert.That(_stage.Ocs.Books.Debits, Is.EqualTo(1));
        Assert.That(_stage.Ocs.Books.Repeats, Is.GreaterThanOrEqualTo(repeats));
        await _stage.CheckBooksAsync();
    }

    [Test]
    public async Task The_subscriber_is_told_once_that_it_is_being_checked_however_long_it_takes()
    {
        _stage.Ocs.Faults.Order(new(OcsFaultKind.Mute, Count: 3));
        await RailStage.OrderAsync(_engine, 1);

        Assert.That((await RailStage.NextAsync(_engine)).Template, Is.EqualTo(TextTemplate.BeingChecked));
        Assert.That((await RailStage.NextAsync(_engine)).Template, Is.EqualTo(TextTemplate.Receipt));
        Assert.That(await _stage.ReadAsync<int>("select count(*)::int from calls where kind = 2"), Is.EqualTo(1));
        await _stage.CheckBooksAsync();
    }

    [TestCase(4012u, TextTemplate.NotEnoughAtSource, PaymentOutcome.DeclinedInsufficientFunds)]
    [TestCase(4010u, TextTemplate.RefusedBySource, PaymentOutcome.DeclinedBySource)]
    [TestCase(4011u, TextTemplate.RefusedBySource, PaymentOutcome.DeclinedBySource)]
    [TestCase(5030u, TextTemplate.RefusedBySource, PaymentOutcome.DeclinedBySource)]
    [TestCase(5004u, TextTemplate.RefusedBySource, PaymentOutcome.DeclinedBySource)]
    public async Task A_refusal_declines_the_payment_and_gives_the_limits_back(uint result, TextTemplate text, PaymentOutcome outcome)
    {
        _stage.Ocs.Faults.Order(new(OcsFaultKind.Result, Result: result));
        await RailStage.OrderAsync(_engine, 1);

        Assert.That((await RailStage.NextAsync(_engine)).Template, Is.EqualTo(text));
        Assert.That(await _stage.OutcomesAsync(1), Is.EqualTo(new[] { outcome }));
        Assert.That(await _stage.ReadAsync<long>("select day_spent_minor + month_spent_minor + day_payments + month_payments from subscribers where id = 1"), Is.Zero);
        await _stage.CheckBooksAsync();
    }

    [TestCase(1000)]
    [TestCase(1)]
    [TestCase(1300)]
    public async Task Another_amount_than_the_price_is_given_back_and_the_payment_is_reversed(long granted)
    {
        _stage.Ocs.Faults.Order(new(OcsFaultKind.WrongAmount, Granted: granted));
        await RailStage.OrderAsync(_engine, 1);

        Assert.That((await RailStage.NextAsync(_engine)).Template, Is.EqualTo(TextTemplate.BeingChecked));
        Assert.That((await RailStage.NextAsync(_engine)).Template, Is.EqualTo(TextTemplate.Reversed));
        Assert.That(await _stage.OutcomesAsync(1), Is.EqualTo(new[] { PaymentOutcome.Reversed }));
        Assert.That(_stage.AirtimeOf(1), Is.EqualTo(RailStage.Opening));
        await _stage.CheckBooksAsync();
    }

    [Test]
    public async Task A_refund_whose_answer_is_lost_is_made_once()
    {
        _stage.Ocs.Faults.Order(new(OcsFaultKind.WrongAmount, Granted: 1000));
        _stage.Ocs.Faults.Order(new(OcsFaultKind.Mute));
        await RailStage.OrderAsync(_engine, 1);

        await _stage.EndedAsync(1);
        Assert.That((_stage.AirtimeOf(1), _stage.Ocs.Books.Refunds), Is.EqualTo((RailStage.Opening, 1L)));
        await _stage.CheckBooksAsync();
    }

    [Test]
    public async Task An_answer_in_another_currency_is_left_to_a_person_and_the_price_stays_in_suspense()
    {
        _stage.Ocs.Faults.Order(new(OcsFaultKind.WrongAmount, Currency: "USD"));
        await RailStage.OrderAsync(_engine, 1);

        Assert.That((await RailStage.NextAsync(_engine)).Template, Is.EqualTo(TextTemplate.BeingChecked));
        Assert.That(await _stage.ReadAsync<bool>("select next_attempt_at = 'infinity' from connector_calls"), Is.True);
        Assert.That(await _stage.ReadAsync<short>("select state from open_payments"), Is.EqualTo((short)PaymentState.InDoubt));
    }

    [Test]
    public async Task After_the_window_of_the_charging_system_nothing_is_resent_and_a_person_decides()
    {
        await _stage.DisposeAsync();
        _stage = await RailStage.SetAsync(FundingKind.Airtime);
        var settings = _stage.Settings();
        settings["CarrierPay:Diameter:ResendFor"] = "00:00:01.5";
        _engine = await _stage.StartEngineAsync(settings);
        _stage.Ocs.Faults.Order(new(OcsFaultKind.Lose, Count: 1000));
        await RailStage.OrderAsync(_engine, 1);

        await Eventually.True(() => _stage.ReadAsync<bool>("select bool_or(next_attempt_at = 'infinity') from connector_calls"), "a person is asked");
        _stage.Ocs.Faults.Clear();
        Assert.That(await _stage.ReadAsync<short>("select state from open_payments"), Is.EqualTo((short)PaymentState.InDoubt));
        Assert.That(_stage.Ocs.Books.Debits, Is.Zero);
    }

    [Test]
    public async Task Another_engine_resends_the_same_request_after_one_that_died_with_it()
    {
        _stage.Ocs.Faults.Order(new(OcsFaultKind.Mute));
        await RailStage.OrderAsync(_engine, 1);
        await Eventually.True(() => _stage.Ocs.Books.Debits == 1, "the debit is booked");
        await _engine.StopAsync();
        var other = await _stage.StartEngineAsync();

        await _stage.EndedAsync(1);
        Assert.That(await _stage.OutcomesAsync(1), Is.EqualTo(new[] { PaymentOutcome.Succeeded }));
        Assert.That((_stage.AirtimeOf(1), _stage.Ocs.Books.Debits), Is.EqualTo((RailStage.Opening - RailStage.Price, 1L)));
        Assert.That(other.Lease.IsHeld, Is.True);
        await _stage.CheckBooksAsync();
    }

    [Test]
    public async Task The_same_purchase_is_not_sold_again_while_the_first_is_being_checked()
    {
        _stage.Ocs.Faults.Order(new(OcsFaultKind.Lose, Count: 1000));
        await RailStage.OrderAsync(_engine, 1);
        Assert.That((await RailStage.NextAsync(_engine)).Template, Is.EqualTo(TextTemplate.BeingChecked));

        await _engine.TextAsync(1, "pay coffee latte b");
        Assert.That((await RailStage.NextAsync(_engine)).Template, Is.EqualTo(TextTemplate.BeingChecked));
        await _engine.TextAsync(1, "PAY COFFEE MOCHA");
        Assert.That((await RailStage.NextAsync(_engine)).Template, Is.EqualTo(TextTemplate.EarlierInDoubt));
        await _engine.TextAsync(1, $"Y {LaneStack.CodeOf(1, 1)}");
        Assert.That((await RailStage.NextAsync(_engine)).Template, Is.EqualTo(TextTemplate.BeingChecked));
        await _engine.TextAsync(1, $"N {LaneStack.CodeOf(1, 1)}");
        Assert.That((await RailStage.NextAsync(_engine)).Template, Is.EqualTo(TextTemplate.BeingChecked));
        Assert.That(await _stage.OutcomesAsync(1), Is.EqualTo(new[] { PaymentOutcome.DeclinedEarlierInDoubt, PaymentOutcome.DeclinedEarlierInDoubt }));

        _stage.Ocs.Faults.Clear();
        Assert.That((await RailStage.NextAsync(_engine)).Template, Is.EqualTo(TextTemplate.Receipt));
        Assert.That(_stage.Ocs.Books.Debits, Is.EqualTo(1));
        await _stage.CheckBooksAsync();
    }

    [Test]
    public async Task Without_a_charging_system_that_can_be_reached_a_payment_is_declined_at_once()
    {
        await _engine.TextAsync(1, "PAY COFFEE LATTE");
        await RailStage.NextAsync(_engine);
        await _stage.StopOcsAsync();
        await Eventually.True(() => !_engine.Get<Rails>().Ocs!.Room.TryTake(), "the connections are gone");
        await _engine.TextAsync(1, $"Y {LaneStack.CodeOf(1, 1)}");

        Assert.That((await RailStage.NextAsync(_engine)).Template, Is.EqualTo(TextTemplate.SystemBusy));
        Assert.That(await _stage.ReadAsync<long>("select count(*) from transfers"), Is.Zero);
    }

    [Test]
    public async Task What_an_engine_could_not_send_after_it_was_taken_for_dead_is_not_declined_because_another_may_have_sent_it()
    {
        await _stage.DisposeAsync();
        _stage = await RailStage.SetAsync(FundingKind.Airtime);
        var asked = 0;
        // Held before the first octet; then the connections are gone, and so is the lease.
        _engine = await _stage.StartEngineAsync(holdsLease: () =>
        {
            if (Interlocked.Increment(ref asked) > 1)
                return false;
            _stage.StopOcsAsync().GetAwaiter().GetResult();
            return SpinWait.SpinUntil(() => !RailStage.IsOpen(_engine.Get<Rails>().Ocs!.Room), TimeSpan.FromSeconds(30));
        });
        await RailStage.OrderAsync(_engine, 1);

        Assert.That((await RailStage.NextAsync(_engine)).Template, Is.EqualTo(TextTemplate.BeingChecked));
        Assert.That(await _stage.ReadAsync<short>("select state from open_payments"), Is.EqualTo((short)PaymentState.InDoubt));
        Assert.That(await _stage.ReadAsync<long>("select count(*) from connector_calls"), Is.EqualTo(1), "it is asked for again");
    }

    [Test]
    public async Task A_charging_system_that_hangs_takes_its_room_and_no_more_and_others_pay_meanwhile()
    {
        await _stage.DisposeAsync();
        _stage = await RailStage.SetAsync(FundingKind.Airtime);
        var settings = _stage.Settings();
        settings["CarrierPay:Diameter:Room"] = "2";
        settings["CarrierPay:Diameter:RequestTimeout"] = "00:00:20";
        _engine = await _stage.StartEngineAsync(settings);
        _stage.Ocs.Faults.Order(new(OcsFaultKind.Hold, Count: 2));
        await RailStage.OrderAsync(_engine, 1);
        await RailStage.OrderAsync(_engine, 2);
        await RailStage.OrderAsync(_engine, 3);
        Assert.That((await RailStage.NextAsync(_engine)).Template, Is.EqualTo(TextTemplate.SystemBusy));

        await _engine.TextAsync(4, "PAY COFFEE LATTE B");
        await RailStage.NextAsync(_engine);
        await _engine.TextAsync(4, $"Y {LaneStack.CodeOf(4, 1)}");
        Assert.That((await RailStage.NextAsync(_engine)).Template, Is.EqualTo(TextTemplate.Receipt));
        Assert.That(_stage.AtBankOf(4), Is.EqualTo(RailStage.Opening - RailStage.Price));

        Assert.That(_stage.Ocs.Release(), Is.EqualTo(2));
        Assert.That((await RailStage.NextAsync(_engine)).Template, Is.EqualTo(TextTemplate.Receipt));
        Assert.That((await RailStage.NextAsync(_engine)).Template, Is.EqualTo(TextTemplate.Receipt));
        await _stage.CheckBooksAsync();
    }
}
