namespace CarrierPay.Demo.Scenes;

/// <summary>Ida pays by phone bill until its limit is reached, then by wallet. Each text names where the money came from.</summary>
public static class PayByPhoneBill
{
    private const long Price = 1250;
    public const string Merchant = "COFFEE";

    /// <summary>As Admin names it.</summary>
    public const string Source = "Phone bill";

    public static async Task PlayAsync(Stage stage)
    {
        var checks = stage.Checks;
        await stage.MerchantAnswersAsync(Merchant, Price, "Caffe Latte");
        var ida = await stage.SubscriberAsync("Ida");
        var (opening, limit) = (stage.Data.Subscriber("Ida").Opening, stage.Data.Subscriber("Ida").BillLimit);

        var prompt = await ida.AskForPromptAsync("PAY COFFEE");
        checks.That(Wording.NamesPhoneBill(prompt) && Amounts.In(prompt).Contains(Price), "the prompt names the phone bill, which is Ida's default", "the price, from phone bill", prompt);
        var receipt = await ida.AskAsync($"Y {Wording.Code(prompt)}");
        stage.Books.Paid(Merchant, Price, Source);
        checks.That(Wording.IsPaid(receipt) && Wording.NamesPhoneBill(receipt), "the receipt says that it is on the phone bill", "paid, on your phone bill", receipt);
        checks.That(Wording.BalanceIn(receipt) is null && Amounts.In(receipt).SequenceEqual([Price, Price, limit]), "it shows the month's bill and its limit, and no wallet", $"{Amounts.Show(Price)} of {Amounts.Show(limit)}", receipt);

        prompt = await ida.AskForPromptAsync("PAY COFFEE P");
        receipt = await ida.AskAsync($"Y {Wording.Code(prompt)}");
        stage.Books.Paid(Merchant, Price, Source);
        checks.That(Amounts.In(receipt).SequenceEqual([Price, 2 * Price, limit]), "a second one is on the same bill", Amounts.Show(2 * Price), receipt);

        var refusal = await ida.AskAsync("PAY COFFEE P");
        while (!Wording.SaysNotCharged(refusal) && Wording.Code(refusal) is null) refusal = await ida.ReadAsync("a refusal");
        checks.That(Wording.SaysOverBill(refusal) && Amounts.In(refusal).Contains(limit), "a third one would be over the bill's limit and is declined", $"over {Amounts.Show(limit)} a month", refusal);

        prompt = await ida.AskForPromptAsync("PAY COFFEE W");
        receipt = await ida.AskAsync($"Y {Wording.Code(prompt)}");
        stage.Books.Paid(Merchant, Price);
        checks.That(Wording.IsPaid(receipt) && !Wording.NamesPhoneBill(receipt) && Wording.BalanceIn(receipt) == opening - Price, "the wallet, named, pays for it", $"paid, balance {Amounts.Show(opening - Price)}", receipt);

        var balance = await ida.AskAsync("BAL");
        checks.That(
            Amounts.In(balance).Take(3).SequenceEqual([opening - Price, 2 * Price, limit]), "BAL says what is true of each: wallet, bill, limit",
            $"{Amounts.Show(opening - Price)}, {Amounts.Show(2 * Price)}, {Amounts.Show(limit)}", balance);
    }
}
