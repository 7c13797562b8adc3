using CarrierPay.Engine.Primitives;
using CarrierPay.Engine.Protocols.Diameter;
using CarrierPay.Engine.Protocols.Diameter.CreditControl;

namespace CarrierPay.Engine.Tests.Protocols.Diameter;

/// <summary>A usual request, and answers to it.</summary>
internal static class Requests
{
    public const string Realm = "operator.example";
    public const string Ocs = "ocs.operator.example";
    private static uint s_number;

    public static CreditControlRequest Debit(long minorUnits = 250, string currency = "EUR", RequestedAction action = RequestedAction.DirectDebiting)
    {
        var number = Interlocked.Increment(ref s_number);
        return new()
        {
            SessionId = $"engine.carrierpay.example;1;{number};pay_{number}",
            OriginHost = "engine.carrierpay.example",
            OriginRealm = "carrierpay.example",
            DestinationRealm = Realm,
            ServiceContextId = "carrierpay@operator.example",
            EventTimestamp = new(2026, 11, 23, 16, 0, 0, TimeSpan.Zero),
            Subscribers = [new(SubscriptionIdType.E164, "447700900123")],
            ServiceIdentifier = 1,
            RequestedUnits = CCMoney.Of(new(minorUnits, Currency.Of(currency))),
            Action = action,
            EndToEnd = 0x5a000000 + number,
        };
    }

    /// <summary>The usual answer: done, as asked.</summary>
    public static CreditControlAnswer Granted(CreditControlRequest request) => new()
    {
        SessionId = request.SessionId,
        Result = ResultCode.Success,
        OriginHost = Ocs,
        OriginRealm = Realm,
        RequestType = request.RequestType,
        RequestNumber = request.RequestNumber,
        GrantedUnits = request.RequestedUnits,
        EndToEnd = request.EndToEnd,
    };

    public static DiameterHeader HeaderOf(CreditControlRequest request) => DiameterHeader.Read(request.Encode());
}
