using CarrierPay.Engine.Messaging.Texts;
using CarrierPay.Engine.Subscribers;
using CarrierPay.Engine.Tests.Lanes;
using CarrierPay.Simulator.Bank;

namespace CarrierPay.Engine.Tests.Funding;

/// <summary>Bank accounts over real sockets: what is not certain is reversed, and the books of both sides agree.</summary>
[TestFixture, Parallelizable] // beside the other rails: what takes its time here is waiting for answers that do not come
internal sealed class ChargeAtBanksTests() : RailFixture(FundingKind.Bank)
{
    [SetUp]
    public async Task StartAsync() => Engine = await Stage.StartEngineAsync();

    [Test]
    public async Task A_payment_is_charged_to_the_linked_account()
    {
        await RailStage.OrderAsync(Engine, 1);

        Assert.That((await RailStage.NextAsync(Engine)).Template, Is.EqualTo(TextTemplate.Receipt));
        Assert.That(Stage.AtBankOf(1), Is.EqualTo(RailStage.Opening - RailStage.Price));
        Assert.That(await Stage.ReadAsync<string>("select request from calls where kind = 4"), Does.Not.Contain(RailStage.AccountOf(1)));
        await Stage.CheckBooksAsync();
    }

    /// <summary>The bank's word on the debit did not come, or was worth nothing.</summary>
    [TestCase(BankFault.Lose, null, TestName = "A_debit_that_the_bank_never_had_is_reversed_and_the_bank_says_so")]
    [TestCase(BankFault.Mute, null, TestName = "A_debit_without_an_answer_is_reversed")]
    [TestCase(BankFault.Cut, null, TestName = "A_debit_whose_connection_was_cut_is_reversed")]
    [TestCase(BankFault.WrongAmount, null, TestName = "A_debit_answered_with_another_amount_is_reversed")]
    [TestCase(BankFault.WrongStan, null, TestName = "A_debit_answered_with_another_STAN_is_reversed")]
    [TestCase(BankFault.Code, "91", TestName = "A_debit_answered_with_91_is_reversed")]
    [TestCase(BankFault.Code, "ZZ", TestName = "A_debit_answered_with_a_code_that_is_in_no_table_is_reversed")]
    [TestCase(BankFault.Hold, null, TestName = "A_reversal_that_is_there_before_its_original_wins")]
    public async Task In_doubt(BankFault fault, string? code)
    {
        Stage.Bank.Faults.Order(new(fault, BankMessageKind.Debit, ResponseCode: code));
        await RailStage.OrderAsync(Engine, 1);

        Assert.That((await RailStage.NextAsync(Engine)).Template, Is.EqualTo(TextTemplate.BeingChecked));
        Assert.That((await RailStage.NextAsync(Engine)).Template, Is.EqualTo(TextTemplate.Reversed));
        await Stage.Bank.ReleaseAsync();
        Assert.That(await Stage.OutcomesAsync(1), Is.EqualTo(new[] { PaymentOutcome.Reversed }));
        Assert.That(Stage.AtBankOf(1), Is.EqualTo(RailStage.Opening));
        Assert.That(await Stage.ReadAsync<long>("select day_spent_minor + month_payments from subscribers where id = 1"), Is.Zero);
        await Stage.CheckBooksAsync();
    }

    [Test]
    public async Task An_approval_that_comes_later_than_the_reversal_changes_nothing()
    {
        Stage.Bank.Faults.Order(new(BankFault.Delay, BankMessageKind.Debit, DelayMs: 2000));
        await RailStage.OrderAsync(Engine, 1);

        Assert.That((await RailStage.NextAsync(Engine)).Template, Is.EqualTo(TextTemplate.BeingChecked));
        Assert.That((await RailStage.NextAsync(Engine)).Template, Is.EqualTo(TextTemplate.Reversed));
        // The late approval is of a payment that is not charged: the bank is asked to undo it once more (lanes.md 11).
        await Eventually.True(() => Stage.ReadAsync<bool>("select count(*) = 2 from calls where kind = 5"), "it is reversed again");
        Assert.That(await Stage.OutcomesAsync(1), Is.EqualTo(new[] { PaymentOutcome.Reversed }));
        Assert.That(Stage.AtBankOf(1), Is.EqualTo(RailStage.Opening));
        await Stage.CheckBooksAsync();
    }

    [Test]
    public async Task A_reversal_whose_answer_is_lost_is_repeated_and_undoes_once()
    {
        Stage.Bank.Faults.Order(new(BankFault.Mute, BankMessageKind.Debit));
        Stage.Bank.Faults.Order(new(BankFault.Mute, BankMessageKind.Reversal, Count: 2));
        await RailStage.OrderAsync(Engine, 1);

        await Stage.EndedAsync(1);
        Assert.That(Stage.MovedAtBank(1).Select(e => e.Kind), Is.EqualTo(new[] { "debit", "reversal" }));
        await Stage.CheckBooksAsync();
    }

    [Test]
    public async Task Two_answers_to_one_debit_charge_it_once()
    {
        Stage.Bank.Faults.Order(new(BankFault.Duplicate, BankMessageKind.Debit));
        await RailStage.OrderAsync(Engine, 1);

        Assert.That((await RailStage.NextAsync(Engine)).Template, Is.EqualTo(TextTemplate.Receipt));
        await Stage.CheckBooksAsync();
    }

    [TestCase("51", TextTemplate.NotEnoughAtSource, PaymentOutcome.DeclinedInsufficientFunds)]
    [TestCase("14", TextTemplate.RefusedBySource, PaymentOutcome.DeclinedBySource)]
    [TestCase("05", TextTemplate.RefusedBySource, PaymentOutcome.DeclinedBySource)]
    public async Task A_refusal_declines_the_payment(string code, TextTemplate text, PaymentOutcome outcome)
    {
        Stage.Bank.Faults.Order(new(BankFault.Code, BankMessageKind.Debit, ResponseCode: code));
        await RailStage.OrderAsync(Engine, 1);

        Assert.That((await RailStage.NextAsync(Engine)).Template, Is.EqualTo(text));
        Assert.That(await Stage.OutcomesAsync(1), Is.EqualTo(new[] { outcome }));
        await Stage.CheckBooksAsync();
    }

    [Test]
    public async Task What_a_dead_engine_may_have_sent_is_reversed_by_another_and_not_sent_again()
    {
        Stage.Bank.Faults.Order(new(BankFault.Mute, BankMessageKind.Debit));
        await RailStage.OrderAsync(Engine, 1);
        await Eventually.True(() => Stage.AtBankOf(1) < RailStage.Opening, "the debit is booked");
        await Engine.StopAsync();
        await Stage.StartEngineAsync();

        await Stage.EndedAsync(1);
        Assert.That(await Stage.OutcomesAsync(1), Is.EqualTo(new[] { PaymentOutcome.Reversed }));
        Assert.That(Stage.AtBankOf(1), Is.EqualTo(RailStage.Opening));
        await Stage.CheckBooksAsync();
    }

    [Test]
    public async Task An_engine_that_loses_its_lease_while_a_debit_waits_for_its_place_does_not_send_it()
    {
        await Stage.DisposeAsync();
        Stage = await RailStage.SetAsync(FundingKind.Bank);
        var holdsLease = true;
        var settings = Stage.Settings();
        settings["CarrierPay:Iso8583:Banks:0:Window"] = "1";
        settings["CarrierPay:Iso8583:Banks:0:ResponseTimeout"] = "00:01:00";
        Engine = await Stage.StartEngineAsync(settings, holdsLease: _ => Volatile.Read(ref holdsLease));
        Stage.Bank.Faults.Order(new(BankFault.Hold, BankMessageKind.Debit));
        await RailStage.OrderAsync(Engine, 1);
        await Eventually.True(() => Stage.Bank.State.Held == 1, "the bank holds it");
        await RailStage.OrderAsync(Engine, 2);
        Volatile.Write(ref holdsLease, false);
        await Stage.Bank.ReleaseAsync();

        Assert.That((await RailStage.NextAsync(Engine)).Template, Is.EqualTo(TextTemplate.Receipt));
        await Eventually.True(() => Engine.Get<Rails>().Banks["DEMO"].Room.Taken == 0, "both are done with");
        Assert.That(Stage.AtBankOf(2), Is.EqualTo(RailStage.Opening));
        Assert.That(await Stage.ReadAsync<short>("select state from open_payments where subscriber_id = 2"), Is.EqualTo((short)PaymentState.Charging), "whoever has it now decides");
        Assert.That(await Stage.ReadAsync<long>("select count(*) from connector_calls where subscriber_id = 2"), Is.EqualTo(1));
    }

    [Test]
    public async Task Numbers_go_on_after_a_restart_and_none_comes_twice()
    {
        await RailStage.OrderAsync(Engine, 1);
        await RailStage.NextAsync(Engine);
        await Engine.StopAsync();
        var other = await Stage.StartEngineAsync();
        await RailStage.OrderAsync(other, 2);
        await RailStage.NextAsync(other);

        Assert.That(Stage.MovedAtBank(1).Concat(Stage.MovedAtBank(2)).Select(e => e.Stan), Is.Unique.And.Exactly(2).Items);
        await Stage.CheckBooksAsync();
    }

    [Test]
    public async Task A_debit_is_reversed_at_the_account_that_it_was_made_from_even_if_another_one_is_linked_by_then()
    {
        Stage.Bank.Faults.Order(new(BankFault.Mute, BankMessageKind.Debit));
        Stage.Bank.Faults.Order(new(BankFault.Mute, BankMessageKind.Reversal));
        await RailStage.OrderAsync(Engine, 1);
        Assert.That((await RailStage.NextAsync(Engine)).Template, Is.EqualTo(TextTemplate.BeingChecked));
        await Stage.ExecuteAsync(
            """
            update bank_links set state = 4 where subscriber_id = 1;
            insert into bank_links (lane, subscriber_id, id, bank, state, account, fingerprint, tail, made_at)
            select 1, 1, 1001, 'DEMO', 2, account, fingerprint, tail, now() from bank_links where subscriber_id = 2
            """);

        await Stage.EndedAsync(1);
        Assert.That((Stage.AtBankOf(1), Stage.AtBankOf(2)), Is.EqualTo((RailStage.Opening, RailStage.Opening)));
        await Stage.CheckBooksAsync();
    }

    [Test]
    public async Task An_account_is_linked_by_its_banks_yes_and_not_before()
    {
        await Stage.ExecuteAsync(
            """
            update bank_links set state = 1 where subscriber_id = 1;
            insert into connector_calls (lane, id, subscriber_id, payment_id, kind, owner, bank, request, created_at, next_attempt_at)
            values (1, 1, 1, 0, 6, 0, 'DEMO', '{"link":1,"currency":978}', now(), 'infinity')
            """);
        await Engine.TextAsync(1, "PAY COFFEE LATTE");
        Assert.That((await RailStage.NextAsync(Engine)).Template, Is.EqualTo(TextTemplate.SourceUnavailable));

        await Stage.ExecuteAsync("update connector_calls set next_attempt_at = now()");
        var linked = await RailStage.NextAsync(Engine);
        Assert.That((linked.Template, linked.Parameters), Is.EqualTo((TextTemplate.BankLinked, "0001")));
        await RailStage.OrderAsync(Engine, 1, number: 2);
        Assert.That((await RailStage.NextAsync(Engine)).Template, Is.EqualTo(TextTemplate.Receipt));
        await Stage.CheckBooksAsync();
    }

    [Test]
    public async Task An_account_that_its_bank_does_not_know_is_not_linked()
    {
        Stage.Bank.Faults.Order(new(BankFault.Code, BankMessageKind.Balance, ResponseCode: "14"));
        await Stage.ExecuteAsync(
            """
            update bank_links set state = 1 where subscriber_id = 1;
            insert into connector_calls (lane, id, subscriber_id, payment_id, kind, owner, bank, request, created_at, next_attempt_at)
            values (1, 1, 1, 0, 6, 0, 'DEMO', '{"link":1,"currency":978}', now(), now())
            """);

        Assert.That((await RailStage.NextAsync(Engine)).Template, Is.EqualTo(TextTemplate.BankNotLinked));
        await Engine.TextAsync(1, "PAY COFFEE LATTE");
        Assert.That((await RailStage.NextAsync(Engine)).Template, Is.EqualTo(TextTemplate.SourceNotLinked));
    }
}
