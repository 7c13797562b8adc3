using System.Globalization;

namespace CarrierPay.Demo.Scenes;

/// <summary>Gil changes his mind; then mistypes the code three times, which cancels the payment.</summary>
public static class WrongCodes
{
    private const long IssuePrice = 199;
    private const long CoffeePrice = 1250;

    public static async Task PlayAsync(Stage stage)
    {
        var checks = stage.Checks;
        await stage.MerchantAnswersAsync("COFFEE", CoffeePrice, "Caffe Latte");
        var gil = await stage.SubscriberAsync("Gil");
        var opening = stage.Data.Subscriber("Gil").Opening;

        var prompt = await gil.AskAsync("PAY NEWS DAILY");
        var code = Wording.Code(prompt);
        checks.That(code is not null && Amounts.In(prompt).Contains(IssuePrice), "a catalogue price needs no question to the merchant", $"a prompt for {Amounts.Show(IssuePrice)}", prompt);
        var reply = await gil.AskAsync($"N {code}".TrimEnd());
        checks.That(Wording.SaysCancelled(reply) && !Wording.IsPaid(reply), "N cancels", "cancelled", reply);

        prompt = await gil.AskAsync("PAY COFFEE");
        code = Wording.Code(prompt);
        if (!checks.That(code is not null, "the next payment asks for a code", "Y and four digits", prompt)) return;
        for (var attempt = 1; attempt <= 3; attempt++)
        {
            reply = await gil.AskAsync($"Y {Other(code!, attempt)}");
            if (attempt < 3) checks.That(Wording.SaysWrongCode(reply) && !Wording.IsPaid(reply), $"wrong code {attempt} is refused", "wrong code", reply);
        }
        checks.That(Wording.SaysCancelled(reply) && !Wording.IsPaid(reply), "the third wrong code cancels the payment", "cancelled", reply);

        reply = await gil.AskAsync($"Y {code}");
        checks.That(!Wording.IsPaid(reply), "the right code comes too late", "no receipt", reply);
        await gil.CheckBalanceAsync(opening, "nothing was charged");
    }

    /// <summary>Another code of four digits than <paramref name="code"/>, and than those of the other attempts.</summary>
    private static string Other(string code, int attempt) =>
        ((int.Parse(code, CultureInfo.InvariantCulture) + attempt * 1111) % 10_000).ToString("0000", CultureInfo.InvariantCulture);
}
