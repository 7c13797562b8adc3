using CarrierPay.Engine.Protocols.Diameter;
using CarrierPay.Engine.Protocols.Diameter.CreditControl;
using CarrierPay.Engine.Protocols.Diameter.Peers;

namespace CarrierPay.Simulator.Ocs;

/// <summary>From a Credit-Control-Request to its answer, with what was ordered to go wrong on the way.</summary>
internal sealed class OcsRequests(ChargingSystem books, OcsFaults faults, OcsOptions options, TimeProvider time)
{
    private const int MostHeld = 10_000;

    private readonly Lock _lock = new();
    private readonly List<(byte[] Octets, CreditControlRequest Request, MessageStream Stream)> _held = [];

    public int Held
    {
        get { lock (_lock) return _held.Count; }
    }

    /// <exception cref="DiameterException">The request is refused; it says with what.</exception>
    public void Serve(in MessageView message, MessageStream stream)
    {
        message.Check();
        var request = CreditControlRequest.Decode(message);
        if (!string.Equals(request.DestinationRealm, options.Realm, StringComparison.OrdinalIgnoreCase))
            throw new DiameterException(ResultCode.RealmNotServed, $"Realm {request.DestinationRealm} is not served here");
        if (request.DestinationHost is { } host && !string.Equals(host, options.OriginHost, StringComparison.OrdinalIgnoreCase))
            throw new DiameterException(ResultCode.UnableToDeliver, $"There is no way to {host}");

        var fault = faults.Take(request.Subscribers.FirstOrDefault(id => id.Type == SubscriptionIdType.E164)?.Data);
        switch (fault?.Fault)
        {
            case OcsFaultKind.Lose:
                return;
            case OcsFaultKind.Hold:
                Hold(message.Octets.ToArray(), request, stream);
                return;
            case OcsFaultKind.Result:
                stream.Append(Refusal(request, fault).Encode(message.Header));
                return;
            default:
                Charge(message.Header, request, stream, fault);
                break;
        }
        ReleaseRepeated(request);
    }

    /// <summary>Serves all that is held back, and gives how many.</summary>
    public int Release() => Release(_ => true);

    private int Release(Predicate<CreditControlRequest> which)
    {
        List<(byte[] Octets, CreditControlRequest Request, MessageStream Stream)> released;
        lock (_lock)
        {
            released = _held.FindAll(held => which(held.Request));
            _held.RemoveAll(held => which(held.Request));
        }
        foreach (var (octets, request, stream) in released) Charge(DiameterHeader.Read(octets), request, stream, fault: null);
        return released.Count;
    }

    private void ReleaseRepeated(CreditControlRequest request) =>
        Release(held => held.SessionId == request.SessionId && held.RequestNumber == request.RequestNumber);

    private void Hold(byte[] octets, CreditControlRequest request, MessageStream stream)
    {
        lock (_lock)
        {
            if (_held.Count < MostHeld) _held.Add((octets, request, stream));
        }
    }

    private void Charge(DiameterHeader header, CreditControlRequest request, MessageStream stream, OcsFaultOrder? fault)
    {
        CreditControlAnswer answer;
        try
        {
            answer = books.Decide(request, fault?.Granted).Answer;
        }
        catch (DiameterException refused)
        {
            answer = new() { SessionId = request.SessionId, Result = refused.ResultCode, OriginHost = options.OriginHost, OriginRealm = options.Realm, ErrorMessage = refused.Message };
        }
        switch (fault?.Fault)
        {
            case OcsFaultKind.Mute:
                break;
            case OcsFaultKind.Cut:
                stream.Abort();
                break;
            case OcsFaultKind.Delay:
                SendLater(answer.Encode(header), stream, TimeSpan.FromMilliseconds(fault.DelayMs!.Value));
                break;
            case OcsFaultKind.Relay:
                stream.Append(new CreditControlAnswer
                {
                    SessionId = request.SessionId,
                    IsError = true,
                    Result = ResultCode.UnableToDeliver,
                    OriginHost = $"relay.{options.Realm}",
                    OriginRealm = options.Realm,
                }.Encode(header));
                break;
            case OcsFaultKind.Duplicate:
                stream.Append(answer.Encode(header));
                stream.Append(answer.Encode(header));
                break;
            case OcsFaultKind.WrongAmount when fault.Currency is { } currency && answer.GrantedUnits is { } granted:
                stream.Append((answer with { GrantedUnits = granted with { CurrencyCode = (uint)Engine.Primitives.Currency.Of(currency).Numeric } }).Encode(header));
                break;
            default:
                stream.Append(answer.Encode(header));
                break;
        }
    }

    private CreditControlAnswer Refusal(CreditControlRequest request, OcsFaultOrder fault) => new()
    {
        SessionId = request.SessionId,
        // 3xxx come with the E flag, as from any node.
        IsError = fault.Vendor is null && fault.Result is >= 3000 and < 4000,
        Result = (ResultCode)fault.Result!.Value,
        ResultVendor = fault.Vendor ?? 0,
        OriginHost = options.OriginHost,
        OriginRealm = options.Realm,
        RequestType = request.RequestType,
        RequestNumber = request.RequestNumber,
    };

    /// <summary>The timer holds the answer; a stream that ended meanwhile takes it no more.</summary>
    private void SendLater(byte[] answer, MessageStream stream, TimeSpan delay)
    {
        ITimer? timer = null;
        timer = time.CreateTimer(_ =>
        {
            stream.Append(answer);
            Volatile.Read(ref timer)?.Dispose();
        }, null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        timer.Change(delay, Timeout.InfiniteTimeSpan);
    }
}
