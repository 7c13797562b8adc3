using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using CarrierPay.Simulator.Masp;
using CarrierPay.Simulator.Phones;
using CarrierPay.Simulator.Smsc;

namespace CarrierPay.Simulator.Web;

/// <summary>The page's one stream of changes, and whether the simulator is there at all.</summary>
internal static class PageEndpoints
{
    public static void MapPage(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/health", () => new { status = "ok" });
        routes.MapGet("/api/events", (PhoneBook phones, ShortMessageCentre smsc, Merchants merchants, Feed feed, HttpContext http, IHostApplicationLifetime lifetime) =>
            TypedResults.ServerSentEvents(EventsAsync(phones, smsc, merchants, feed, lifetime.ApplicationStopping, http.RequestAborted)));
    }

    /// <summary>Everything, then each change. Changes that happened while everything was collected come again: each replaces what it changes.</summary>
    private static async IAsyncEnumerable<SseItem<object>> EventsAsync(PhoneBook phones, ShortMessageCentre smsc, Merchants merchants, Feed feed,
        CancellationToken stopping, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stopping, cancellationToken);
        using var listener = feed.Listen();
        var everything = new
        {
            phones = phones.All.Select(phone => new { phone.Msisdn, phone.Name, phone.Language, messages = phone.MessagesAfter(0), ussd = smsc.Ussd.Find(phone.Msisdn) }),
            smsc = smsc.State,
            masps = merchants.All.Select(merchant => merchant.View),
            log = smsc.Log.Lines,
            faults = smsc.Faults.All,
        };
        yield return new SseItem<object>(everything, "snapshot") { ReconnectionInterval = TimeSpan.FromSeconds(1) };
        await foreach (var change in listener.ReadAsync(ended.Token)) yield return new SseItem<object>(change, change.Type);
    }
}
