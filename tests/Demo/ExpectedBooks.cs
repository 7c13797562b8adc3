namespace CarrierPay.Demo;

/// <summary>What a merchant took from one source, and its share.</summary>
/// <param name="Share">Of the gross, rounded half to even; the rest is the operator's.</param>
public sealed record ExpectedLine(string Merchant, string Source, int Payments, long Gross, long Share);

/// <summary>The demo's own account of what was paid to whom, kept while it plays.</summary>
public sealed class ExpectedBooks(DemoData data)
{
    private readonly List<(DemoMerchant Merchant, string Source, long Amount)> _paid = [];

    /// <param name="source">As Admin names it.</param>
    public void Paid(string keyword, long amount, string source = "Prepaid account") => _paid.Add((data.Merchant(keyword), source, amount));

    public IReadOnlyList<ExpectedLine> Lines() =>
    [
        .. _paid.GroupBy(payment => (payment.Merchant, payment.Source)).Select(line =>
        {
            var gross = line.Sum(payment => payment.Amount);
            var share = (long)decimal.Round(gross * line.Key.Merchant.SharePercent / 100m, MidpointRounding.ToEven);
            return new ExpectedLine(line.Key.Merchant.Name, line.Key.Source, line.Count(), gross, share);
        }),
    ];
}
