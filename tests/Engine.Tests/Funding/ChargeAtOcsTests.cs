using CarrierPay.Engine.Lanes;
using CarrierPay.Engine.Merchants;
using CarrierPay.Engine.Messaging.Texts;
using CarrierPay.Engine.Subscribers;
using CarrierPay.Engine.Tests.Lanes;
using CarrierPay.Simulator.Ocs;

namespace CarrierPay.Engine.Tests.Funding;

/// <summary>Airtime over real sockets: whatever goes wrong on the way, the books of both sides agree, and nobody is charged twice.</summary>
[TestFixture, Parallelizable] // beside the other rails: what takes its time here is waiting for answers that do not come
internal sealed class ChargeAtOcsTests() : RailFixture(FundingKind.Airtime)
{
    [SetUp]
    public async Task StartAsync() => Engine = await Stage.StartEngineAsync();

    [Test]
    public async Task A_payment_is_charged_to_airtime()
    {
        await RailStage.OrderAsync(Engine, 1);

        Assert.That((await RailStage.NextAsync(Engine)).Template, Is.EqualTo(TextTemplate.Receipt));
        Assert.That(Stage.AirtimeOf(1), Is.EqualTo(RailStage.Opening - RailStage.Price));
        Assert.That(await Stage.ReadAsync<string>("select answer from calls where kind = 2"), Does.StartWith("Done by ocs.operator.example"));
        await Stage.CheckBooksAsync();
    }

    /// <summary>The charging system debited each of these, and its word did not come, or was worth nothing.</summary>
    [TestCase(OcsFaultKind.Mute, 1, TestName = "A_lost_answer_is_in_doubt_until_the_same_request_is_answered")]
    [TestCase(OcsFaultKind.Cut, 1, TestName = "A_connection_cut_after_the_debit_is_in_doubt_until_the_same_request_is_answered")]
    [TestCase(OcsFaultKind.Relay, 1, TestName = "A_relays_3002_after_the_debit_is_in_doubt_until_the_charging_system_answers")]
    [TestCase(OcsFaultKind.Hold, 0, TestName = "An_original_that_its_resend_overtakes_is_charged_once")]
    [TestCase(OcsFaultKind.Lose, 0, TestName = "A_lost_request_is_in_doubt_and_charged_by_its_resend")]
    public async Task In_doubt(OcsFaultKind fault, int repeats)
    {
        Stage.Ocs.Faults.Order(new(fault));
        await RailStage.OrderAsync(Engine, 1);

        Assert.That((await RailStage.NextAsync(Engine)).Template, Is.EqualTo(TextTemplate.BeingChecked));
        Assert.That((await RailStage.NextAsync(Engine)).Template, Is.EqualTo(TextTemplate.Receipt));
        await Stage.EndedAsync(1);
        Assert.That(Stage.AirtimeOf(1), Is.EqualTo(RailStage.Opening - RailStage.Price));
        Assert.That(Stage.Ocs.Books.Debits, Is.EqualTo(1));
        Assert.That(Stage.Ocs.Books.Repeats, Is.GreaterThanOrEqualTo(repeats));
        await Stage.CheckBooksAsync();
    }

    [Test]
    public async Task The_subscriber_is_told_once_that_it_is_being_checked_however_long_it_takes()
    {
        Stage.Ocs.Faults.Order(new(OcsFaultKind.Mute, Count: 3));
        await RailStage.OrderAsync(Engine, 1);

        Assert.That((await RailStage.NextAsync(Engine)).Template, Is.EqualTo(TextTemplate.BeingChecked));
        Assert.That((await RailStage.NextAsync(Engine)).Template, Is.EqualTo(TextTemplate.Receipt));
        Assert.That(await Stage.ReadAsync<int>("select count(*)::int from calls where kind = 2"), Is.EqualTo(1));
        await Stage.CheckBooksAsync();
    }

    [TestCase(4012u, TextTemplate.NotEnoughAtSource, PaymentOutcome.DeclinedInsufficientFunds)]
    [TestCase(4010u, TextTemplate.RefusedBySource, PaymentOutcome.DeclinedBySource)]
    [TestCase(4011u, TextTemplate.RefusedBySource, PaymentOutcome.DeclinedBySource)]
    [TestCase(5030u, TextTemplate.RefusedBySource, PaymentOutcome.DeclinedBySource)]
    [TestCase(5004u, TextTemplate.RefusedBySource, PaymentOutcome.DeclinedBySource)]
    public async Task A_refusal_declines_the_payment_and_gives_the_limits_back(uint result, TextTemplate text, PaymentOutcome outcome)
    {
        Stage.Ocs.Faults.Order(new(OcsFaultKind.Result, Result: result));
        await RailStage.OrderAsync(Engine, 1);

        Assert.That((await RailStage.NextAsync(Engine)).Template, Is.EqualTo(text));
        Assert.That(await Stage.OutcomesAsync(1), Is.EqualTo(new[] { outcome }));
        Assert.That(await Stage.ReadAsync<long>("select day_spent_minor + month_spent_minor + day_payments + month_payments from subscribers where id = 1"), Is.Zero);
        await Stage.CheckBooksAsync();
    }

    [TestCase(1000)]
    [TestCase(1)]
    [TestCase(1300)]
    public async Task Another_amount_than_the_price_is_given_back_and_the_payment_is_reversed(long granted)
    {
        Stage.Ocs.Faults.Order(new(OcsFaultKind.WrongAmount, Granted: granted));
        await RailStage.OrderAsync(Engine, 1);

        Assert.That((await RailStage.NextAsync(Engine)).Template, Is.EqualTo(TextTemplate.BeingChecked));
        Assert.That((await RailStage.NextAsync(Engine)).Template, Is.EqualTo(TextTemplate.Reversed));
        Assert.That(await Stage.OutcomesAsync(1), Is.EqualTo(new[] { PaymentOutcome.Reversed }));
        Assert.That(Stage.AirtimeOf(1), Is.EqualTo(RailStage.Opening));
        await Stage.CheckBooksAsync();
    }

    [Test]
    public async Task A_refund_whose_answer_is_lost_is_made_once()
    {
        Stage.Ocs.Faults.Order(new(OcsFaultKind.WrongAmount, Granted: 1000));
        Stage.Ocs.Faults.Order(new(OcsFaultKind.Mute));
        await RailStage.OrderAsync(Engine, 1);

        await Stage.EndedAsync(1);
        Assert.That((Stage.AirtimeOf(1), Stage.Ocs.Books.Refunds), Is.EqualTo((RailStage.Opening, 1L)));
        await Stage.CheckBooksAsync();
    }

    [Test]
    public async Task An_answer_in_another_currency_is_left_to_a_person_and_the_price_stays_in_suspense()
    {
        Stage.Ocs.Faults.Order(new(OcsFaultKind.WrongAmount, Currency: "USD"));
        await RailStage.OrderAsync(Engine, 1);

        Assert.That((await RailStage.NextAsync(Engine)).Template, Is.EqualTo(TextTemplate.BeingChecked));
        Assert.That(await Stage.ReadAsync<bool>("select next_attempt_at = 'infinity' from connector_calls"), Is.True);
        Assert.That(await Stage.ReadAsync<short>("select state from open_payments"), Is.EqualTo((short)PaymentState.InDoubt));
    }

    [Test]
    public async Task After_the_window_of_the_charging_system_nothing_is_resent_and_a_person_decides()
    {
        await Stage.DisposeAsync();
        Stage = await RailStage.SetAsync(FundingKind.Airtime);
        var settings = Stage.Settings();
        settings["CarrierPay:Diameter:ResendFor"] = "00:00:01.5";
        Engine = await Stage.StartEngineAsync(settings);
        Stage.Ocs.Faults.Order(new(OcsFaultKind.Lose, Count: 1000));
        await RailStage.OrderAsync(Engine, 1);

        await Eventually.True(() => Stage.ReadAsync<bool>("select bool_or(next_attempt_at = 'infinity') from connector_calls"), "a person is asked");
        Stage.Ocs.Faults.Clear();
        Assert.That(await Stage.ReadAsync<short>("select state from open_payments"), Is.EqualTo((short)PaymentState.InDoubt));
        Assert.That(Stage.Ocs.Books.Debits, Is.Zero);
    }

    [Test]
    public async Task Another_engine_resends_the_same_request_after_one_that_died_with_it()
    {
        Stage.Ocs.Faults.Order(new(OcsFaultKind.Mute));
        await RailStage.OrderAsync(Engine, 1);
        await Eventually.True(() => Stage.Ocs.Books.Debits == 1, "the debit is booked");
        await Engine.StopAsync();
        var other = await Stage.StartEngineAsync();

        await Stage.EndedAsync(1);
        Assert.That(await Stage.OutcomesAsync(1), Is.EqualTo(new[] { PaymentOutcome.Succeeded }));
        Assert.That((Stage.AirtimeOf(1), Stage.Ocs.Books.Debits), Is.EqualTo((RailStage.Opening - RailStage.Price, 1L)));
        Assert.That(other.Lease.IsHeld, Is.True);
        await Stage.CheckBooksAsync();
    }

    [Test]
    public async Task The_same_purchase_is_not_sold_again_while_the_first_is_being_checked()
    {
        Stage.Ocs.Faults.Order(new(OcsFaultKind.Lose, Count: 1000));
        await RailStage.OrderAsync(Engine, 1);
        Assert.That((await RailStage.NextAsync(Engine)).Template, Is.EqualTo(TextTemplate.BeingChecked));

        await Stage.ExecuteAsync($"update subscribers set sources = {RailStage.AllSources} where id = 1");
        await Engine.TextAsync(1, "pay coffee latte b");
        Assert.That((await RailStage.NextAsync(Engine)).Template, Is.EqualTo(TextTemplate.BeingChecked));
        await Engine.TextAsync(1, "PAY COFFEE MOCHA");
        Assert.That((await RailStage.NextAsync(Engine)).Template, Is.EqualTo(TextTemplate.EarlierInDoubt));
        await Engine.TextAsync(1, $"Y {LaneStack.CodeOf(1, 1)}");
        Assert.That((await RailStage.NextAsync(Engine)).Template, Is.EqualTo(TextTemplate.BeingChecked));
        await Engine.TextAsync(1, $"N {LaneStack.CodeOf(1, 1)}");
        Assert.That((await RailStage.NextAsync(Engine)).Template, Is.EqualTo(TextTemplate.BeingChecked));
        Assert.That(await Stage.OutcomesAsync(1), Is.EqualTo(new[] { PaymentOutcome.DeclinedEarlierInDoubt, PaymentOutcome.DeclinedEarlierInDoubt }));

        Stage.Ocs.Faults.Clear();
        Assert.That((await RailStage.NextAsync(Engine)).Template, Is.EqualTo(TextTemplate.Receipt));
        Assert.That(Stage.Ocs.Books.Debits, Is.EqualTo(1));
        await Stage.CheckBooksAsync();
    }

    [Test]
    public async Task Without_a_charging_system_that_can_be_reached_a_payment_is_declined_at_once()
    {
        await Engine.TextAsync(1, "PAY COFFEE LATTE");
        await RailStage.NextAsync(Engine);
        await Stage.StopOcsAsync();
        await Eventually.True(() => !Engine.Get<Rails>().Ocs!.Room.TryTake(), "the connections are gone");
        await Engine.TextAsync(1, $"Y {LaneStack.CodeOf(1, 1)}");

        Assert.That((await RailStage.NextAsync(Engine)).Template, Is.EqualTo(TextTemplate.SystemBusy));
        Assert.That(await Stage.ReadAsync<long>("select count(*) from transfers"), Is.Zero);
    }

    [Test]
    public async Task A_charging_system_that_hangs_takes_its_room_and_no_more_and_others_pay_meanwhile()
    {
        await Stage.DisposeAsync();
        Stage = await RailStage.SetAsync(FundingKind.Airtime);
        var settings = Stage.Settings();
        settings["CarrierPay:Diameter:Room"] = "2";
        settings["CarrierPay:Diameter:RequestTimeout"] = "00:00:20";
        Engine = await Stage.StartEngineAsync(settings);
        Stage.Ocs.Faults.Order(new(OcsFaultKind.Hold, Count: 2));
        await RailStage.OrderAsync(Engine, 1);
        await RailStage.OrderAsync(Engine, 2);
        await RailStage.OrderAsync(Engine, 3);
        Assert.That((await RailStage.NextAsync(Engine)).Template, Is.EqualTo(TextTemplate.SystemBusy));

        await Stage.ExecuteAsync($"update subscribers set sources = {RailStage.AllSources} where id = 4");
        await Engine.TextAsync(4, "PAY COFFEE LATTE B");
        await RailStage.NextAsync(Engine);
        await Engine.TextAsync(4, $"Y {LaneStack.CodeOf(4, 1)}");
        Assert.That((await RailStage.NextAsync(Engine)).Template, Is.EqualTo(TextTemplate.Receipt));
        Assert.That(Stage.AtBankOf(4), Is.EqualTo(RailStage.Opening - RailStage.Price));

        await Eventually.True(() => Stage.Ocs.State.Held == 2, "both have come");
        Assert.That(Stage.Ocs.Release(), Is.EqualTo(2));
        Assert.That((await RailStage.NextAsync(Engine)).Template, Is.EqualTo(TextTemplate.Receipt));
        Assert.That((await RailStage.NextAsync(Engine)).Template, Is.EqualTo(TextTemplate.Receipt));
        await Stage.CheckBooksAsync();
    }

    [Test]
    public async Task A_number_that_changes_hands_between_prompt_and_code_confirms_nothing_for_its_new_holder()
    {
        await Engine.TextAsync(1, "PAY COFFEE LATTE");
        await RailStage.NextAsync(Engine);
        await Stage.ExecuteAsync("update subscribers set msisdn = 254799999999 where id = 1");

        Assert.That(await Engine.TextAsync(1, $"Y {LaneStack.CodeOf(1, 1)}"), Is.EqualTo(EventFate.Misrouted));
        Assert.That(Stage.Ocs.Books.Debits, Is.Zero);
    }

    [Test]
    public async Task What_was_charged_to_a_number_is_given_back_to_it_even_if_its_subscriber_has_another_one_by_then()
    {
        Stage.Ocs.Faults.Order(new(OcsFaultKind.WrongAmount, Granted: 1000));
        Stage.Ocs.Faults.Order(new(OcsFaultKind.Mute)); // the refund is booked and its answer lost
        await RailStage.OrderAsync(Engine, 1);
        await Eventually.True(() => Stage.Ocs.Books.Refunds == 1, "the refund is booked");
        await Stage.ExecuteAsync("update subscribers set msisdn = 254799999999 where id = 1");

        await Stage.EndedAsync(1);
        Assert.That(Stage.AirtimeOf(1), Is.EqualTo(RailStage.Opening));
        await Stage.CheckBooksAsync();
    }

    [Test]
    public async Task What_airtime_lacks_is_offered_from_the_bank_account_and_charged_there_once_it_is_confirmed()
    {
        await Stage.ExecuteAsync($"update subscribers set sources = {RailStage.AllSources} where id = 1");
        Stage.Ocs.Books.Put($"{LaneStack.NumberOf(1).Value}", 100, 0);
        await RailStage.OrderAsync(Engine, 1);
        Assert.That((await RailStage.NextAsync(Engine)).Template, Is.EqualTo(TextTemplate.NotEnoughAtSource));
        Assert.That((await RailStage.NextAsync(Engine)).Template, Is.EqualTo(TextTemplate.PromptAgain));
        Assert.That(Stage.AtBankOf(1), Is.EqualTo(RailStage.Opening));

        await Engine.TextAsync(1, $"Y {LaneStack.CodeOf(1, 2)}");
        Assert.That((await RailStage.NextAsync(Engine)).Template, Is.EqualTo(TextTemplate.Receipt));
        Assert.That((Stage.AirtimeOf(1), Stage.AtBankOf(1)), Is.EqualTo((100L, RailStage.Opening - RailStage.Price)));
    }

    [Test]
    public async Task A_quoted_price_is_offered_from_the_bank_account_too_while_it_holds()
    {
        await Stage.ExecuteAsync($"update subscribers set sources = {RailStage.AllSources} where id = 1");
        Stage.Ocs.Books.Put($"{LaneStack.NumberOf(1).Value}", 100, 0);
        await Engine.TextAsync(1, "PAY EA COINS");
        var until = TimeProvider.System.GetUtcNow().AddMinutes(2);
        await Engine.PostAsync(1, new QuoteAnswered(await Engine.Quotes.ReadAsync(), new(QuoteKind.Priced, 500, "EUR", until, "q_1", "100 coins")));
        Assert.That((await RailStage.NextAsync(Engine)).Template, Is.EqualTo(TextTemplate.Prompt));
        await Engine.TextAsync(1, $"Y {LaneStack.CodeOf(1, 1)}");

        Assert.That((await RailStage.NextAsync(Engine)).Template, Is.EqualTo(TextTemplate.NotEnoughAtSource));
        Assert.That((await RailStage.NextAsync(Engine)).Template, Is.EqualTo(TextTemplate.PromptAgain));
        Assert.That(await Stage.ReadAsync<DateTime>("select due_at from open_payments"), Is.EqualTo(until.UtcDateTime).Within(TimeSpan.FromMicroseconds(1)));
    }
}
