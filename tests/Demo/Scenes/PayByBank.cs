namespace CarrierPay.Demo.Scenes;

/// <summary>Lou pays from his bank account. Then the bank debits and does not answer: the debit is reversed, and nothing is missing.</summary>
public static class PayByBank
{
    private const long Price = 1250;
    private const string Source = "Bank account";

    public static async Task PlayAsync(Stage stage)
    {
        var (checks, simulator) = (stage.Checks, stage.Simulator);
        await stage.MerchantAnswersAsync("COFFEE", Price, "Caffe Latte");
        var lou = await stage.SubscriberAsync("Lou");
        var account = stage.Data.Subscriber("Lou").BankAccount;
        var opening = await simulator.AtBankAsync(account);

        var prompt = await lou.AskForPromptAsync("PAY COFFEE");
        checks.That(Wording.NamesBank(prompt) && Amounts.In(prompt).Contains(Price), "the prompt names Lou's bank account, which his bank has agreed to link", "the price, from bank account", prompt);
        var receipt = await lou.AskAsync($"Y {Wording.Code(prompt)}");
        stage.Books.Paid("COFFEE", Price, Source);
        checks.That(Wording.IsPaid(receipt) && Wording.NamesBank(receipt), "the receipt says that it was taken from the bank account", "paid from bank account", receipt);
        await ExpectAsync(stage, account, opening - Price, "the bank has taken it");

        prompt = await lou.AskForPromptAsync("PAY COFFEE");
        await simulator.MuteBankOnceAsync();
        var told = await lou.AskAsync($"Y {Wording.Code(prompt)}");
        checks.That(Wording.SaysBeingChecked(told) && !Wording.IsPaid(told), "when the bank does not answer, Lou is told that it is being checked", "do not pay again", told);
        var end = await lou.ReadAsync("how it ended");
        checks.That(
            Wording.SaysGivenBack(end) && !Wording.IsPaid(end) && Wording.Reference(end) == Wording.Reference(told), "the debit is reversed, and Lou is told so", "not paid, given back", end);
        await ExpectAsync(stage, account, opening - Price, "nothing is missing");
    }

    private static async Task ExpectAsync(Stage stage, string account, long expected, string why)
    {
        var balance = await stage.Simulator.AtBankAsync(account);
        stage.Checks.That(balance == expected, $"Lou's account is at {Amounts.Show(expected)}: {why}", Amounts.Show(expected), Amounts.Show(balance));
    }
}
