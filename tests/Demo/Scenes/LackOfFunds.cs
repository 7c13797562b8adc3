namespace CarrierPay.Demo.Scenes;

/// <summary>Carol has less than a coffee costs: she is told so, and nothing is charged.</summary>
public static class LackOfFunds
{
    private const long Price = 1250;

    public static async Task PlayAsync(Stage stage)
    {
        await stage.MerchantAnswersAsync("COFFEE", Price, "Caffe Latte");
        var carol = await stage.SubscriberAsync("Carol");

        var reply = await carol.AskAsync("PAY COFFEE");
        // Refused at once, or when the code comes: both are right, a charge is not.
        if (Wording.Code(reply) is { } code) reply = await carol.AskAsync($"Y {code}");
        stage.Checks.That(Wording.SaysNoFunds(reply) && !Wording.IsPaid(reply), "Carol is told that there is not enough money", "a refusal that says why", reply);
        await carol.CheckBalanceAsync(stage.Data.Subscriber("Carol").Opening, "nothing was charged");
    }
}
