using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using CarrierPay.Simulator.Smsc;
using CarrierPay.Simulator.Ussd;
using CarrierPay.Simulator.Web;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CarrierPay.Simulator.Phones;

/// <summary>Handsets by HTTP: add, send, read, watch.</summary>
internal static class PhoneEndpoints
{
    public sealed record PhoneOrder(string? Name = null, PhoneLanguage? Language = null);

    public sealed record SmsOrder(string To, string Text);

    public sealed record PhoneView(string Msisdn, string Name, PhoneLanguage Language);

    public static void MapPhones(this IEndpointRouteBuilder routes)
    {
        var phones = routes.MapGroup("/api/phones");
        phones.MapGet("", (PhoneBook book) => new { phones = book.All.Select(View) });
        phones.MapPut("{msisdn}", Put);
        phones.MapDelete("{msisdn}", Remove);
        phones.MapPost("{msisdn}/sms", Send);
        phones.MapGet("{msisdn}/messages", IResult (string msisdn, PhoneBook book, int after = 0) =>
            book.TryGet(msisdn, out var phone) ? TypedResults.Ok(new { messages = phone.MessagesAfter(after) }) : Problems.UnknownPhone(msisdn));
        phones.MapPost("{msisdn}/messages/{seq:int}/read", MarkRead);
        phones.MapDelete("{msisdn}/messages/{seq:int}", IResult (string msisdn, int seq, PhoneBook book) =>
            !book.TryGet(msisdn, out var phone) ? Problems.UnknownPhone(msisdn) : phone.Erase(seq) ? TypedResults.NoContent() : UnknownMessage(seq));
        phones.MapGet("{msisdn}/events", Watch);
    }

    internal static PhoneView View(Phone phone) => new(phone.Msisdn, phone.Name, phone.Language);

    private static IResult Put(string msisdn, PhoneOrder order, PhoneBook book)
    {
        if (order.Name is { Length: 0 or > 40 }) return Problems.BadRequest("wrong_name", "A name has 1 to 40 characters.");
        try
        {
            var added = book.Put(msisdn, order.Name, order.Language);
            var view = View(book[msisdn]);
            return added ? TypedResults.Created($"/api/phones/{view.Msisdn}", view) : TypedResults.Ok(view);
        }
        catch (ArgumentException)
        {
            return Problems.BadRequest("not_a_number", $"\"{msisdn}\" is not a number: 5 to 15 digits, country code first.");
        }
    }

    private static IResult Remove(string msisdn, PhoneBook book, ShortMessageCentre smsc)
    {
        if (!book.TryGet(msisdn, out var phone) || !book.Remove(msisdn)) return Problems.UnknownPhone(msisdn);
        smsc.Ussd.Forget(phone);
        return TypedResults.NoContent();
    }

    private static IResult Send(string msisdn, SmsOrder order, PhoneBook book, ShortMessageCentre smsc)
    {
        if (!book.TryGet(msisdn, out var phone)) return Problems.UnknownPhone(msisdn);
        var (problem, message) = smsc.Send(phone, order.To, order.Text);
        return problem switch
        {
            ShortMessageCentre.SendProblem.EmptyText => Problems.BadRequest("empty_text", "The text is empty."),
            ShortMessageCentre.SendProblem.TextTooLong => Problems.BadRequest("text_too_long",
                $"The text is too long: a phone sends at most {AirText.MaximumParts} short messages, {AirText.MaximumParts * 153} characters, or {AirText.MaximumParts * 67} when one is not in the GSM alphabet."),
            ShortMessageCentre.SendProblem.UnknownDestination => Problems.BadRequest("unknown_destination",
                $"\"{order.To}\" is neither a short code here ({string.Join(", ", smsc.ShortCodes)}) nor the number of a phone here."),
            _ => TypedResults.Json(new { id = message!.Seq, state = "accepted" }, statusCode: StatusCodes.Status202Accepted),
        };
    }

    private static IResult MarkRead(string msisdn, int seq, PhoneBook book)
    {
        if (!book.TryGet(msisdn, out var phone)) return Problems.UnknownPhone(msisdn);
        return phone.Change(seq, message => message with { Read = true }) ? TypedResults.NoContent() : UnknownMessage(seq);
    }

    private static IResult Watch(string msisdn, PhoneBook book, ShortMessageCentre smsc, Feed feed, HttpContext http, IHostApplicationLifetime lifetime, int after = 0) =>
        book.TryGet(msisdn, out var phone)
            ? TypedResults.ServerSentEvents(EventsAsync(phone, after, smsc, feed, lifetime.ApplicationStopping, http.RequestAborted))
            : Problems.UnknownPhone(msisdn);

    /// <summary>First what is there, then each change; a message or session that comes twice has the same seq or id and is the newer one the second time.</summary>
    private static async IAsyncEnumerable<SseItem<object>> EventsAsync(Phone phone, int after, ShortMessageCentre smsc, Feed feed, CancellationToken stopping, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stopping, cancellationToken);
        using var listener = feed.Listen();
        foreach (var message in phone.MessagesAfter(after)) yield return Item(message);
        if (smsc.Ussd.Find(phone.Msisdn) is { } session) yield return Item(session);
        await foreach (var change in listener.ReadAsync(ended.Token))
        {
            if (change is FeedEvent.Message { Msisdn: var msisdn, Content: var content } && msisdn == phone.Msisdn && content.Seq > after) yield return Item(content);
            else if (change is FeedEvent.UssdChanged { Msisdn: var owner, Session: var changed } && owner == phone.Msisdn) yield return Item(changed);
        }
    }

    private static SseItem<object> Item(PhoneMessage message) => new(message, "message");

    private static SseItem<object> Item(UssdView session) => new(session, "ussd");

    private static ProblemHttpResult UnknownMessage(int seq) => Problems.NotFound("unknown_message", $"There is no message {seq} on this phone.");
}
