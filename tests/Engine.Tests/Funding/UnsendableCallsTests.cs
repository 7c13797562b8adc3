using CarrierPay.Engine.Funding.Bank;
using CarrierPay.Engine.Messaging.Texts;
using CarrierPay.Engine.Subscribers;
using CarrierPay.Engine.Tests.Lanes;
using CarrierPay.Simulator.Bank;
using CarrierPay.Simulator.Ocs;

namespace CarrierPay.Engine.Tests.Funding;

/// <summary>Calls that cannot be sent, whatever the reason: a debit ends, and what may have moved money comes to people; none goes round for ever.</summary>
[TestFixture, Parallelizable] // beside the other rails: what takes its time here is waiting for answers that do not come
internal sealed class UnsendableCallsTests : RailFixture
{
    [Test]
    public async Task A_merchant_with_a_Chinese_keyword_is_paid_from_a_bank_account()
    {
        var engine = await StartAsync(FundingKind.Bank);
        engine.Merchants.Add(new(new(5), "咖啡", "Star Coffee", MerchantStatus.Active, false, null, [new("LATTE", "Caffe Latte", RailStage.Price, null)]));
        await Stage.ExecuteAsync("update reference_version set version = version + 1");
        await engine.TextAsync(1, "PAY 咖啡 LATTE");
        Assert.That((await RailStage.NextAsync(engine)).Template, Is.EqualTo(TextTemplate.Prompt));
        await engine.TextAsync(1, $"Y {LaneStack.CodeOf(1, 1)}");

        Assert.That((await RailStage.NextAsync(engine)).Template, Is.EqualTo(TextTemplate.Receipt));
        Assert.That(Stage.MovedAtBank(1).Single().Acceptor?.TrimEnd(), Is.EqualTo("M5"));
        await Stage.CheckBooksAsync();
    }

    [TestCase("'\\x00'::bytea", TestName = "A_debit_whose_account_was_encrypted_with_other_keys_is_declined_at_once")]
    [TestCase("null", TestName = "A_debit_whose_account_cannot_be_written_is_declined_at_once")]
    public async Task A_debit_that_cannot_be_sent(string account)
    {
        var engine = await StartAsync(FundingKind.Bank);
        await SpoilAccountAsync(account);
        await RailStage.OrderAsync(engine, 1);

        Assert.That((await RailStage.NextAsync(engine)).Template, Is.EqualTo(TextTemplate.SourceUnavailable));
        Assert.That(await Stage.OutcomesAsync(1), Is.EqualTo(new[] { PaymentOutcome.DeclinedSourceUnavailable }));
        Assert.That(await Stage.ReadAsync<long>("select count(*) from calls where kind = 5"), Is.Zero, "nothing was sent, so nothing is reversed");
        Assert.That(Stage.AtBankOf(1), Is.EqualTo(RailStage.Opening));
        await Stage.CheckBooksAsync();
    }

    [Test]
    public async Task A_reversal_that_cannot_be_sent_comes_to_people_and_the_bank_stays_open_to_the_others()
    {
        var engine = await StartAsync(FundingKind.Bank, settings =>
        {
            settings["CarrierPay:Iso8583:Banks:0:ReversalsGiveUpAfter"] = "00:00:02";
            settings["CarrierPay:Iso8583:Banks:0:Circuit:ReversalsWaiting"] = "1";
        });
        Stage.Bank.Faults.Order(new(BankFault.Mute, BankMessageKind.Debit));
        await RailStage.OrderAsync(engine, 1);
        await Eventually.True(() => Stage.AtBankOf(1) < RailStage.Opening, "the debit is booked");
        await SpoilAccountAsync("'\\x00'::bytea");
        Assert.That((await RailStage.NextAsync(engine)).Template, Is.EqualTo(TextTemplate.BeingChecked));

        await Eventually.True(() => Stage.ReadAsync<bool>("select count(*) = 1 from connector_calls where kind = 5 and next_attempt_at = 'infinity' and attempts > 0"), "a person decides about it");
        Assert.That(await Stage.ReadAsync<string>("select last_answer from connector_calls"), Does.StartWith("it could not be asked"));
        var bank = engine.Get<BankNodes>().ByCode["DEMO"].Client;
        await Eventually.True(() => bank.ReversalsWaiting == 0, "what waits for people does not count");
        await RailStage.OrderAsync(engine, 2);
        Assert.That((await RailStage.NextAsync(engine)).Template, Is.EqualTo(TextTemplate.Receipt));
    }

    [Test]
    public async Task A_stored_request_that_cannot_be_read_comes_to_people_and_not_back_for_ever()
    {
        var engine = await StartAsync(FundingKind.Airtime, settings => settings["CarrierPay:Diameter:ResendFor"] = "00:00:02");
        Stage.Ocs.Faults.Order(new(OcsFaultKind.Mute));
        await RailStage.OrderAsync(engine, 1);
        await Eventually.True(() => Stage.AirtimeOf(1) < RailStage.Opening, "the debit is booked");
        await Stage.ExecuteAsync("update connector_calls set request = 'spoilt'");
        Assert.That((await RailStage.NextAsync(engine)).Template, Is.EqualTo(TextTemplate.BeingChecked));

        await Eventually.True(() => Stage.ReadAsync<bool>("select next_attempt_at = 'infinity' from connector_calls"), "a person decides about it");
        Assert.That(await Stage.ReadAsync<string>("select last_answer from connector_calls"), Does.StartWith("it could not be asked"));
        Assert.That(RailStage.IsOpen(engine.Get<Rails>().Ocs!.Room), Is.True);
    }

    private async Task<LaneStack> StartAsync(FundingKind source, Action<Dictionary<string, string?>>? adjust = null)
    {
        Stage = await RailStage.SetAsync(source);
        var settings = Stage.Settings();
        adjust?.Invoke(settings);
        return await Stage.StartEngineAsync(settings);
    }

    /// <param name="sql">What stands in its place; null = an account in letters that no bank's message has.</param>
    private async Task SpoilAccountAsync(string sql)
    {
        var account = sql == "null" ? $"'\\x{Convert.ToHexString(new BankAccounts(Stage.Keys).Protect("账号"))}'::bytea" : sql;
        await Stage.ExecuteAsync($"update bank_links set account = {account} where subscriber_id = 1");
    }
}
