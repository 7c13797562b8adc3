using System.Diagnostics;

namespace CarrierPay.Demo.Scenes;

/// <summary>The merchant takes the question for the price and never answers: Hal is told after the 3 s that a quote may take.</summary>
public static class SilentMerchant
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(8);

    public static async Task PlayAsync(Stage stage)
    {
        var checks = stage.Checks;
        var coffee = stage.Data.Merchant("COFFEE");
        var hal = await stage.SubscriberAsync("Hal");
        await stage.Simulator.PutMaspAsync("COFFEE", new MaspOrder(coffee.Secret, null, null, null, "silent"));

        var waited = Stopwatch.StartNew();
        var reply = await hal.AskAsync("PAY COFFEE", LongestWait);
        checks.That((Wording.SaysUnavailable(reply) || Wording.SaysNotCharged(reply)) && Wording.Code(reply) is null && !Wording.IsPaid(reply),
            $"Hal is told within {LongestWait.TotalSeconds:0} s that {coffee.Name} cannot be paid now ({waited.Elapsed.TotalSeconds:0.0} s)", "a clear refusal", reply);
        await stage.Simulator.PutMaspAsync("COFFEE", new MaspOrder(coffee.Secret, null, null, null, "answer"));
        await hal.CheckBalanceAsync(stage.Data.Subscriber("Hal").Opening, "nothing was charged");
    }
}
