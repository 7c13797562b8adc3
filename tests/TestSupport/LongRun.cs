namespace CarrierPay.TestSupport;

/// <summary>What <c>scripts/test --long</c> asks of tests that can be more or less thorough.</summary>
public static class LongRun
{
    private const int Factor = 10;

    /// <summary>Set by <c>scripts/test --long</c>.</summary>
    public const string Variable = "CARRIERPAY_TEST_LONG";

    public static bool IsOn => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 };

    /// <summary>So many cases in an ordinary run, ten times as many in a long one.</summary>
    public static int Cases(int ordinary) => IsOn ? ordinary * Factor : ordinary;
}
