using CarrierPay.Engine.Messaging.Texts;
using CarrierPay.Engine.Subscribers;
using CarrierPay.Engine.Tests.Subscribers;

namespace CarrierPay.Engine.Tests.Lanes;

/// <summary>Rule 9: a newer version of catalogue and rules is loaded before the next decision.</summary>
[TestFixture]
internal sealed class ReferenceTests : LaneFixture
{
    [Test]
    public async Task A_merchant_that_is_suspended_stops_at_the_next_batch()
    {
        await using var stack = await LaneStack.StartAsync(Database);
        await stack.TextAsync(1, "PAY NEWS");
        await stack.TextAsync(2, "PAY NEWS");
        Assert.That(stack.ReferenceLoads, Is.EqualTo(1), "a snapshot is kept while its version is the database's");

        stack.Merchants[1] = PureLane.News with { Status = MerchantStatus.Suspended };
        await ExecuteAsync("update reference_version set version = version + 1");
        await stack.TextAsync(1, $"Y {LaneStack.CodeOf(1, 1)}");
        await stack.TextAsync(3, "PAY NEWS");

        Assert.That(stack.ReferenceLoads, Is.EqualTo(2));
        Assert.That(await BalanceAsync(1), Is.EqualTo(Opening));
        Assert.That(await ReadAsync<short>("select outcome from payments"), Is.EqualTo((short)PaymentOutcome.DeclinedMerchantSuspended));
        Assert.That(await ReadAsync<short>("select template from messages where subscriber_id = 3"), Is.EqualTo((short)TextTemplate.MerchantSuspended));
    }
}
