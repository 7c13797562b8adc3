using System.Net;
using CarrierPay.Engine.Primitives;
using CarrierPay.Engine.Protocols.Diameter;
using CarrierPay.Engine.Protocols.Diameter.CreditControl;

namespace CarrierPay.Engine.Tests.Protocols.Diameter;

/// <summary>Octets that we did not make.</summary>
[TestFixture]
public sealed class GoldenTests
{
    /// <summary>Made by Erlang/OTP's diameter with RFC 4006's dictionary; read by Wireshark without complaint: 2.50 EUR.</summary>
    private const string RequestedServiceUnit =
        "000001b540000040 0000019d40000038 000001bd40000024 000001bf40000010 00000000000000fa 000001ad4000000cfffffffe 000001a94000000c000003d2";

    [Test]
    public void Requested_Service_Unit_is_written_as_Erlang_writes_it()
    {
        var octets = Requests.Debit().Encode();

        Assert.That(Convert.ToHexStringLower(octets), Does.Contain(RequestedServiceUnit.Replace(" ", "", StringComparison.Ordinal)));
    }

    [Test]
    public void Requested_Service_Unit_of_Erlang_is_read()
    {
        var writer = new DiameterWriter().Start(Requests.HeaderOf(Requests.Debit()))
            .WritePadded(Convert.FromHexString(RequestedServiceUnit.Replace(" ", "", StringComparison.Ordinal)));
        var message = MessageView.Read(writer.ToMessage());

        Assert.That(message.TryFind(Avps.RequestedServiceUnit, out var units), Is.True);
        foreach (var avp in units)
        {
            Assert.That(avp.Is(Avps.CCMoney), Is.True);
            foreach (var part in avp)
                if (part.Is(Avps.CurrencyCode)) Assert.That(part.ToUInt32(), Is.EqualTo(978));
        }
    }

    /// <summary>The order and the flags of RFC 8506, section 3.1: M everywhere but in Service-Parameter-Info, V nowhere.</summary>
    [Test]
    public void A_debit_octet_by_octet()
    {
        var request = new CreditControlRequest
        {
            SessionId = "a;1;2;p",
            OriginHost = "a.b",
            OriginRealm = "b",
            DestinationRealm = "c",
            ServiceContextId = "s@c",
            EventTimestamp = new DateTimeOffset(1900, 1, 1, 0, 0, 0, TimeSpan.Zero).AddSeconds(0xee0df980),
            Subscribers = [new(SubscriptionIdType.E164, "447700900123")],
            ServiceIdentifier = 7,
            RequestedUnits = CCMoney.Of(new Money(250, Currency.Of("EUR"))),
            Action = RequestedAction.DirectDebiting,
            Parameters = [new(1, "K7")],
            EndToEnd = 0x12345678,
        };
        var expected = string.Concat(
            "01000124", "c0000110", "00000004", "00000000", "12345678",
            "000001074000000f" + "613b313b323b7000",
            "000001084000000b" + "612e6200",
            "0000012840000009" + "62000000",
            "0000011b40000009" + "63000000",
            "000001024000000c" + "00000004",
            "000001cd4000000b" + "73406300",
            "000001a04000000c" + "00000004",
            "0000019f4000000c" + "00000000",
            "000000374000000c" + "ee0df980",
            "000001bb40000028" + "000001c24000000c00000000" + "000001bc40000014" + "343437373030393030313233",
            "000001b74000000c" + "00000007",
            RequestedServiceUnit.Replace(" ", "", StringComparison.Ordinal),
            "000001b44000000c" + "00000000",
            "000001b800000020" + "000001b90000000c00000001" + "000001ba0000000a" + "4b370000");

        Assert.That(Convert.ToHexStringLower(request.Encode()), Is.EqualTo(expected));
    }

    /// <summary>RFC 6733, section 5.3.1: the order of its grammar; Product-Name without M.</summary>
    [Test]
    public void A_capabilities_request_octet_by_octet()
    {
        var request = new CapabilitiesExchange
        {
            Node = new("a.b", "b", 5),
            Addresses = [IPAddress.Loopback],
            ProductName = "CP",
            SupportedVendors = [VendorIds.ThreeGpp],
            Applications = [4],
        };

        Assert.That(Convert.ToHexStringLower(request.EncodeRequest(9)), Is.EqualTo(string.Concat(
            "01000078", "80000101", "00000000", "00000000", "00000009",
            "000001084000000b" + "612e6200", "0000012840000009" + "62000000", "000001014000000e" + "00017f0000010000",
            "0000010a4000000c" + "00000000", "0000010d0000000a" + "43500000", "000001164000000c" + "00000005",
            "000001094000000c" + "000028af", "000001024000000c" + "00000004")));
    }
}
