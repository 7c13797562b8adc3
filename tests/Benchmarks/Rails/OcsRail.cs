using CarrierPay.Engine.Primitives;
using CarrierPay.Engine.Protocols.Diameter;
using CarrierPay.Engine.Protocols.Diameter.CreditControl;
using CarrierPay.Engine.Protocols.Diameter.Peers;
using Microsoft.Extensions.Logging.Abstractions;

namespace CarrierPay.Benchmarks.Rails;

/// <summary>Direct debits by Diameter credit control, as the engine makes them: a request, its octets that would be stored, its outcome.</summary>
internal sealed class OcsRail : IRail
{
    private const string Realm = "operator.example";
    private static readonly Currency Euro = Currency.Of("EUR");

    private readonly DiameterClient _diameter;
    private readonly CreditControlClient _ocs;

    private OcsRail(DiameterClient diameter, CreditControlClient ocs) => (_diameter, _ocs) = (diameter, ocs);

    public int FrameLength => Request([new(SubscriptionIdType.E164, RailPeers.Msisdn(0))], new(Amounts.Of(0), Euro)).Encode().Length;

    public static async Task<OcsRail> ConnectAsync(int port, int window)
    {
        var options = new DiameterOptions { Window = window };
        options.Peers.Add(new() { Host = "127.0.0.1", Port = port, Realm = Realm, Connections = 1 });
        var diameter = new DiameterClient(options, TimeProvider.System, NullLogger<DiameterClient>.Instance);
        diameter.Start();
        await diameter.WaitUntilOpenAsync(Realm);
        return new(diameter, new(diameter, options, new() { Realm = Realm }));
    }

    public Func<Task<long>> Payer(int account)
    {
        ValueList<SubscriptionId> subscriber = [new(SubscriptionIdType.E164, RailPeers.Msisdn(account))];
        var number = 0L;
        return async () =>
        {
            var amount = new Money(Amounts.Of(++number), Euro);
            var result = await _ocs.SendAsync(Request(subscriber, amount).Encode());
            return result.Verdict == Verdict.Done && result.Granted == amount ? amount.MinorUnits : throw new InvalidOperationException($"A debit was not done: {result}");
        };
    }

    public ValueTask DisposeAsync() => _diameter.DisposeAsync();

    private CreditControlRequest Request(ValueList<SubscriptionId> subscriber, Money amount) => _ocs.Orders.Debit(subscriber, amount, "pay_2C9K7Q2M9", TimeProvider.System.GetUtcNow());
}
