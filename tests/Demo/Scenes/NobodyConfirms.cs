namespace CarrierPay.Demo.Scenes;

/// <summary>Dan never answers: the payment expires, he is told, and his code is worth nothing any more.</summary>
public static class NobodyConfirms
{
    private const long Price = 1250;
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    public static async Task PlayAsync(Stage stage)
    {
        var checks = stage.Checks;
        await stage.MerchantAnswersAsync("COFFEE", Price, "Caffe Latte");
        var dan = await stage.SubscriberAsync("Dan");
        var opening = stage.Data.Subscriber("Dan").Opening;

        var prompt = await dan.AskAsync("PAY COFFEE");
        var code = Wording.Code(prompt);
        if (!checks.That(code is not null, "the prompt asks for a code", "Y and four digits", prompt)) return;

        var notice = await dan.ReadAsync("that the payment has expired", stage.ConfirmWithin + Grace);
        checks.That(Wording.SaysExpired(notice) && !Wording.IsPaid(notice), "Dan is told that the payment has expired", "expired", notice);
        await dan.CheckBalanceAsync(opening, "nothing was charged");

        var reply = await dan.AskAsync($"Y {code}");
        checks.That(!Wording.IsPaid(reply), "a late code charges nothing", "no receipt", reply);
        await dan.CheckBalanceAsync(opening, "still nothing was charged");
    }
}
