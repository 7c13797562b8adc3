namespace CarrierPay.Demo.Scenes;

/// <summary>The SMSC delivers Eve's messages twice, the order as well as the confirmation: she is charged once.</summary>
public static class RepeatedMessages
{
    private const long Price = 730;

    public static async Task PlayAsync(Stage stage)
    {
        var (checks, simulator) = (stage.Checks, stage.Simulator);
        await stage.MerchantAnswersAsync("COFFEE", Price, "Espresso");
        var eve = await stage.SubscriberAsync("Eve");
        var expected = stage.Data.Subscriber("Eve").Opening - Price;

        await simulator.RepeatNextMessageAsync();
        var prompt = await eve.AskForPromptAsync("PAY COFFEE");

        await simulator.RepeatNextMessageAsync();
        await eve.SayAsync($"Y {Wording.Code(prompt)}");
        stage.Books.Paid("COFFEE", Price);
        var left = await simulator.FaultsLeftAsync();
        checks.That(left == 0, "the SMSC has delivered both messages twice", "no fault left to happen", $"{left} left");
        var texts = await eve.CheckBalanceAsync(expected, "charged once");
        checks.That(texts.Any(Wording.IsPaid), "a receipt came", "a receipt", string.Join(" | ", texts));
        var references = texts.Append(prompt).Select(Wording.Reference).Where(reference => reference is not null).Distinct().ToList();
        checks.That(references.Count == 1, "all messages speak of one payment", "one reference", string.Join(", ", references));

        var history = await eve.AskAsync("HIST");
        checks.That(Amounts.In(history).Count(amount => amount == Price) == 1, "the history lists it once", $"{Amounts.Show(Price)} once", history);
        await eve.CheckBalanceAsync(expected, "and it stays so");
    }
}
