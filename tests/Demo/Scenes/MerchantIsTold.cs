using System.Text.Json;

namespace CarrierPay.Demo.Scenes;

/// <summary>The coffee shop was told of every payment that this demo has made to it: signed, once, with its source and amount.</summary>
public static class MerchantIsTold
{
    private const string Keyword = "COFFEE";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private sealed record Told(string Id, string Source, long Amount);

    public static async Task PlayAsync(Stage stage)
    {
        var expected = stage.Books.Lines().Where(line => line.Merchant == stage.Data.Merchant(Keyword).Name).ToList();
        var notices = await NoticesAsync(stage, expected.Sum(line => line.Payments));
        var told = notices.SelectMany(Read).ToList();
        Console.WriteLine($"MASP: {notices.Count} notices tell of {told.Count} payments, {Amounts.Show(told.Sum(payment => payment.Amount))} {DemoData.Currency} together.");

        var signatures = string.Join(", ", notices.Select(notice => notice.Signature).Distinct());
        stage.Checks.That(signatures == "verified", "the merchant could verify every notice", "verified", signatures);
        stage.Checks.That(told.Select(payment => payment.Id).Distinct().Count() == told.Count, "no payment was told twice", "each id once", string.Join(", ", told.Select(payment => payment.Id)));
        var sums = Sums(told.Select(payment => (Source(payment.Source), 1, payment.Amount)));
        var books = Sums(expected.Select(line => (line.Source, line.Payments, line.Gross)));
        stage.Checks.That(sums == books, "the merchant was told of everything that this demo has paid it, to the cent", books, sums);
    }

    private static async Task<IReadOnlyList<NoticeGot>> NoticesAsync(Stage stage, int payments)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (true)
        {
            var notices = await stage.Simulator.NoticesAsync(Keyword);
            if (notices.SelectMany(Read).Count() >= payments || patience.IsCancellationRequested)
                return notices;
            await Task.Delay(Pause, CancellationToken.None);
        }
    }

    private static IEnumerable<Told> Read(NoticeGot notice)
    {
        using var body = JsonDocument.Parse(notice.Body);
        return [.. body.RootElement.GetProperty("data").EnumerateArray().Select(payment => new Told(
            payment.GetProperty("paymentId").GetString() ?? "", payment.GetProperty("source").GetString() ?? "", payment.GetProperty("amount").GetInt64()))];
    }

    /// <summary>As Admin names it.</summary>
    private static string Source(string told) => told switch
    {
        "phone_bill" => "Phone bill",
        "airtime" => "Airtime",
        "bank" => "Bank account",
        _ => "Prepaid account",
    };

    private static string Sums(IEnumerable<(string Source, int Payments, long Amount)> lines) => string.Join(
        ", ", lines.GroupBy(line => line.Source).OrderBy(source => source.Key, StringComparer.Ordinal)
            .Select(source => $"{source.Key}: {source.Sum(line => line.Payments)} payments, {Amounts.Show(source.Sum(line => line.Amount))}"));
}
