using CarrierPay.Admin.Staff;
using Hangfire;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Options;
using Npgsql;

namespace CarrierPay.Admin.Web;

/// <summary>What each request goes through, in order.</summary>
internal static class Pipeline
{
    // Admin sends no script at all: nothing of it needs one, so none may run.
    private const string PagePolicy = "default-src 'none'; style-src 'self'; img-src 'self' data:; font-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

    // Hangfire's own pages bring scripts and inline styles of their own.
    private const string HangfirePolicy = "default-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; frame-ancestors 'none'; base-uri 'none'";

    private static readonly PathString[] OpenToAll = ["/password", "/sign-out", "/language", "/error"];
    private static readonly PathString[] ForMachines = ["/health", "/metrics"];

    public static void Use(WebApplication app)
    {
        app.Environment.WebRootFileProvider = new EmbeddedFileProvider(typeof(Pipeline).Assembly, "wwwroot");
        if (app.Services.GetRequiredService<IOptions<AdminOptions>>().Value.BehindTls)
            app.Use(SpeakHttpsAsync);
        app.Use(AddHeadersAsync);
        app.UseExceptionHandler("/error");
        app.UseStatusCodePagesWithReExecute("/error/{0}");
        app.UseStaticFiles(new StaticFileOptions { OnPrepareResponse = file => file.Context.Response.Headers.CacheControl = "public, max-age=31536000, immutable" });
        app.UseRouting();
        app.UseRateLimiter();
        app.UseAuthentication();
        app.Use(RefuseUnprovedAsync);
        app.Use(RequireOwnPasswordAsync);
        app.UseAuthorization();
        app.MapGet("/health/live", () => TypedResults.Text("live"));
        app.MapGet("/health/ready", ReadyAsync);
        app.MapPrometheusScrapingEndpoint();
        app.MapRazorPages();
        app.MapHangfireDashboardWithAuthorizationPolicy(Policies.Operate, "/hangfire", new DashboardOptions { DisplayStorageConnectionString = false, DashboardTitle = "CarrierPay jobs", AppPath = "/" });
    }

    private static Task SpeakHttpsAsync(HttpContext context, RequestDelegate next)
    {
        context.Request.Scheme = Uri.UriSchemeHttps;
        return next(context);
    }

    private static Task AddHeadersAsync(HttpContext context, RequestDelegate next)
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = context.Request.Path.StartsWithSegments("/hangfire", StringComparison.OrdinalIgnoreCase) ? HangfirePolicy : PagePolicy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "same-origin";
        headers.CacheControl = "no-store";
        return next(context);
    }

    private static Task RefuseUnprovedAsync(HttpContext context, RequestDelegate next) =>
        context.Features.Get<UnprovedSession>() is { } session && context.Features.Get<IExceptionHandlerFeature>() is null && !IsAt(context, ForMachines)
            ? Task.FromException(session.Failure)
            : next(context);

    /// <summary>Whoever still has a password that somebody else knows gets no further than the page that changes it.</summary>
    private static Task RequireOwnPasswordAsync(HttpContext context, RequestDelegate next)
    {
        if (context.User.Member() is { MustChangePassword: true } && !IsAt(context, OpenToAll) && !IsAt(context, ForMachines))
        {
            context.Response.Redirect("/password");
            return Task.CompletedTask;
        }
        return next(context);
    }

    private static bool IsAt(HttpContext context, PathString[] paths) => paths.Any(path => context.Request.Path.StartsWithSegments(path, StringComparison.OrdinalIgnoreCase));

    private static async Task<IResult> ReadyAsync(NpgsqlDataSource admin, CancellationToken cancellationToken)
    {
        try
        {
            await using var command = admin.CreateCommand("select 1");
            command.CommandTimeout = 3;
            await command.ExecuteScalarAsync(cancellationToken);
            return TypedResults.Text("ready");
        }
        catch (NpgsqlException)
        {
            return TypedResults.Text("the database does not answer", statusCode: StatusCodes.Status503ServiceUnavailable);
        }
    }
}
