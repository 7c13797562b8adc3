using System.Collections.Frozen;
using System.Reflection;

namespace CarrierPay.Engine.Protocols.Diameter;

/// <summary>The dictionary: every AVP that a base message or a credit-control event can hold.</summary>
/// <remarks>RFC 6733, section 4.5; RFC 8506, section 8; the last ones 3GPP TS 32.299, section 7.2. M is as the tables there have it for what is sent.</remarks>
public static class Avps
{
    public static readonly AvpDefinition UserName = Of(1, "User-Name", AvpType.Utf8String);
    public static readonly AvpDefinition ProxyState = Of(33, "Proxy-State", AvpType.OctetString);
    public static readonly AvpDefinition EventTimestamp = Of(55, "Event-Timestamp", AvpType.Time);
    public static readonly AvpDefinition HostIpAddress = Of(257, "Host-IP-Address", AvpType.Address);
    public static readonly AvpDefinition AuthApplicationId = Of(258, "Auth-Application-Id", AvpType.Unsigned32);
    public static readonly AvpDefinition AcctApplicationId = Of(259, "Acct-Application-Id", AvpType.Unsigned32);
    public static readonly AvpDefinition VendorSpecificApplicationId = Of(260, "Vendor-Specific-Application-Id", AvpType.Grouped);
    public static readonly AvpDefinition RedirectHostUsage = Of(261, "Redirect-Host-Usage", AvpType.Enumerated);
    public static readonly AvpDefinition RedirectMaxCacheTime = Of(262, "Redirect-Max-Cache-Time", AvpType.Unsigned32);
    public static readonly AvpDefinition SessionId = Of(263, "Session-Id", AvpType.Utf8String);
    public static readonly AvpDefinition OriginHost = Of(264, "Origin-Host", AvpType.DiameterIdentity);
    public static readonly AvpDefinition SupportedVendorId = Of(265, "Supported-Vendor-Id", AvpType.Unsigned32);
    public static readonly AvpDefinition VendorId = Of(266, "Vendor-Id", AvpType.Unsigned32);
    public static readonly AvpDefinition FirmwareRevision = Of(267, "Firmware-Revision", AvpType.Unsigned32, isMandatory: false);
    public static readonly AvpDefinition ResultCode = Of(268, "Result-Code", AvpType.Unsigned32);
    public static readonly AvpDefinition ProductName = Of(269, "Product-Name", AvpType.Utf8String, isMandatory: false);
    public static readonly AvpDefinition DisconnectCause = Of(273, "Disconnect-Cause", AvpType.Enumerated);
    public static readonly AvpDefinition OriginStateId = Of(278, "Origin-State-Id", AvpType.Unsigned32);
    public static readonly AvpDefinition FailedAvp = Of(279, "Failed-AVP", AvpType.Grouped);
    public static readonly AvpDefinition ProxyHost = Of(280, "Proxy-Host", AvpType.DiameterIdentity);
    public static readonly AvpDefinition ErrorMessage = Of(281, "Error-Message", AvpType.Utf8String, isMandatory: false);
    public static readonly AvpDefinition RouteRecord = Of(282, "Route-Record", AvpType.DiameterIdentity);
    public static readonly AvpDefinition DestinationRealm = Of(283, "Destination-Realm", AvpType.DiameterIdentity);
    public static readonly AvpDefinition ProxyInfo = Of(284, "Proxy-Info", AvpType.Grouped);
    public static readonly AvpDefinition RedirectHost = Of(292, "Redirect-Host", AvpType.OctetString);
    public static readonly AvpDefinition DestinationHost = Of(293, "Destination-Host", AvpType.DiameterIdentity);
    public static readonly AvpDefinition ErrorReportingHost = Of(294, "Error-Reporting-Host", AvpType.DiameterIdentity, isMandatory: false);
    public static readonly AvpDefinition TerminationCause = Of(295, "Termination-Cause", AvpType.Enumerated);
    public static readonly AvpDefinition OriginRealm = Of(296, "Origin-Realm", AvpType.DiameterIdentity);
    public static readonly AvpDefinition ExperimentalResult = Of(297, "Experimental-Result", AvpType.Grouped);
    public static readonly AvpDefinition ExperimentalResultCode = Of(298, "Experimental-Result-Code", AvpType.Unsigned32);
    public static readonly AvpDefinition InbandSecurityId = Of(299, "Inband-Security-Id", AvpType.Unsigned32);

    public static readonly AvpDefinition CCCorrelationId = Of(411, "CC-Correlation-Id", AvpType.OctetString, isMandatory: false);
    public static readonly AvpDefinition CCInputOctets = Of(412, "CC-Input-Octets", AvpType.Unsigned64);
    public static readonly AvpDefinition CCMoney = Of(413, "CC-Money", AvpType.Grouped);
    public static readonly AvpDefinition CCOutputOctets = Of(414, "CC-Output-Octets", AvpType.Unsigned64);
    public static readonly AvpDefinition CCRequestNumber = Of(415, "CC-Request-Number", AvpType.Unsigned32);
    public static readonly AvpDefinition CCRequestType = Of(416, "CC-Request-Type", AvpType.Enumerated);
    public static readonly AvpDefinition CCServiceSpecificUnits = Of(417, "CC-Service-Specific-Units", AvpType.Unsigned64);
    public static readonly AvpDefinition CCSessionFailover = Of(418, "CC-Session-Failover", AvpType.Enumerated);
    public static readonly AvpDefinition CCSubSessionId = Of(419, "CC-Sub-Session-Id", AvpType.Unsigned64);
    public static readonly AvpDefinition CCTime = Of(420, "CC-Time", AvpType.Unsigned32);
    public static readonly AvpDefinition CCTotalOctets = Of(421, "CC-Total-Octets", AvpType.Unsigned64);
    public static readonly AvpDefinition CheckBalanceResult = Of(422, "Check-Balance-Result", AvpType.Enumerated);
    public static readonly AvpDefinition CostInformation = Of(423, "Cost-Information", AvpType.Grouped);
    public static readonly AvpDefinition CostUnit = Of(424, "Cost-Unit", AvpType.Utf8String);
    public static readonly AvpDefinition CurrencyCode = Of(425, "Currency-Code", AvpType.Unsigned32);
    public static readonly AvpDefinition CreditControl = Of(426, "Credit-Control", AvpType.Enumerated);
    public static readonly AvpDefinition CreditControlFailureHandling = Of(427, "Credit-Control-Failure-Handling", AvpType.Enumerated);
    public static readonly AvpDefinition DirectDebitingFailureHandling = Of(428, "Direct-Debiting-Failure-Handling", AvpType.Enumerated);
    public static readonly AvpDefinition Exponent = Of(429, "Exponent", AvpType.Integer32);
    public static readonly AvpDefinition FinalUnitIndication = Of(430, "Final-Unit-Indication", AvpType.Grouped);
    public static readonly AvpDefinition GrantedServiceUnit = Of(431, "Granted-Service-Unit", AvpType.Grouped);
    public static readonly AvpDefinition RatingGroup = Of(432, "Rating-Group", AvpType.Unsigned32);
    public static readonly AvpDefinition RedirectAddressType = Of(433, "Redirect-Address-Type", AvpType.Enumerated);
    public static readonly AvpDefinition RedirectServer = Of(434, "Redirect-Server", AvpType.Grouped);
    public static readonly AvpDefinition RedirectServerAddress = Of(435, "Redirect-Server-Address", AvpType.Utf8String);
    public static readonly AvpDefinition RequestedAction = Of(436, "Requested-Action", AvpType.Enumerated);
    public static readonly AvpDefinition RequestedServiceUnit = Of(437, "Requested-Service-Unit", AvpType.Grouped);
    public static readonly AvpDefinition RestrictionFilterRule = Of(438, "Restriction-Filter-Rule", AvpType.OctetString);
    public static readonly AvpDefinition ServiceIdentifier = Of(439, "Service-Identifier", AvpType.Unsigned32);
    public static readonly AvpDefinition ServiceParameterInfo = Of(440, "Service-Parameter-Info", AvpType.Grouped, isMandatory: false);
    public static readonly AvpDefinition ServiceParameterType = Of(441, "Service-Parameter-Type", AvpType.Unsigned32, isMandatory: false);
    public static readonly AvpDefinition ServiceParameterValue = Of(442, "Service-Parameter-Value", AvpType.OctetString, isMandatory: false);
    public static readonly AvpDefinition SubscriptionId = Of(443, "Subscription-Id", AvpType.Grouped);
    public static readonly AvpDefinition SubscriptionIdData = Of(444, "Subscription-Id-Data", AvpType.Utf8String);
    public static readonly AvpDefinition UnitValue = Of(445, "Unit-Value", AvpType.Grouped);
    public static readonly AvpDefinition UsedServiceUnit = Of(446, "Used-Service-Unit", AvpType.Grouped);
    public static readonly AvpDefinition ValueDigits = Of(447, "Value-Digits", AvpType.Integer64);
    public static readonly AvpDefinition ValidityTime = Of(448, "Validity-Time", AvpType.Unsigned32);
    public static readonly AvpDefinition FinalUnitAction = Of(449, "Final-Unit-Action", AvpType.Enumerated);
    public static readonly AvpDefinition SubscriptionIdType = Of(450, "Subscription-Id-Type", AvpType.Enumerated);
    public static readonly AvpDefinition TariffTimeChange = Of(451, "Tariff-Time-Change", AvpType.Time);
    public static readonly AvpDefinition TariffChangeUsage = Of(452, "Tariff-Change-Usage", AvpType.Enumerated);
    public static readonly AvpDefinition GsuPoolIdentifier = Of(453, "G-S-U-Pool-Identifier", AvpType.Unsigned32);
    public static readonly AvpDefinition CCUnitType = Of(454, "CC-Unit-Type", AvpType.Enumerated);
    public static readonly AvpDefinition MultipleServicesIndicator = Of(455, "Multiple-Services-Indicator", AvpType.Enumerated);
    public static readonly AvpDefinition MultipleServicesCreditControl = Of(456, "Multiple-Services-Credit-Control", AvpType.Grouped);
    public static readonly AvpDefinition GsuPoolReference = Of(457, "G-S-U-Pool-Reference", AvpType.Grouped);
    public static readonly AvpDefinition UserEquipmentInfo = Of(458, "User-Equipment-Info", AvpType.Grouped, isMandatory: false);
    public static readonly AvpDefinition UserEquipmentInfoType = Of(459, "User-Equipment-Info-Type", AvpType.Enumerated, isMandatory: false);
    public static readonly AvpDefinition UserEquipmentInfoValue = Of(460, "User-Equipment-Info-Value", AvpType.OctetString, isMandatory: false);
    public static readonly AvpDefinition ServiceContextId = Of(461, "Service-Context-Id", AvpType.Utf8String);

    public static readonly AvpDefinition ServiceInformation = Of(873, "Service-Information", AvpType.Grouped, vendor: VendorIds.ThreeGpp);
    public static readonly AvpDefinition RemainingBalance = Of(2021, "Remaining-Balance", AvpType.Grouped, vendor: VendorIds.ThreeGpp);

    private static readonly FrozenDictionary<(uint Vendor, uint Code), AvpDefinition> ByCode =
        typeof(Avps).GetFields(BindingFlags.Public | BindingFlags.Static).Select(f => (AvpDefinition)f.GetValue(null)!).ToFrozenDictionary(d => (d.VendorId, d.Code));

    /// <summary>All lines of the dictionary.</summary>
    public static IReadOnlyCollection<AvpDefinition> All => ByCode.Values;

    /// <summary>The line of an AVP; null for one that is not known here.</summary>
    public static AvpDefinition? Find(uint vendorId, uint code) => ByCode.GetValueOrDefault((vendorId, code));

    private static AvpDefinition Of(uint code, string name, AvpType type, bool isMandatory = true, uint vendor = VendorIds.None) => new(code, vendor, name, type, isMandatory);
}
