using CarrierPay.Engine.Messaging.Texts;
using CarrierPay.Engine.Subscribers;
using CarrierPay.Engine.Tests.Lanes;
using CarrierPay.Simulator.Ocs;

namespace CarrierPay.Engine.Tests.Funding;

/// <summary>Phone bills that the operator's charging system keeps (<c>ChargesBills</c>), over real sockets: it decides, it is in doubt like airtime, and nothing goes to billing by file.</summary>
[TestFixture, Parallelizable] // beside the other rails: what takes its time here is waiting for answers that do not come
internal sealed class ConvergedChargingTests() : RailFixture(FundingKind.PhoneBill)
{
    [SetUp]
    public async Task StartAsync()
    {
        // A limit from before, when bills were made from files. It is the charging system's affair now.
        await Stage.ExecuteAsync("update subscribers set bill_limit_minor = 1, bill_month = 0, bill_minor = 0 where id = 1");
        Engine = await Stage.StartEngineAsync(new Dictionary<string, string?>(Stage.Settings()) { ["CarrierPay:Diameter:ChargesBills"] = "true" });
    }

    [Test]
    public async Task A_payment_goes_on_the_bill_that_the_charging_system_keeps()
    {
        await RailStage.OrderAsync(Engine, 1);

        Assert.That((await RailStage.NextAsync(Engine)).Template, Is.EqualTo(TextTemplate.Receipt));
        Assert.That(Stage.AirtimeOf(1), Is.EqualTo(RailStage.Opening - RailStage.Price));
        await CheckAsync(PaymentOutcome.Succeeded);
        Assert.That(await Stage.ReadAsync<long>("select day_spent_minor from subscribers where id = 1"), Is.EqualTo(RailStage.Price), "the limits over all sources hold here, too");
    }

    [Test]
    public async Task A_line_without_a_bill_of_ours_pays_by_its_bill_there()
    {
        await RailStage.OrderAsync(Engine, 2);

        Assert.That((await RailStage.NextAsync(Engine)).Template, Is.EqualTo(TextTemplate.Receipt));
        Assert.That(Stage.AirtimeOf(2), Is.EqualTo(RailStage.Opening - RailStage.Price));
        await Stage.CheckBooksAsync();
    }

    [Test]
    public async Task What_is_over_the_limit_there_is_declined_and_nothing_is_owed()
    {
        Stage.Ocs.Books.Put($"{LaneStack.NumberOf(1).Value}", RailStage.Price - 1, 0);
        await RailStage.OrderAsync(Engine, 1);

        Assert.That((await RailStage.NextAsync(Engine)).Template, Is.EqualTo(TextTemplate.NotEnoughAtSource));
        Stage.Ocs.Books.Put($"{LaneStack.NumberOf(1).Value}", RailStage.Opening, 0);
        await CheckAsync(PaymentOutcome.DeclinedInsufficientFunds);
        Assert.That(await Stage.ReadAsync<long>("select day_spent_minor + month_payments from subscribers where id = 1"), Is.Zero, "the limits are given back");
    }

    [Test]
    public async Task A_lost_answer_is_in_doubt_until_the_same_request_is_answered()
    {
        Stage.Ocs.Faults.Order(new(OcsFaultKind.Mute));
        await RailStage.OrderAsync(Engine, 1);

        Assert.That((await RailStage.NextAsync(Engine)).Template, Is.EqualTo(TextTemplate.BeingChecked));
        Assert.That((await RailStage.NextAsync(Engine)).Template, Is.EqualTo(TextTemplate.Receipt));
        Assert.That((Stage.AirtimeOf(1), Stage.Ocs.Books.Debits), Is.EqualTo((RailStage.Opening - RailStage.Price, 1L)));
        await CheckAsync(PaymentOutcome.Succeeded);
    }

    [Test]
    public async Task Another_amount_than_the_price_is_given_back()
    {
        Stage.Ocs.Faults.Order(new(OcsFaultKind.WrongAmount, Granted: 1000));
        await RailStage.OrderAsync(Engine, 1);

        Assert.That((await RailStage.NextAsync(Engine)).Template, Is.EqualTo(TextTemplate.BeingChecked));
        Assert.That((await RailStage.NextAsync(Engine)).Template, Is.EqualTo(TextTemplate.Reversed));
        Assert.That(Stage.AirtimeOf(1), Is.EqualTo(RailStage.Opening));
        await CheckAsync(PaymentOutcome.Reversed);
    }

    private async Task CheckAsync(PaymentOutcome outcome)
    {
        Assert.That(await Stage.OutcomesAsync(1), Is.EqualTo(new[] { outcome }));
        Assert.That(await Stage.ReadAsync<bool>($"select bool_and(source = {(short)FundingKind.PhoneBill}) from payments"), Is.True);
        Assert.That(await Stage.ReadAsync<long>("select count(*) from rated_events"), Is.Zero, "nothing goes to billing by file");
        Assert.That(await Stage.ReadAsync<long>("select bill_minor from subscribers where id = 1"), Is.Zero, "the month is counted there");
        await Stage.CheckBooksAsync();
    }
}
