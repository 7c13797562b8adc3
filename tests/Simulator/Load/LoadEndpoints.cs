using CarrierPay.Simulator.Smsc;
using CarrierPay.Simulator.Web;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CarrierPay.Simulator.Load;

/// <summary>Load by HTTP: start, watch, stop.</summary>
internal static class LoadEndpoints
{
    public static void MapLoad(this IEndpointRouteBuilder routes)
    {
        var load = routes.MapGroup("/api/load");
        load.MapPost("", Start);
        load.MapGet("", IResult (ShortMessageCentre smsc) => smsc.Load.Report is { } report ? TypedResults.Ok(report) : NoLoad());
        load.MapDelete("", async Task<IResult> (ShortMessageCentre smsc) => await smsc.Load.StopAsync() is { } report ? TypedResults.Ok(report) : NoLoad());
    }

    private static IResult Start(LoadOrder order, ShortMessageCentre smsc)
    {
        try
        {
            _ = smsc.Load.Start(order);
            return TypedResults.Json(smsc.Load.Report, statusCode: StatusCodes.Status202Accepted);
        }
        catch (ArgumentException wrong)
        {
            return Problems.BadRequest("wrong_load", wrong.Message);
        }
        catch (InvalidOperationException busy)
        {
            return Problems.Make(StatusCodes.Status409Conflict, "load_running", busy.Message);
        }
    }

    private static ProblemHttpResult NoLoad() => Problems.NotFound("no_load", "No load was started yet: POST /api/load starts one.");
}
