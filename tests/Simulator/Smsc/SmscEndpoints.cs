using CarrierPay.Simulator.Smsc.Receipts;
using CarrierPay.Simulator.Web;

namespace CarrierPay.Simulator.Smsc;

/// <summary>The state of the short message centre, and what it is to do wrong.</summary>
internal static class SmscEndpoints
{
    public static void MapSmsc(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/smsc", (ShortMessageCentre smsc) => smsc.State);
        routes.MapGet("/api/smsc/certificate", IResult (ShortMessageCentre smsc) => smsc.CertificatePem is { } pem
            ? TypedResults.Text(pem, "application/x-pem-file") : Problems.NotFound("no_tls", "The SMPP port has no TLS: Simulator__Smsc__Tls__Enabled is false."));
        routes.MapGet("/api/smsc/log", (ShortMessageCentre smsc) => new { lines = smsc.Log.Lines });

        var faults = routes.MapGroup("/api/faults");
        faults.MapGet("", (ShortMessageCentre smsc) => new { faults = smsc.Faults.All });
        faults.MapPost("", Order);
        faults.MapDelete("", (ShortMessageCentre smsc) =>
        {
            smsc.Faults.Clear();
            return TypedResults.NoContent();
        });

        var receipts = routes.MapGroup("/api/receipts");
        receipts.MapGet("", (ShortMessageCentre smsc) => View(smsc.Receipts));
        receipts.MapPost("", OrderReceipts);
        receipts.MapDelete("", (ShortMessageCentre smsc) =>
        {
            smsc.Receipts.Clear();
            return TypedResults.NoContent();
        });
    }

    private static object View(ReceiptOrders receipts) => new { receipts.Default, ordered = receipts.Pending };

    private static IResult OrderReceipts(ReceiptOrder order, ShortMessageCentre smsc)
    {
        try
        {
            smsc.Receipts.Order(order);
            return TypedResults.Json(View(smsc.Receipts), statusCode: StatusCodes.Status202Accepted);
        }
        catch (ArgumentException wrong)
        {
            return Problems.BadRequest("wrong_receipt", wrong.Message);
        }
    }

    private static IResult Order(FaultOrder order, ShortMessageCentre smsc)
    {
        try
        {
            smsc.Faults.Order(order);
            return TypedResults.Json(new { faults = smsc.Faults.All }, statusCode: StatusCodes.Status202Accepted);
        }
        catch (ArgumentException wrong)
        {
            return Problems.BadRequest("wrong_fault", wrong.Message);
        }
    }
}
