namespace CarrierPay.Demo.Scenes;

/// <summary>Kim pays from the airtime on her phone. Then the charging system debits and its answer is lost: she is told to wait, and charged once.</summary>
public static class PayByAirtime
{
    private const long Price = 1250;
    private const long Airtime = 5000;
    private const string Source = "Airtime";

    public static async Task PlayAsync(Stage stage)
    {
        var (checks, simulator) = (stage.Checks, stage.Simulator);
        await stage.MerchantAnswersAsync("COFFEE", Price, "Caffe Latte");
        var kim = await stage.SubscriberAsync("Kim");
        await simulator.PutAirtimeAsync(kim.Msisdn, Airtime);

        var prompt = await kim.AskForPromptAsync("PAY COFFEE");
        checks.That(Wording.NamesAirtime(prompt) && Amounts.In(prompt).Contains(Price), "the prompt names Kim's airtime", "the price, from airtime", prompt);
        var receipt = await kim.AskAsync($"Y {Wording.Code(prompt)}");
        stage.Books.Paid("COFFEE", Price, Source);
        checks.That(Wording.IsPaid(receipt) && Wording.NamesAirtime(receipt), "the receipt says that it was taken from airtime", "paid from airtime", receipt);
        await ExpectAsync(stage, kim, Airtime - Price, "the charging system has taken it");

        prompt = await kim.AskForPromptAsync("PAY COFFEE");
        await simulator.MuteChargingSystemOnceAsync();
        var told = await kim.AskAsync($"Y {Wording.Code(prompt)}");
        checks.That(Wording.SaysBeingChecked(told) && !Wording.IsPaid(told), "when its answer is lost, Kim is told that it is being checked", "do not pay again", told);
        receipt = await kim.ReadAsync("how it ended");
        stage.Books.Paid("COFFEE", Price, Source);
        checks.That(
            Wording.IsPaid(receipt) && Wording.Reference(receipt) == Wording.Reference(told), "the same request, sent again, brings the answer: it is paid", $"paid, ref {Wording.Reference(told)}", receipt);
        await ExpectAsync(stage, kim, Airtime - (2 * Price), "it was charged once");
    }

    private static async Task ExpectAsync(Stage stage, Handset handset, long expected, string why)
    {
        var airtime = await stage.Simulator.AirtimeAsync(handset.Msisdn);
        stage.Checks.That(airtime == expected, $"the airtime of {handset.Name} is {Amounts.Show(expected)}: {why}", Amounts.Show(expected), Amounts.Show(airtime));
    }
}
