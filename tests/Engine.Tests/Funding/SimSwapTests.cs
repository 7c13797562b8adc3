using System.Text;
using CarrierPay.Engine.Accounts;
using CarrierPay.Engine.Messaging.Texts;
using CarrierPay.Engine.Storage;
using CarrierPay.Engine.Subscribers;
using CarrierPay.Engine.Tests.Lanes;
using CarrierPay.Simulator.Bank;

namespace CarrierPay.Engine.Tests.Funding;

/// <summary>A SIM card that was changed between the linking of a bank account and a payment, and what is undone after it.</summary>
[TestFixture, Parallelizable] // beside the rails: what takes its time here is waiting for answers that do not come
internal sealed class SimSwapTests() : RailFixture(FundingKind.Bank)
{
    [SetUp]
    public async Task StartAsync()
    {
        Engine = await Stage.StartEngineAsync();
        await LoadAsync("234150999999990");
    }

    [Test]
    public async Task The_linked_account_is_closed_to_the_new_card_until_it_has_cooled()
    {
        await LoadAsync("234150999999991");
        await Engine.TextAsync(1, "PAY COFFEE LATTE");
        Assert.That((await RailStage.NextAsync(Engine)).Template, Is.EqualTo(TextTemplate.SimChanged));
        Assert.That(Stage.MovedAtBank(1), Is.Empty);

        await Stage.ExecuteAsync("update subscribers set sim_changed_at = now() - interval '73 hours' where id = 1");
        await RailStage.OrderAsync(Engine, 1, number: 2);
        Assert.That((await RailStage.NextAsync(Engine)).Template, Is.EqualTo(TextTemplate.Receipt));
        await Stage.CheckBooksAsync();
    }

    [Test]
    public async Task A_prompt_that_went_to_the_old_card_is_not_paid_by_the_new_one()
    {
        await Engine.TextAsync(1, "PAY COFFEE LATTE");
        Assert.That((await RailStage.NextAsync(Engine)).Template, Is.EqualTo(TextTemplate.Prompt));
        await LoadAsync("234150999999991");
        await Engine.TextAsync(1, $"Y {LaneStack.CodeOf(1, 1)}");

        Assert.That((await RailStage.NextAsync(Engine)).Template, Is.EqualTo(TextTemplate.SimChanged));
        Assert.That(await Stage.OutcomesAsync(1), Is.EqualTo(new[] { PaymentOutcome.DeclinedSimChanged }));
        Assert.That(Stage.MovedAtBank(1), Is.Empty);
        await Stage.CheckBooksAsync();
    }

    [Test]
    public async Task What_was_debited_before_goes_back_to_the_account_it_was_taken_from()
    {
        Stage.Bank.Faults.Order(new(BankFault.Mute, BankMessageKind.Debit));
        Stage.Bank.Faults.Order(new(BankFault.Lose, BankMessageKind.Reversal, Count: 1000));
        await RailStage.OrderAsync(Engine, 1);
        Assert.That((await RailStage.NextAsync(Engine)).Template, Is.EqualTo(TextTemplate.BeingChecked));
        await LoadAsync("234150999999991");
        Stage.Bank.Faults.Clear();

        Assert.That((await RailStage.NextAsync(Engine)).Template, Is.EqualTo(TextTemplate.Reversed));
        Assert.That(Stage.MovedAtBank(1).Select(e => (e.Kind, e.Amount)), Is.EqualTo(new[] { ("debit", -RailStage.Price), ("reversal", RailStage.Price) }));
        await Stage.CheckBooksAsync();
    }

    /// <summary>The operator's file has subscriber 1 with this card, and nothing else changes.</summary>
    private async Task LoadAsync(string imsi)
    {
        var json = $$"""
            {"subscribers":[{"msisdn":"{{LaneStack.NumberOf(1).Value}}","imsi":"{{imsi}}","sources":[{"kind":"bank","bank":"DEMO","account":"{{RailStage.AccountOf(1)}}"},{"kind":"prepaid"}]}]}
            """;
        await using var admin = Databases.Open(Stage.Database.OwnerConnectionString, DatabaseRole.Admin);
        await Provision.RunAsync(admin, ProvisionFile.Read(Encoding.UTF8.GetBytes(json), new AccountsOptions().ToLimits()), Stage.Keys, TimeProvider.System);
    }
}
