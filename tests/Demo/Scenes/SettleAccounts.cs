using AngleSharp.Dom;

namespace CarrierPay.Demo.Scenes;

/// <summary>Anna closes the period; what comes of it must equal what this demo has seen paid. She cannot approve it herself, Ben can.</summary>
public static class SettleAccounts
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    public static async Task PlayAsync(Stage stage)
    {
        var checks = stage.Checks;
        using var anna = stage.Desk("anna");
        using var ben = stage.Desk("ben");
        await anna.SignInAsync();
        await ben.SignInAsync();

        Say("Anna closes the period.");
        await anna.SubmitAsync(await anna.LookAsync("/settlement/close"), []);
        var path = await BatchAsync(anna);
        var batch = await anna.LookAsync(path);

        var expected = stage.Books.Lines().Select(Line).Order().ToList();
        var seen = batch.All("line").Select(Line).Order().ToList();
        foreach (var line in seen)
            Say(line);
        checks.That(seen.SequenceEqual(expected), "each merchant has what this demo has seen paid, to the cent", string.Join(" | ", expected), string.Join(" | ", seen));
        var payable = stage.Books.Lines().Sum(line => line.Share);
        checks.That(Amounts.In(batch.Text("payable")).SequenceEqual([payable]), $"together {Amounts.Show(payable)} are payable", Amounts.Show(payable), batch.Text("payable"));
        checks.That(batch.Attribute("check", "data-agrees") == "true", "count and sum agree with the ledger", "agreement", batch.Text("check"));

        Say("Anna tries to approve what she made.");
        var own = await anna.LookAsync($"{path}/approve");
        Say(own.Notice);
        checks.That(own.Form is null && own.Notice.Length > 0, "the batch is refused to its own maker", "a refusal and no form", own.Document.Title ?? "");

        Say("Ben approves it.");
        var form = await ben.LookAsync($"{path}/approve");
        Dictionary<string, string> decision = new() { ["confirmed"] = "true", ["note"] = "Compared with the till." };
        var approved = await ben.SubmitAsync(form, decision);
        checks.That(State(approved) == "approved", $"a second person approves {Amounts.Show(payable)}", "approved", $"{State(approved)}: {approved.Notice}");
        var again = await ben.SubmitAsync(form, decision);
        checks.That(State(again) == "approved" && again.All("entry").Count == approved.All("entry").Count, "the same form sent again does nothing twice", "no further entry", again.Notice);
    }

    /// <summary>Waits until the engine's job has closed and calculated.</summary>
    private static async Task<string> BatchAsync(Desk desk)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!patience.IsCancellationRequested)
        {
            var list = await desk.LookAsync("/settlement");
            if (list.Attribute("batch", "data-batch") is { } id)
                return $"/settlement/{id}";
            await Task.Delay(Pause, CancellationToken.None);
        }
        throw new DeskException($"no settlement appeared within {Patience.TotalSeconds:0} s");
    }

    private static string Line(IElement row)
    {
        var cells = row.QuerySelectorAll("th, td");
        return $"{cells[0].QuerySelector("a")?.TextContent.Trim()}, {cells[1].TextContent.Trim()}: {cells[3].TextContent.Trim()} payments, gross {cells[4].TextContent.Trim()}, payable {cells[7].TextContent.Trim()}";
    }

    private static string Line(ExpectedLine line) =>
        $"{line.Merchant}, {line.Source}: {line.Payments} payments, gross {DemoData.Currency} {Amounts.Show(line.Gross)}, payable {DemoData.Currency} {Amounts.Show(line.Share)}";

    private static string State(DeskPage page) => page.Attribute("state", "data-state") ?? "";

    private static void Say(string what) => Console.WriteLine($"Admin: {what}");
}
