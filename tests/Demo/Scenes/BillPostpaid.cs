namespace CarrierPay.Demo.Scenes;

/// <summary>What was charged to phone bills has gone to the billing system in a file. Billing refuses one charge: Ida need not pay it, and the next settlement takes it from the merchant.</summary>
public static class BillPostpaid
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    public static async Task PlayAsync(Stage stage)
    {
        var checks = stage.Checks;
        var billing = stage.Billing!;
        var ida = await stage.SubscriberAsync("Ida");
        var expected = stage.Books.Lines().Where(line => line.Source == PayByPhoneBill.Source).ToList();

        var file = await billing.FileAsync();
        Say($"a file has come: {Path.GetFileName(file.Path)}");
        Say(file.Trailer);
        checks.That(
            file.Events.Count == expected.Sum(line => line.Payments) && file.Sum == expected.Sum(line => line.Gross), "it has every charge to a phone bill that this demo has seen, and no other",
            $"{expected.Sum(line => line.Payments)} events of {Amounts.Show(expected.Sum(line => line.Gross))}", $"{file.Events.Count} events of {Amounts.Show(file.Sum)}");
        checks.That(file.Trailer == file.ComputedTrailer, "count, sums and hash of its last line are what comes out of its lines", file.ComputedTrailer, file.Trailer);

        var refused = file.Events.Last(e => e.Msisdn == ida.Msisdn);
        Say($"takes all but {Amounts.Show(refused.Amount)} to {refused.Merchant}, Ref {refused.Reference}");
        billing.Answer(file, refused);
        var told = await ida.ReadAsync("word that it is off the bill", Patience);
        checks.That(
            Wording.SaysTakenOff(told) && Wording.Reference(told) == refused.Reference && Amounts.In(told).SequenceEqual([refused.Amount]), "Ida is told that she does not have to pay it",
            $"{refused.Reference} off the bill, {Amounts.Show(refused.Amount)}", told);
        var balance = await ida.AskAsync("BAL");
        var left = file.Events.Where(e => e.Msisdn == ida.Msisdn).Sum(e => e.Amount) - refused.Amount;
        checks.That(Amounts.In(balance).Skip(1).FirstOrDefault() == left, $"her bill is {Amounts.Show(left)} now", Amounts.Show(left), balance);
        checks.That(billing.HasTakenIn(file), "both of billing's answers are taken in", "two answers in the folder taken", billing.Waiting);

        using var anna = stage.Desk("anna");
        await anna.SignInAsync();
        Say("Anna closes the next period.", "Admin");
        await anna.SubmitAsync(await anna.LookAsync("/settlement/close"), []);
        var batch = await BatchOfRejectedAsync(anna);
        var share = (long)decimal.Round(refused.Amount * stage.Data.Merchant(PayByPhoneBill.Merchant).SharePercent / 100m, MidpointRounding.ToEven);
        checks.That(
            IsMinus(batch.Text("payable"), share) && batch.Attribute("check", "data-agrees") == "true", "its merchant gives its share of it back, and count and sum agree with the ledger",
            $"minus {Amounts.Show(share)}", $"{batch.Text("payable")}, {batch.Text("check")}");
    }

    private static async Task<DeskPage> BatchOfRejectedAsync(Desk desk)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!patience.IsCancellationRequested)
        {
            var list = await desk.LookAsync("/settlement");
            foreach (var id in list.All("batch").Select(row => row.GetAttribute("data-batch")))
            {
                var batch = await desk.LookAsync($"/settlement/{id}");
                if (batch.All("line").Any(line => line.TextContent.Contains("Rejected by billing", StringComparison.Ordinal)))
                    return batch;
            }
            await Task.Delay(Pause, CancellationToken.None);
        }
        throw new DeskException($"no settlement with the rejected charge appeared within {Patience.TotalSeconds:0} s");
    }

    private static bool IsMinus(string text, long amount) => Amounts.In(text).SequenceEqual([amount]) && text.Contains('−', StringComparison.Ordinal);

    private static void Say(string what, string who = "Billing") => Console.WriteLine($"{who}: {what}");
}
