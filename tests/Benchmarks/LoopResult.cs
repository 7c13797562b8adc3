namespace CarrierPay.Benchmarks;

/// <summary>What a client reached in one loop.</summary>
/// <param name="Rate">Requests answered a second.</param>
/// <param name="P50">Microseconds from the call to the answer, half of them; <paramref name="P99"/>: 99 of a hundred.</param>
/// <param name="Cpu">Microseconds of a core that the client's process took for each.</param>
/// <param name="Allocated">Octets that the client's process allocated for each; null where it is not known.</param>
internal sealed record LoopResult(double Rate, double P50, double P99, double Cpu, double? Allocated)
{
    /// <summary>One line about several rounds of the same.</summary>
    /// <param name="unit">What a request is, such as submit_sm.</param>
    public static string Tell(string client, int window, string unit, IReadOnlyCollection<LoopResult> rounds)
    {
        var allocated = rounds.Average(r => r.Allocated);
        return FormattableString.Invariant(
            $"  window {window,3}, {client,-16}: {rounds.Average(r => r.Rate),9:n0} {unit}/s ({rounds.Min(r => r.Rate):n0} to {rounds.Max(r => r.Rate):n0}), p50 {rounds.Average(r => r.P50):n0} us, p99 {rounds.Average(r => r.P99):n0} us, client {rounds.Average(r => r.Cpu):n1} us{(allocated is null ? "" : $" and {allocated:n0} B")} each");
    }
}
