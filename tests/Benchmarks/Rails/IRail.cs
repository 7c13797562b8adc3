namespace CarrierPay.Benchmarks.Rails;

/// <summary>A client with one connection to a system that keeps money.</summary>
internal interface IRail : IAsyncDisposable
{
    /// <summary>Octets of a request on the wire.</summary>
    int FrameLength { get; }

    /// <summary>A subscriber who pays: each call debits an amount from this account and gives it, in minor units, once the answer proves that it was done.</summary>
    Func<Task<long>> Payer(int account);
}
