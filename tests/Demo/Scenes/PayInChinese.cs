namespace CarrierPay.Demo.Scenes;

/// <summary>Bo pays in Chinese, and types the code with the full-width digits of a Chinese keyboard.</summary>
public static class PayInChinese
{
    private const long Price = 880;

    public static async Task PlayAsync(Stage stage)
    {
        var checks = stage.Checks;
        await stage.MerchantAnswersAsync("COFFEE", Price, "拿铁");
        var bo = await stage.SubscriberAsync("Bo");
        var opening = stage.Data.Subscriber("Bo").Opening;

        var prompt = await bo.AskAsync("支付 COFFEE");
        var code = Wording.Code(prompt);
        checks.That(Wording.IsChinese(prompt) && Amounts.In(prompt).Contains(Price), "the prompt is Chinese and names the price", Amounts.Show(Price), prompt);
        checks.That(code is not null, "the prompt asks for a code of four digits", "是 or Y, and four digits", prompt);
        if (code is null) return;

        var receipt = await bo.AskAsync($"是 {FullWidth(code)}");
        stage.Books.Paid("COFFEE", Price);
        checks.That(Wording.IsChinese(receipt) && Wording.IsPaid(receipt) && Amounts.In(receipt).Contains(Price), "the receipt is Chinese and says what was paid", $"已付 {Amounts.Show(Price)}", receipt);
        await bo.CheckBalanceAsync(opening - Price, $"{Amounts.Show(opening)} less one coffee", "余额");
    }

    private static string FullWidth(string digits) => string.Concat(digits.Select(digit => (char)(digit - '0' + '０')));
}
