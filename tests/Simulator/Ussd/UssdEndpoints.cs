using CarrierPay.Simulator.Phones;
using CarrierPay.Simulator.Smsc;
using CarrierPay.Simulator.Web;

namespace CarrierPay.Simulator.Ussd;

/// <summary>USSD on handsets by HTTP: dial, answer, end. Changes come as events <c>ussd</c> of the handset.</summary>
internal static class UssdEndpoints
{
    public sealed record DialOrder(string Dial);

    public sealed record AnswerOrder(string Text);

    public static void MapUssd(this IEndpointRouteBuilder routes)
    {
        var ussd = routes.MapGroup("/api/phones/{msisdn}/ussd");
        ussd.MapPost("", IResult (string msisdn, DialOrder order, PhoneBook book, ShortMessageCentre smsc) =>
            book.TryGet(msisdn, out var phone) ? Result(smsc.Ussd.Dial(phone, order.Dial), smsc) : Problems.UnknownPhone(msisdn));
        ussd.MapPost("answer", IResult (string msisdn, AnswerOrder order, PhoneBook book, ShortMessageCentre smsc) =>
            book.TryGet(msisdn, out var phone) ? Result(smsc.Ussd.Answer(phone, order.Text), smsc) : Problems.UnknownPhone(msisdn));
        ussd.MapDelete("", IResult (string msisdn, PhoneBook book, ShortMessageCentre smsc) =>
            !book.TryGet(msisdn, out var phone) ? Problems.UnknownPhone(msisdn)
            : smsc.Ussd.Cancel(phone) is UssdProblem.None ? TypedResults.NoContent() : Result((UssdProblem.NoSession, null), smsc));
        ussd.MapGet("", IResult (string msisdn, PhoneBook book, ShortMessageCentre smsc) =>
            !book.TryGet(msisdn, out var phone) ? Problems.UnknownPhone(msisdn)
            : smsc.Ussd.Find(phone.Msisdn) is { } view ? TypedResults.Ok(view) : Problems.NotFound("no_session", "This phone has not had a USSD session."));
    }

    private static IResult Result((UssdProblem Problem, UssdView? Session) result, ShortMessageCentre smsc) => result.Problem switch
    {
        UssdProblem.None => TypedResults.Json(result.Session, statusCode: StatusCodes.Status202Accepted),
        UssdProblem.NoUssd => Problems.BadRequest("no_ussd", "This network has no USSD: Simulator__Ussd__Profile is empty."),
        UssdProblem.NotDialable => Problems.BadRequest("not_dialable", "USSD is dialled as *500# or *500*1#: an asterisk or a hash first, a hash last."),
        UssdProblem.UnknownCode => Problems.BadRequest("unknown_code", $"Nobody answers to this code; those here are {string.Join(", ", smsc.ShortCodes.Select(code => $"*{code}#"))}."),
        UssdProblem.WrongLength => Problems.BadRequest("wrong_length",
            $"A text of USSD has 1 to {smsc.Ussd.Profile!.MaxSeptets} characters, or {smsc.Ussd.Profile.MaxUcs2Units} when one is not in the GSM alphabet; in an address, up to 20."),
        UssdProblem.Busy => Problems.Make(StatusCodes.Status409Conflict, "busy", "The phone has a USSD session already; DELETE ends it."),
        UssdProblem.NotAsked => Problems.Make(StatusCodes.Status409Conflict, "not_asked", "The session waits for the bound system, not for an answer."),
        _ => Problems.Make(StatusCodes.Status409Conflict, "no_session", "The phone has no USSD session now; POST with \"dial\" begins one."),
    };
}
