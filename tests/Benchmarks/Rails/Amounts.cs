namespace CarrierPay.Benchmarks.Rails;

/// <summary>What is debited: amounts that differ, so that an answer given to another request is found in the books.</summary>
internal static class Amounts
{
    private const int Kinds = 997;

    /// <summary>1 to 997 minor units.</summary>
    public static long Of(long number) => (number % Kinds) + 1;
}
