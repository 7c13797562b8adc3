namespace CarrierPay.Demo.Scenes;

/// <summary>Jo has missed a prompt, dials *500#, sees balance and payment, and confirms it on the screen. Bo's menu is Chinese.</summary>
public static class PayByUssd
{
    private const long Price = 1250;
    private const string ServiceCode = $"*{Stage.ShortCode}#";

    public static async Task PlayAsync(Stage stage)
    {
        var checks = stage.Checks;
        await stage.MerchantAnswersAsync("COFFEE", Price, "Caffe Latte");
        var coffee = stage.Data.Merchant("COFFEE");
        var jo = await stage.SubscriberAsync("Jo");
        var opening = stage.Data.Subscriber("Jo").Opening;

        var missed = await jo.AskForPromptAsync("PAY COFFEE");
        var menu = await jo.DialAsync(ServiceCode);
        checks.That(!menu.HasEnded && Amounts.In(menu.Text!).SequenceEqual([opening, Price]), $"{ServiceCode} shows the balance and the payment that waits", $"{Amounts.Show(opening)} and {Amounts.Show(Price)}", Seen(menu));
        var prompt = await jo.TypeAsync("1");
        checks.That(
            prompt.Text!.Contains(coffee.Name, StringComparison.OrdinalIgnoreCase) && Amounts.In(prompt.Text).Contains(Price) && Wording.Reference(prompt.Text) == Wording.Reference(missed),
            "choosing it shows merchant and amount of the same payment", $"{coffee.Name}, {Amounts.Show(Price)}, {Wording.Reference(missed)}", Seen(prompt));
        var code = Wording.Code(missed)!;
        checks.That(prompt.Text!.Contains(code, StringComparison.Ordinal), "the missed code is found again", code, Seen(prompt));

        var paid = await jo.TypeAsync(code);
        stage.Books.Paid("COFFEE", Price);
        checks.That(paid.HasEnded && Wording.IsPaid(paid.Text!) && Amounts.In(paid.Text!).Contains(Price), "its code pays, and the session ends", $"paid {Amounts.Show(Price)}", Seen(paid));
        var receipt = await jo.ReadAsync("the receipt to keep");
        checks.That(receipt == paid.Text, "the receipt comes by SMS too", paid.Text!, receipt);
        var balance = await jo.DialAsync($"*{Stage.ShortCode}*3#");
        checks.That(Wording.BalanceIn(balance.Text!) == opening - Price, "a dialled string leads straight to the balance", Amounts.Show(opening - Price), Seen(balance));
        await jo.TypeAsync("0");
        checks.That((await jo.TypeAsync("0")).HasEnded, "0 goes back, and 0 again ends the session", "an end", "none");

        var bo = await stage.SubscriberAsync("Bo");
        var chinese = await bo.DialAsync(ServiceCode);
        checks.That(Wording.IsChinese(chinese.Text!), "Bo's menu is Chinese", "Chinese", Seen(chinese));
        await bo.TypeAsync("0");
    }

    private static string Seen(UssdScreen screen) => $"{screen.State}: {screen.Text}";
}
