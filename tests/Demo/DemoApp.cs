using System.Globalization;
using CarrierPay.Demo.Scenes;

namespace CarrierPay.Demo;

/// <summary>Plays subscribers who pay by SMS and USSD, over the simulator's HTTP, and people at Admin's pages, and checks every answer.</summary>
/// <remarks>What is expected follows from this script and the provisioned file, never from the engine's tables.</remarks>
public static class DemoApp
{
    private const string Usage = "CarrierPay.Demo --simulator URL --admin URL --data FILE [--confirm-within hh:mm:ss] [--billing-files FOLDER --billing-answers FOLDER]";

    /// <returns>0 if every check was right, 1 if one was not, 2 for wrong arguments.</returns>
    public static async Task<int> Main(string[] arguments)
    {
        if (!TryRead(arguments, out var simulatorUrl, out var adminUrl, out var data, out var confirmWithin, out var billing))
        {
            await Console.Error.WriteLineAsync(Usage);
            return 2;
        }
        Console.OutputEncoding = System.Text.Encoding.UTF8;
        var checks = new Checks();
        using var simulator = new SimulatorClient(simulatorUrl);
        var stage = new Stage(simulator, adminUrl, checks, DemoData.Read(data), confirmWithin, billing);

        await PlayAsync(stage, "A payment in English", PayInEnglish.PlayAsync);
        await PlayAsync(stage, "A payment in Chinese", PayInChinese.PlayAsync);
        await PlayAsync(stage, "Too little money", LackOfFunds.PlayAsync);
        await PlayAsync(stage, "A payment by phone bill", PayByPhoneBill.PlayAsync);
        await PlayAsync(stage, "A payment by airtime, and one whose answer is lost", PayByAirtime.PlayAsync);
        await PlayAsync(stage, "A payment by bank, and one that is reversed", PayByBank.PlayAsync);
        await PlayAsync(stage, "A payment confirmed in the menu of *500#", PayByUssd.PlayAsync);
        await PlayAsync(stage, "Messages that arrive twice", RepeatedMessages.PlayAsync);
        await PlayAsync(stage, "Wrong codes, and a change of mind", WrongCodes.PlayAsync);
        await PlayAsync(stage, "Words that mean nothing, and strangers", Strangers.PlayAsync);
        await PlayAsync(stage, "A merchant that does not answer", SilentMerchant.PlayAsync);
        if (confirmWithin is { } within && within <= Stage.LongestExpiryWaitedFor) await PlayAsync(stage, "Nobody confirms", NobodyConfirms.PlayAsync);

        await PlayAsync(stage, "Notices to the merchant", MerchantIsTold.PlayAsync);
        await PlayAsync(stage, "Settlement", SettleAccounts.PlayAsync);
        if (billing is not null) await PlayAsync(stage, "The phone bill's charges go to billing, and one comes back", BillPostpaid.PlayAsync);

        checks.EveryMessageIsOnePart();
        Console.WriteLine();
        Console.WriteLine(checks.Summary());
        return checks.AllRight ? 0 : 1;
    }

    private static async Task PlayAsync(Stage stage, string title, Func<Stage, Task> play)
    {
        Console.WriteLine();
        Console.WriteLine($"== {title}");
        try
        {
            await play(stage);
        }
        catch (Exception stopped) when (stopped is NoReplyException or HttpRequestException or SimulatorException or DeskException or TaskCanceledException)
        {
            // The scene cannot go on; the others can.
            stage.Checks.Wrong(title, "the conversation to go on", stopped.Message);
        }
    }

    private static bool TryRead(string[] arguments, out Uri simulator, out Uri admin, out string data, out TimeSpan? confirmWithin, out Billing? billing)
    {
        simulator = new Uri("http://127.0.0.1:5090");
        admin = new Uri("http://127.0.0.1:5070");
        data = "";
        confirmWithin = null;
        billing = null;
        string? files = null, answers = null;
        for (var i = 0; i + 1 < arguments.Length; i += 2)
        {
            var value = arguments[i + 1];
            switch (arguments[i])
            {
                case "--simulator" when Uri.TryCreate(value, UriKind.Absolute, out var url): simulator = url; break;
                case "--admin" when Uri.TryCreate(value, UriKind.Absolute, out var url): admin = url; break;
                case "--data" when File.Exists(value): data = value; break;
                case "--billing-files": files = value; break;
                case "--billing-answers": answers = value; break;
                case "--confirm-within" when TimeSpan.TryParse(value, CultureInfo.InvariantCulture, out var within): confirmWithin = within; break;
                default: return false;
            }
        }
        billing = files is not null && answers is not null ? new(files, answers) : null;
        return arguments.Length % 2 == 0 && data.Length > 0 && (files is null) == (answers is null);
    }
}
