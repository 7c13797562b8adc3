using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Npgsql;

namespace CarrierPay.Admin.Pages;

/// <summary>What went wrong, in words; nothing of the inside is shown.</summary>
[ResponseCache(NoStore = true)]
[IgnoreAntiforgeryToken]
public sealed class ErrorModel : PageModel
{
    public string Headline { get; private set; } = "";

    public string Explanation { get; private set; } = "";

    public void OnGet(int? code) => Explain(code);

    public void OnPost(int? code) => Explain(code);

    /// <summary>No connection, or the server refuses one: shutting down, starting, full, closed for this database.</summary>
    private static bool IsAway(Exception error) => error is not PostgresException { IsTransient: false, SqlState: not (PostgresErrorCodes.ObjectNotInPrerequisiteState or PostgresErrorCodes.AdminShutdown) };

    private void Explain(int? code)
    {
        if (HttpContext.Features.Get<IExceptionHandlerFeature>() is { Error: NpgsqlException or TimeoutException } failed && IsAway(failed.Error))
        {
            Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            (Headline, Explanation) = ("The database does not answer", "What you sent may not have been done. Look again in a minute.");
            return;
        }
        (Headline, Explanation) = code switch
        {
            StatusCodes.Status404NotFound => ("There is nothing here", "The address is wrong, or what it named is gone."),
            StatusCodes.Status403Forbidden => ("Your role does not allow this", "Ask somebody whose role does, or sign in as another user."),
            StatusCodes.Status429TooManyRequests => ("Too many at once", "Wait a moment and try again."),
            StatusCodes.Status400BadRequest => ("The request could not be read", "Go back, look at the page again and send it once more."),
            _ => ("Something went wrong", "It was noted. What you sent may not have been done: look before you send it again."),
        };
    }
}
