using System.Collections.Frozen;
using CarrierPay.Engine.Protocols.Diameter.CreditControl;
using CarrierPay.Engine.Protocols.Diameter.Peers;
using CarrierPay.Engine.Protocols.Iso8583.Messages;
using CarrierPay.Engine.Protocols.Iso8583.Wire;
using CarrierPay.Engine.Subscribers;

namespace CarrierPay.Engine.Tests.Subscribers;

/// <summary>Systems that keep money, as a <see cref="PureLane"/>'s decisions see them: a charging system and the banks DEMO and OTHER. Nothing is sent anywhere.</summary>
internal static class PureRails
{
    public static readonly TimeSpan ResendFor = TimeSpan.FromHours(12);
    public static readonly TimeSpan LateAnswers = TimeSpan.FromMinutes(2);

    /// <param name="room">Requests under way at a time, at each.</param>
    /// <param name="numbers">STANs that each bank has left.</param>
    public static Rails Of(bool chargesBills = false, int room = 100, int numbers = 5_000)
    {
        var node = new DiameterOptions();
        var orders = new CreditControlOrders(new(node.OriginHost, TimeProvider.System), node, new() { Realm = "operator.example" });
        TimeSpan[] pauses = [TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(15), TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5)];
        return new(
            new(orders, new(room, () => true), chargesBills, new(pauses, ResendFor)),
            new[] { Bank("DEMO", 1, room, numbers), Bank("OTHER", 2, room, numbers) }.ToFrozenDictionary(bank => bank.Code));
    }

    public static BankRail Bank(this PureLane lane) => lane.Rails.Banks["DEMO"];

    /// <summary>Has airtime, and an account at DEMO that is linked.</summary>
    public static SubscriberState WithRails(this SubscriberState subscriber, BankLinkState link = BankLinkState.Linked)
    {
        subscriber.Sources |= (1 << (int)FundingKind.Airtime) | (1 << (int)FundingKind.Bank);
        subscriber.Read(new BankLink((subscriber.Id.Value * 100) + 1, "DEMO", "0042", link));
        return subscriber;
    }

    private static BankRail Bank(string code, int number, int room, int numbers)
    {
        var stans = new TraceNumbers();
        stans.Add(DateOnly.MaxValue, Enumerable.Range(1, numbers)); // histories of weeks: they do not grow old
        return new(code, number, BankDialect.Of(KnownProfiles.A1987), "CPAY0001", new(room, () => true), stans, new(), LateAnswers, new([TimeSpan.FromSeconds(15), TimeSpan.FromMinutes(1)], ResendFor));
    }
}
