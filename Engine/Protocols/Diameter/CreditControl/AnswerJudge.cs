using CarrierPay.Engine.Primitives;
using CarrierPay.Engine.Protocols.Diameter.Peers;

namespace CarrierPay.Engine.Protocols.Diameter.CreditControl;

/// <summary>Says what an answer proves. Pure: used for answers in time, for late ones, and after a restart, with the stored request.</summary>
/// <remarks>An outcome is known only when the system that keeps the money said so. Everything else is Unknown, a success that comes from elsewhere included.</remarks>
/// <param name="servers">Origin-Hosts of the systems that keep the money. Empty: any node of the request's Destination-Realm is believed.</param>
public sealed class AnswerJudge(ResultTable table, params IEnumerable<string> servers)
{
    private readonly HashSet<string> _servers = new(servers, StringComparer.OrdinalIgnoreCase);

    public CreditControlResult Judge(CreditControlRequest request, DiameterAnswer answer)
    {
        CreditControlAnswer said;
        try
        {
            said = CreditControlAnswer.Decode(answer.View);
        }
        catch (DiameterException)
        {
            return Unknown(DoubtReason.Malformed, null, answer.PeerName);
        }
        var (meaning, reason) = table.Find(said.ResultVendor, said.Result);
        var elsewhere = meaning == ResultMeaning.RetryElsewhere;
        if (said.IsError)
            return Unknown(DoubtReason.AgentError, said, answer.PeerName, elsewhere);
        if (!IsServer(said, request.DestinationRealm))
            return Unknown(DoubtReason.NotFromServer, said, answer.PeerName, elsewhere);
        if (said.SessionId != request.SessionId || (said.RequestNumber ?? request.RequestNumber) != request.RequestNumber
            || (said.RequestType ?? request.RequestType) != request.RequestType || said.EndToEnd != request.EndToEnd)
            return Unknown(DoubtReason.OtherRequest, said, answer.PeerName);
        return meaning switch
        {
            ResultMeaning.Done => Done(request, said, answer.PeerName),
            ResultMeaning.Declined => new(Verdict.Declined, reason, Answer: said, PeerName: answer.PeerName),
            _ => Unknown(DoubtReason.UnclearResult, said, answer.PeerName, elsewhere),
        };
    }

    private bool IsServer(CreditControlAnswer answer, string realm) => _servers.Count > 0
        ? answer.OriginHost is { } host && _servers.Contains(host)
        : string.Equals(answer.OriginRealm, realm, StringComparison.OrdinalIgnoreCase);

    private static CreditControlResult Unknown(DoubtReason doubt, CreditControlAnswer? answer, string peerName, bool elsewhere = false) =>
        new(Verdict.Unknown, Doubt: doubt, TryElsewhere: elsewhere, Answer: answer, PeerName: peerName);

    private static CreditControlResult Done(CreditControlRequest request, CreditControlAnswer answer, string peerName)
    {
        var result = new CreditControlResult(Verdict.Done, Answer: answer, PeerName: peerName);
        var movesMoney = request.Action is RequestedAction.DirectDebiting or RequestedAction.RefundAccount;
        if (!movesMoney || request.RequestedUnits is not { CurrencyCode: { } code } asked)
            return result;
        var currency = Currency.Of((short)code);
        _ = asked.Value.TryToMoney(currency, out var wanted);
        // An answer without Granted-Service-Unit, or without a currency in it, is one as asked: many charging systems leave out what goes without saying.
        if (answer.GrantedUnits is not { } units)
            return result with { Granted = wanted };
        if ((units.CurrencyCode ?? code) != code)
            return result with { Verdict = Verdict.DoneDifferently, Difference = GrantDifference.OtherCurrency };
        return units.Value.TryToMoney(currency, out var granted) switch
        {
            UnitValueOutcome.Remainder => result with { Verdict = Verdict.DoneDifferently, Difference = GrantDifference.Remainder },
            UnitValueOutcome.OutOfRange => result with { Verdict = Verdict.DoneDifferently, Difference = GrantDifference.OutOfRange },
            _ when granted == wanted => result with { Granted = granted },
            _ => result with { Verdict = Verdict.DoneDifferently, Difference = granted < wanted ? GrantDifference.Less : GrantDifference.More, Granted = granted },
        };
    }
}
