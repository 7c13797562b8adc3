using CarrierPay.Simulator.Web;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CarrierPay.Simulator.Bank;

/// <summary>An account as it is ordered; what is left out stays, or is EUR and nothing. <paramref name="Balance"/> in minor units.</summary>
public sealed record BankAccountOrder(string? Currency = null, long? Balance = null);

/// <summary>The bank's accounts and ledger, and what it is to do wrong.</summary>
internal static class BankEndpoints
{
    private const int MostEntries = 1000;

    public static void MapBank(this IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup("/api/bank");
        api.MapGet("", (BankHost bank) => bank.State);
        api.MapGet("accounts", (BankHost bank) => new { accounts = bank.Books.Accounts });
        api.MapPut("accounts/{number}", Put);
        api.MapDelete("accounts/{number}", Results<NoContent, ProblemHttpResult> (string number, BankHost bank) =>
            bank.Books.Remove(number) ? TypedResults.NoContent() : Problems.NotFound("unknown_account", $"There is no account \"{number}\" here."));
        api.MapGet("ledger", (BankHost bank, int after = 0) => new { entries = bank.Books.LedgerAfter(after).Take(MostEntries) });
        api.MapGet("faults", (BankHost bank) => new { faults = bank.Faults.All });
        api.MapPost("faults", Order);
        api.MapDelete("faults", (BankHost bank) =>
        {
            bank.Faults.Clear();
            return TypedResults.NoContent();
        });
        api.MapPost("release", async (BankHost bank) => new { released = await bank.ReleaseAsync() });
        api.MapPost("cut", (BankHost bank) => new { cut = bank.Cut() });
    }

    private static Results<Ok<BankAccountView>, Created<BankAccountView>, ProblemHttpResult> Put(string number, BankAccountOrder order, BankHost bank)
    {
        try
        {
            var isNew = bank.Books.Put(number, order.Currency, order.Balance);
            var view = bank.Books.Accounts.First(account => account.Number == number);
            return isNew ? TypedResults.Created($"/api/bank/accounts/{number}", view) : TypedResults.Ok(view);
        }
        catch (ArgumentException wrong)
        {
            return Problems.BadRequest("wrong_account", wrong.Message);
        }
    }

    private static IResult Order(BankFaultOrder order, BankHost bank)
    {
        try
        {
            bank.Faults.Order(order);
            return TypedResults.Json(new { faults = bank.Faults.All }, statusCode: StatusCodes.Status202Accepted);
        }
        catch (ArgumentException wrong)
        {
            return Problems.BadRequest("wrong_fault", wrong.Message);
        }
    }
}
