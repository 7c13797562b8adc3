namespace CarrierPay.Demo.Scenes;

/// <summary>Unknown words are answered with help, once; an unknown number with how to register.</summary>
public static class Strangers
{
    private const string UnknownNumber = "447700900999";

    public static async Task PlayAsync(Stage stage)
    {
        var checks = stage.Checks;
        var alice = await stage.SubscriberAsync("Alice");
        var help = await alice.AskAsync("GOOD MORNING");
        checks.That(Wording.IsHelp(help) && Wording.Code(help) is null, "unknown words are answered with help", "what can be typed", help);
        await alice.SayAsync("HOW ARE YOU");
        await alice.SayAsync("BAL");
        var next = await alice.ReadAsync("the balance");
        checks.That(Wording.IsBalance(next), "help comes once, not twice: two machines must not talk for ever", "the balance as the next message", next);

        var fay = await stage.HandsetAsync("Fay", UnknownNumber, "en");
        var reply = await fay.AskAsync("PAY COFFEE");
        checks.That(Wording.SaysHowToRegister(reply) && Wording.Code(reply) is null, "an unknown number is told how to register", "how to register", reply);
    }
}
