using System.Text;

namespace CarrierPay.Engine.Protocols.Diameter.CreditControl;

/// <summary>What the AVPs of a request or an answer say, gathered in one walk. Each that may stand once is refused the second time.</summary>
internal sealed class CreditControlParts
{
    public string? SessionId { get; private set; }
    public string? OriginHost { get; private set; }
    public string? OriginRealm { get; private set; }
    public string? DestinationRealm { get; private set; }
    public string? DestinationHost { get; private set; }
    public string? ServiceContextId { get; private set; }
    public string? ErrorMessage { get; private set; }
    public uint? RequestNumber { get; private set; }
    public uint? ServiceIdentifier { get; private set; }
    public CCRequestType? RequestType { get; private set; }
    public RequestedAction? Action { get; private set; }
    public BalanceCheck? Balance { get; private set; }
    public ResultCode? Result { get; private set; }
    public uint ResultVendor { get; private set; }
    public DateTimeOffset? EventTimestamp { get; private set; }
    public CCMoney? RequestedUnits { get; private set; }
    public CCMoney? GrantedUnits { get; private set; }
    public CCMoney? Cost { get; private set; }
    public CCMoney? RemainingBalance { get; private set; }
    public List<SubscriptionId> Subscribers { get; } = [];
    public List<ServiceParameter> Parameters { get; } = [];
    public List<Avp> Others { get; } = [];

    public void Take(in AvpView avp)
    {
        var definition = Avps.Find(avp.VendorId, avp.Code);
        if (definition is null)
            Others.Add(avp.ToAvp());
        else if (definition == Avps.SessionId)
            SessionId = Once(SessionId, avp.ToText(), definition, avp);
        else if (definition == Avps.OriginHost)
            OriginHost = Once(OriginHost, avp.ToIdentity(), definition, avp);
        else if (definition == Avps.OriginRealm)
            OriginRealm = Once(OriginRealm, avp.ToIdentity(), definition, avp);
        else if (definition == Avps.DestinationRealm)
            DestinationRealm = Once(DestinationRealm, avp.ToIdentity(), definition, avp);
        else if (definition == Avps.DestinationHost)
            DestinationHost = Once(DestinationHost, avp.ToIdentity(), definition, avp);
        else if (definition == Avps.ServiceContextId)
            ServiceContextId = Once(ServiceContextId, avp.ToText(), definition, avp);
        else if (definition == Avps.ErrorMessage)
            ErrorMessage = Once(ErrorMessage, avp.ToText(), definition, avp);
        else if (definition == Avps.CCRequestNumber)
            RequestNumber = Once(RequestNumber, avp.ToUInt32(), definition, avp);
        else if (definition == Avps.ServiceIdentifier)
            ServiceIdentifier = Once(ServiceIdentifier, avp.ToUInt32(), definition, avp);
        else if (definition == Avps.EventTimestamp)
            EventTimestamp = Once(EventTimestamp, avp.ToTime(), definition, avp);
        else if (definition == Avps.AuthApplicationId)
            CheckApplication(avp);
        else
            TakeCharging(definition, avp);
    }

    private void TakeCharging(AvpDefinition definition, in AvpView avp)
    {
        if (definition == Avps.CCRequestType)
            RequestType = Once(RequestType, Named<CCRequestType>(definition, avp), definition, avp);
        else if (definition == Avps.RequestedAction)
            Action = Once(Action, Named<RequestedAction>(definition, avp), definition, avp);
        else if (definition == Avps.CheckBalanceResult)
            Balance = Once(Balance, Named<BalanceCheck>(definition, avp), definition, avp);
        else if (definition == Avps.ResultCode)
            Result = Once(Result, (ResultCode)avp.ToUInt32(), definition, avp);
        else if (definition == Avps.ExperimentalResult)
            TakeExperimental(avp);
        else if (definition == Avps.RequestedServiceUnit)
            RequestedUnits = OnceMoney(RequestedUnits, CCMoney.ReadUnits(avp), definition, avp);
        else if (definition == Avps.GrantedServiceUnit)
            GrantedUnits = OnceMoney(GrantedUnits, CCMoney.ReadUnits(avp), definition, avp);
        else if (definition == Avps.CostInformation)
            Cost = OnceMoney(Cost, CCMoney.Read(avp), definition, avp);
        else if (definition == Avps.RemainingBalance)
            RemainingBalance = OnceMoney(RemainingBalance, CCMoney.Read(avp), definition, avp);
        else if (definition == Avps.SubscriptionId)
            Subscribers.Add(ReadSubscriber(avp));
        else if (definition == Avps.ServiceParameterInfo)
            Parameters.Add(ReadParameter(avp));
        else
            Others.Add(avp.ToAvp());
    }

    private static void CheckApplication(in AvpView avp)
    {
        if (avp.ToUInt32() != ApplicationIds.CreditControl)
            throw DiameterException.WrongValue(Avps.AuthApplicationId, avp, "is not that of credit control");
    }

    private void TakeExperimental(in AvpView group)
    {
        uint? vendor = null, code = null;
        foreach (var avp in group)
        {
            if (avp.Is(Avps.VendorId))
                vendor = avp.ToUInt32();
            else if (avp.Is(Avps.ExperimentalResultCode))
                code = avp.ToUInt32();
        }
        if (vendor is null or 0)
            throw DiameterException.Missing(Avps.VendorId);
        Result = Once(Result, (ResultCode)(code ?? throw DiameterException.Missing(Avps.ExperimentalResultCode)), Avps.ExperimentalResult, group);
        ResultVendor = vendor.Value;
    }

    private static SubscriptionId ReadSubscriber(in AvpView group)
    {
        SubscriptionIdType? type = null;
        string? data = null;
        foreach (var avp in group)
        {
            if (avp.Is(Avps.SubscriptionIdType))
                type = Named<SubscriptionIdType>(Avps.SubscriptionIdType, avp);
            else if (avp.Is(Avps.SubscriptionIdData))
                data = avp.ToText();
        }
        return new(type ?? throw DiameterException.Missing(Avps.SubscriptionIdType), data ?? throw DiameterException.Missing(Avps.SubscriptionIdData));
    }

    private static ServiceParameter ReadParameter(in AvpView group)
    {
        uint? type = null;
        string? value = null;
        foreach (var avp in group)
        {
            if (avp.Is(Avps.ServiceParameterType))
                type = avp.ToUInt32();
            else if (avp.Is(Avps.ServiceParameterValue))
                value = Encoding.UTF8.GetString(avp.Data);
        }
        return new(type ?? throw DiameterException.Missing(Avps.ServiceParameterType), value ?? throw DiameterException.Missing(Avps.ServiceParameterValue));
    }

    private static T Named<T>(AvpDefinition definition, in AvpView avp)
        where T : struct, Enum
    {
        var value = (T)Enum.ToObject(typeof(T), avp.ToInt32());
        return Enum.IsDefined(value) ? value : throw DiameterException.WrongValue(definition, avp, "has a value without a meaning");
    }

    private static T Once<T>(T? before, T value, AvpDefinition definition, in AvpView avp)
        where T : struct => before is null ? value : throw DiameterException.TooOften(definition, avp);

    private static string Once(string? before, string value, AvpDefinition definition, in AvpView avp) =>
        before is null ? value : throw DiameterException.TooOften(definition, avp);

    private static CCMoney? OnceMoney(CCMoney? before, CCMoney? value, AvpDefinition definition, in AvpView avp) =>
        before is null ? value : throw DiameterException.TooOften(definition, avp);
}
