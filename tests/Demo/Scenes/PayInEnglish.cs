namespace CarrierPay.Demo.Scenes;

/// <summary>Alice buys a coffee: asked, confirmed with the code, paid, seen in her balance and her history.</summary>
public static class PayInEnglish
{
    private const long Price = 1250;

    public static async Task PlayAsync(Stage stage)
    {
        var (checks, simulator) = (stage.Checks, stage.Simulator);
        var coffee = stage.Data.Merchant("COFFEE");
        await stage.MerchantAnswersAsync("COFFEE", Price, "Caffe Latte");
        var quotesBefore = (await simulator.QuotesAsync("COFFEE")).Count;
        var alice = await stage.SubscriberAsync("Alice");
        var opening = stage.Data.Subscriber("Alice").Opening;

        var prompt = await alice.AskAsync("PAY COFFEE");
        var code = Wording.Code(prompt);
        checks.That(Amounts.In(prompt).Contains(Price), "the prompt names the merchant's price", Amounts.Show(Price), prompt);
        checks.That(prompt.Contains(coffee.Name, StringComparison.OrdinalIgnoreCase), "the prompt names the merchant", coffee.Name, prompt);
        checks.That(code is not null, "the prompt asks for a code of four digits", "Y and four digits", prompt);
        var quotes = (await simulator.QuotesAsync("COFFEE")).Skip(quotesBefore).ToList();
        checks.That(quotes is [{ Signature: "verified", Status: 200 }], "the merchant was asked once, with a signature that it could verify", "one quote request, verified", string.Join(", ", quotes));
        if (code is null) return;

        var receipt = await alice.AskAsync($"Y {code}");
        stage.Books.Paid("COFFEE", Price);
        checks.That(Wording.IsPaid(receipt) && Amounts.In(receipt).Contains(Price), "the receipt says what was paid", $"paid {Amounts.Show(Price)}", receipt);
        checks.That(Wording.Reference(receipt) is { } reference && reference == Wording.Reference(prompt), "prompt and receipt carry the same reference of six characters", Wording.Reference(prompt) ?? "a reference in the prompt", receipt);
        await alice.CheckBalanceAsync(opening - Price, $"{Amounts.Show(opening)} less one coffee");

        var history = await alice.AskAsync("HIST");
        checks.That(Amounts.In(history).Contains(Price), "the history lists the payment", Amounts.Show(Price), history);
    }
}
