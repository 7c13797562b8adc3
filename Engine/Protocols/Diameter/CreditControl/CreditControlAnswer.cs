namespace CarrierPay.Engine.Protocols.Diameter.CreditControl;

/// <summary>What Check-Balance-Result says.</summary>
/// <remarks>RFC 8506, section 8.6.</remarks>
public enum BalanceCheck
{
    EnoughCredit = 0,
    NoCredit = 1,
}

/// <summary>A Credit-Control-Answer, or the "answer-message" that an agent makes instead of one.</summary>
/// <remarks>
/// RFC 8506, section 3.2; RFC 6733, section 7.2. Read leniently: the charging system has acted, and an AVP that is not known does not undo that. Those
/// with the M flag are named by <see cref="HasUnknownMandatory"/>, for people to look at.
/// </remarks>
public sealed record CreditControlAnswer
{
    /// <summary>Null in some answers of agents.</summary>
    public string? SessionId { get; init; }

    /// <summary>E flag: any node on the way may have made it.</summary>
    public bool IsError { get; init; }

    /// <summary>Result-Code, or the code inside Experimental-Result; then <see cref="ResultVendor"/> is not 0.</summary>
    public ResultCode Result { get; init; }

    /// <summary>Whose table <see cref="Result"/> is in; 0 for the standard's.</summary>
    public uint ResultVendor { get; init; }

    /// <summary>Null in an answer that does not say who made it.</summary>
    public string? OriginHost { get; init; }

    public string? OriginRealm { get; init; }

    public CCRequestType? RequestType { get; init; }

    public uint? RequestNumber { get; init; }

    /// <summary>What was debited or refunded; null where the answer does not say.</summary>
    public CCMoney? GrantedUnits { get; init; }

    /// <summary>What it costs, or has cost.</summary>
    public CCMoney? Cost { get; init; }

    public BalanceCheck? Balance { get; init; }

    /// <summary>3GPP only.</summary>
    public CCMoney? RemainingBalance { get; init; }

    public string? ErrorMessage { get; init; }

    public ValueList<Avp> Others { get; init; }

    public uint EndToEnd { get; init; }

    public bool HasUnknownMandatory => Others.Any(avp => avp.IsMandatory && Avps.Find(avp.VendorId, avp.Code) is null);

    /// <summary>The answer to a request, whose ids and P flag it takes.</summary>
    public byte[] Encode(in DiameterHeader request)
    {
        var flags = (request.Flags & CommandFlags.Proxiable) | (IsError ? CommandFlags.Error : 0);
        var writer = new DiameterWriter().Start(request with { Flags = flags });
        if (SessionId is not null)
            writer.Write(Avps.SessionId, SessionId);
        WriteResult(writer);
        if (OriginHost is not null)
            writer.Write(Avps.OriginHost, OriginHost);
        if (OriginRealm is not null)
            writer.Write(Avps.OriginRealm, OriginRealm);
        if (!IsError)
            writer.Write(Avps.AuthApplicationId, ApplicationIds.CreditControl);
        if (RequestType is { } type)
            writer.Write(Avps.CCRequestType, (int)type);
        if (RequestNumber is { } number)
            writer.Write(Avps.CCRequestNumber, number);
        if (GrantedUnits is { } granted)
        {
            writer.Open(Avps.GrantedServiceUnit).Open(Avps.CCMoney);
            granted.Write(writer);
            writer.Close().Close();
        }
        WriteMoney(writer, Avps.CostInformation, Cost);
        if (Balance is { } balance)
            writer.Write(Avps.CheckBalanceResult, (int)balance);
        WriteMoney(writer, Avps.RemainingBalance, RemainingBalance);
        if (ErrorMessage is not null)
            writer.Write(Avps.ErrorMessage, ErrorMessage);
        foreach (var avp in Others)
            writer.Write(avp);
        return writer.ToMessage();
    }

    /// <exception cref="DiameterException">Something in it is malformed, or it has no result at all.</exception>
    public static CreditControlAnswer Decode(in MessageView message)
    {
        var parts = new CreditControlParts();
        foreach (var avp in message)
            parts.Take(avp);
        return new()
        {
            SessionId = parts.SessionId,
            IsError = message.Header.IsError,
            Result = parts.Result ?? throw DiameterException.Missing(Avps.ResultCode),
            ResultVendor = parts.ResultVendor,
            OriginHost = parts.OriginHost,
            OriginRealm = parts.OriginRealm,
            RequestType = parts.RequestType,
            RequestNumber = parts.RequestNumber,
            GrantedUnits = parts.GrantedUnits,
            Cost = parts.Cost,
            Balance = parts.Balance,
            RemainingBalance = parts.RemainingBalance,
            ErrorMessage = parts.ErrorMessage,
            Others = [.. parts.Others],
            EndToEnd = message.Header.EndToEnd,
        };
    }

    private void WriteResult(DiameterWriter writer)
    {
        if (ResultVendor == VendorIds.None)
            writer.Write(Avps.ResultCode, (uint)Result);
        else
            writer.Open(Avps.ExperimentalResult).Write(Avps.VendorId, ResultVendor).Write(Avps.ExperimentalResultCode, (uint)Result).Close();
    }

    private static void WriteMoney(DiameterWriter writer, AvpDefinition definition, CCMoney? money)
    {
        if (money is null)
            return;
        writer.Open(definition);
        money.Write(writer);
        writer.Close();
    }
}
