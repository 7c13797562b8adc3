using CarrierPay.Simulator.Web;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CarrierPay.Simulator.Ocs;

/// <summary>An account as it is ordered; what is left out stays.</summary>
/// <param name="Balance">Minor units; may be below 0.</param>
/// <param name="CreditLimit">Minor units below 0 that the account may have.</param>
public sealed record AccountOrder(long? Balance = null, long? CreditLimit = null);

/// <summary>The charging system's accounts, its ledger, and what it is to do wrong.</summary>
internal static class OcsEndpoints
{
    public static void MapOcs(this IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup("/api/ocs");
        api.MapGet("", (OcsServer ocs) => ocs.State);
        api.MapGet("accounts", (OcsServer ocs) => new { accounts = ocs.Books.Accounts });
        api.MapPut("accounts/{msisdn}", Put);
        api.MapDelete("accounts/{msisdn}", Results<NoContent, ProblemHttpResult> (string msisdn, OcsServer ocs) =>
            ocs.Books.Remove(msisdn) ? TypedResults.NoContent() : Problems.NotFound("unknown_account", $"There is no account \"{msisdn}\" here. PUT /api/ocs/accounts/{{msisdn}} adds one."));
        api.MapGet("ledger", (OcsServer ocs, long after = 0) => new { lines = ocs.Books.LedgerAfter(after) });
        api.MapGet("faults", (OcsServer ocs) => new { faults = ocs.Faults.All });
        api.MapPost("faults", Order);
        api.MapDelete("faults", (OcsServer ocs) =>
        {
            ocs.Faults.Clear();
            return TypedResults.NoContent();
        });
        api.MapDelete("held", (OcsServer ocs) => new { released = ocs.Release() });
        api.MapDelete("connections", (OcsServer ocs) =>
        {
            ocs.CutAll();
            return TypedResults.NoContent();
        });
    }

    private static Results<Ok<AccountView>, Created<AccountView>, ProblemHttpResult> Put(string msisdn, AccountOrder order, OcsServer ocs)
    {
        try
        {
            var added = ocs.Books.Put(msisdn, order.Balance, order.CreditLimit);
            var view = ocs.Books.Accounts.First(account => account.Msisdn == msisdn.TrimStart('+'));
            return added ? TypedResults.Created($"/api/ocs/accounts/{view.Msisdn}", view) : TypedResults.Ok(view);
        }
        catch (ArgumentException wrong)
        {
            return Problems.BadRequest("wrong_account", wrong.Message);
        }
    }

    private static IResult Order(OcsFaultOrder order, OcsServer ocs)
    {
        try
        {
            ocs.Faults.Order(order);
            return TypedResults.Json(new { faults = ocs.Faults.All }, statusCode: StatusCodes.Status202Accepted);
        }
        catch (ArgumentException wrong)
        {
            return Problems.BadRequest("wrong_fault", wrong.Message);
        }
    }
}
