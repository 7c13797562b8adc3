using System.Text.Json;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CarrierPay.Simulator.Web;

/// <summary>Bad input, answered as RFC 9457 problems: <c>code</c> is stable, <c>detail</c> is for people.</summary>
internal static class Problems
{
    public static ProblemHttpResult BadRequest(string code, string detail) => Make(StatusCodes.Status400BadRequest, code, detail);

    public static ProblemHttpResult NotFound(string code, string detail) => Make(StatusCodes.Status404NotFound, code, detail);

    public static ProblemHttpResult UnknownPhone(string msisdn) =>
        NotFound("unknown_phone", $"There is no phone \"{msisdn}\" here. PUT /api/phones/{{msisdn}} adds one.");

    public static ProblemHttpResult Make(int status, string code, string detail) =>
        TypedResults.Problem(detail, statusCode: status, extensions: new Dictionary<string, object?> { ["code"] = code });

    /// <summary>What went wrong before a handler ran: a body that is not JSON, too large, of the wrong shape.</summary>
    public static async Task WriteAsync(HttpContext context)
    {
        var failure = context.Features.Get<IExceptionHandlerFeature>()?.Error;
        var problem = failure is BadHttpRequestException bad
            ? Make(bad.StatusCode, "bad_request", bad.InnerException is JsonException json ? "The body is not what is expected here: " + Readable(json) : bad.Message)
            : Make(StatusCodes.Status500InternalServerError, "internal_error", "The simulator failed; its log says more.");
        await problem.ExecuteAsync(context);
    }

    // The names of our types say nothing to a caller.
    private static string Readable(JsonException json) =>
        json.Message.Split(" | LineNumber")[0].Replace(", which is unambiguous", "", StringComparison.Ordinal) is var message
            && message.Contains("could not be mapped to any .NET member", StringComparison.Ordinal)
            ? $"unknown field \"{message.Split('\'')[1]}\"."
            : json.Path is { } path ? $"wrong value at {path}." : "it is not valid JSON.";
}
