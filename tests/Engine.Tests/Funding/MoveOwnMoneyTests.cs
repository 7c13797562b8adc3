using CarrierPay.Engine.Funding.Bank;
using CarrierPay.Engine.Messaging;
using CarrierPay.Engine.Messaging.Texts;
using CarrierPay.Engine.Subscribers;
using CarrierPay.Engine.Tests.Lanes;
using CarrierPay.Simulator.Bank;
using CarrierPay.Simulator.Ocs;

namespace CarrierPay.Engine.Tests.Funding;

/// <summary>The wallet is filled from airtime and bank, and emptied to them, over real sockets.</summary>
[TestFixture, Parallelizable] // beside the other rails: what takes its time here is waiting for answers that do not come
internal sealed class MoveOwnMoneyTests() : RailFixture(FundingKind.Prepaid, RailStage.AllSources)
{
    [SetUp]
    public async Task StartAsync() => Engine = await Stage.StartEngineAsync();

    [TestCase("TOPUP 20", "bank account", 10_000, 8_000)]
    [TestCase("topup 20 b", "bank account", 10_000, 8_000)]
    [TestCase("TOPUP P 20.00 EUR", "airtime", 8_000, 10_000)]
    [TestCase("充值 20 话费", "airtime", 8_000, 10_000)]
    public async Task A_top_up_takes_it_there_and_puts_it_into_the_wallet(string text, string from, long airtime, long bank)
    {
        var prompt = await AskAsync(text);
        Assert.That(ParameterList.Split(prompt.Parameters)[..4], Is.EqualTo(new[] { "EUR 20.00", "wallet", "", from }));
        await ConfirmAsync(1);

        var receipt = await RailStage.NextAsync(Engine);
        Assert.That(receipt.Template, Is.EqualTo(TextTemplate.Receipt));
        Assert.That(ParameterList.Split(receipt.Parameters)[5], Is.EqualTo("EUR 20.00"));
        Assert.That((await WalletAsync(), Stage.AirtimeOf(1), Stage.AtBankOf(1)), Is.EqualTo((2_000L, airtime, bank)));
        Assert.That(await Stage.ReadAsync<long>("select day_spent_minor from subscribers where id = 1"), Is.Zero, "one's own money is not spent");
        await CheckAsync();
    }

    [TestCase("CASHOUT 15 B", 10_000, 9_500)]
    [TestCase("提现 15 话费", 11_500, 8_000)]
    public async Task A_cash_out_takes_it_from_the_wallet_and_puts_it_there(string text, long airtime, long bank)
    {
        await TopUpAsync(2000);
        var prompt = await AskAsync(text);
        Assert.That(ParameterList.Split(prompt.Parameters)[3], Is.EqualTo("wallet"));
        await ConfirmAsync(2);

        Assert.That((await RailStage.NextAsync(Engine)).Template, Is.EqualTo(TextTemplate.Receipt));
        Assert.That((await WalletAsync(), Stage.AirtimeOf(1), Stage.AtBankOf(1)), Is.EqualTo((500L, airtime, bank)));
        await CheckAsync();
    }

    [Test]
    public async Task A_cash_out_whose_answer_is_lost_is_repeated_until_the_bank_answers_and_made_once()
    {
        await TopUpAsync(2000);
        Stage.Bank.Faults.Order(new(BankFault.Mute, BankMessageKind.Refund));
        await AskAsync("CASHOUT 15 B");
        await ConfirmAsync(2);

        Assert.That((await RailStage.NextAsync(Engine)).Template, Is.EqualTo(TextTemplate.BeingChecked));
        Assert.That(await WalletAsync(), Is.EqualTo(500), "what is on its way cannot be spent");
        Assert.That((await RailStage.NextAsync(Engine)).Template, Is.EqualTo(TextTemplate.Receipt));
        Assert.That((Stage.MovedAtBank(1).Select(e => e.Kind), Stage.AtBankOf(1)), Is.EqualTo((new[] { "debit", "refund" }, 9_500L)));
        await CheckAsync();
    }

    [Test]
    public async Task A_cash_out_to_airtime_whose_answer_is_lost_is_made_once()
    {
        await TopUpAsync(2000);
        Stage.Ocs.Faults.Order(new(OcsFaultKind.Mute));
        await AskAsync("CASHOUT 15 P");
        await ConfirmAsync(2);

        await Stage.EndedAsync(1, payments: 2);
        Assert.That((Stage.Ocs.Books.Refunds, Stage.AirtimeOf(1), await WalletAsync()), Is.EqualTo((1L, 11_500L, 500L)));
        await CheckAsync();
    }

    [Test]
    public async Task A_cash_out_that_the_bank_refuses_is_back_in_the_wallet()
    {
        await TopUpAsync(2000);
        Stage.Bank.Faults.Order(new(BankFault.Code, BankMessageKind.Refund, ResponseCode: "14"));
        await AskAsync("CASHOUT 15");
        await ConfirmAsync(2);

        Assert.That((await RailStage.NextAsync(Engine)).Template, Is.EqualTo(TextTemplate.RefusedBySource));
        Assert.That(await WalletAsync(), Is.EqualTo(2000));
        await CheckAsync();
    }

    [Test]
    public async Task A_late_refusal_of_a_cash_out_is_left_to_its_repeat()
    {
        await Engine.StopAsync();
        Engine = await Stage.StartEngineAsync(new Dictionary<string, string?>(Stage.Settings()) { ["CarrierPay:Iso8583:Banks:0:ReversalPauses:0"] = "01:00:00" });
        await TopUpAsync(2000);
        Stage.Bank.Faults.Order(new(BankFault.Hold, BankMessageKind.Refund));
        await AskAsync("CASHOUT 15 B");
        await ConfirmAsync(2);
        Assert.That((await RailStage.NextAsync(Engine)).Template, Is.EqualTo(TextTemplate.BeingChecked));
        Stage.Bank.Books.Remove(RailStage.AccountOf(1));
        await Stage.Bank.ReleaseAsync();
        await Eventually.True(() => Engine.Get<BankNodes>().ByCode["DEMO"].Client.Counters.Late == 1, "the refusal comes late");
        Assert.That((await AskAsync("BAL")).Template, Is.Not.EqualTo(TextTemplate.RefusedBySource), "decided behind it");
        Assert.That(await Stage.ReadAsync<short>("select state from open_payments"), Is.EqualTo((short)PaymentState.InDoubt));

        Stage.Bank.Books.Put(RailStage.AccountOf(1), "EUR", 8000);
        await Stage.ExecuteAsync("update connector_calls set next_attempt_at = now()");
        Assert.That((await RailStage.NextAsync(Engine)).Template, Is.EqualTo(TextTemplate.RefusedBySource));
        Assert.That(await WalletAsync(), Is.EqualTo(2000));
        await CheckAsync();
    }

    [TestCase("CASHOUT 15 B", TextTemplate.InsufficientFunds)]
    [TestCase("TOPUP 1001", TextTemplate.OverTransactionLimit)]
    [TestCase("TOPUP", TextTemplate.AmountUnclear)]
    [TestCase("TOPUP -5", TextTemplate.AmountNegative)]
    [TestCase("TOPUP 5 USD", TextTemplate.AmountOtherCurrency)]
    [TestCase("TOPUP 5 W", TextTemplate.SourceUnavailable)]
    public async Task What_cannot_be_moved_is_said(string text, TextTemplate answer)
    {
        Assert.That((await AskAsync(text)).Template, Is.EqualTo(answer));
        Assert.That(await Stage.ReadAsync<long>("select count(*) from transfers"), Is.Zero);
    }

    [Test]
    public async Task A_wallet_is_not_filled_above_its_cap()
    {
        await Stage.ExecuteAsync("update subscribers set balance_minor = 99500 where id = 1");
        Assert.That((await AskAsync("TOPUP 20")).Template, Is.EqualTo(TextTemplate.OverBalanceCap));
    }

    private async Task<OutboundMessage> AskAsync(string text)
    {
        await Engine.TextAsync(1, text);
        return await RailStage.NextAsync(Engine);
    }

    private Task<Engine.Lanes.EventFate> ConfirmAsync(int number) => Engine.TextAsync(1, $"Y {LaneStack.CodeOf(1, number)}");

    private async Task TopUpAsync(long minor)
    {
        await AskAsync($"TOPUP {minor / 100} B");
        await ConfirmAsync(1);
        Assert.That((await RailStage.NextAsync(Engine)).Template, Is.EqualTo(TextTemplate.Receipt));
    }

    private Task<long> WalletAsync() => Stage.ReadAsync<long>("select balance_minor from subscribers where id = 1");

    /// <summary>The wallet is the sum of its transfers, and both books agree.</summary>
    private async Task CheckAsync()
    {
        Assert.That(await WalletAsync(), Is.EqualTo(await Stage.ReadAsync<long>(
            "select coalesce(sum(case when credit_account = 2 then amount_minor else 0 end - case when debit_account = 2 then amount_minor else 0 end), 0)::bigint from transfers")));
        await Stage.CheckBooksAsync();
    }
}
