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

    // The serializer's own messages name our types, which say nothing to a caller: only the name in quotes is kept.
    private static string Readable(JsonException json) =>
        json.Message.Contains("could not be mapped to any .NET member", StringComparison.Ordinal) ? $"unknown field \"{Quoted(json.Message)}\"."
        : json.Message.Contains("missing required properties", StringComparison.Ordinal) ? $"\"{Quoted(json.Message)}\" is missing."
        : json.Path is { Length: > 1 } path ? $"wrong value at {path}."
        : "it is not valid JSON.";

    private static string Quoted(string message) => message.LastIndexOf("including: '", StringComparison.Ordinal) is var list and >= 0
        ? message[list..].Split('\'')[1]
        : message.Split('\'')[1];
}
