using System.Globalization;
using System.Security.Claims;
using CarrierPay.Engine.Staff;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.Extensions.Options;
using Npgsql;

namespace CarrierPay.Admin.Staff;

/// <summary>A session is a sealed cookie; each request asks the database whether it still holds.</summary>
internal sealed class StaffSessions(StaffQueries staff, TimeProvider time, IOptions<AdminOptions> options) : CookieAuthenticationEvents
{
    private const string VersionClaim = "session_version";
    private const string MustChangeClaim = "must_change_password";
    private const string BegunItem = "begun";

    public static string NameOf(StaffRole role) => role switch
    {
        StaffRole.Reviewer => "reviewer",
        StaffRole.Approver => "approver",
        StaffRole.Operations => "operations",
        _ => throw new ArgumentOutOfRangeException(nameof(role)),
    };

    /// <summary>Begins a session, or goes on with one after its member has changed.</summary>
    public static async Task BeginAsync(HttpContext context, StaffMember member)
    {
        var earlier = await context.AuthenticateAsync(CookieAuthenticationDefaults.AuthenticationScheme);
        string? begun = null;
        if (earlier.Succeeded && earlier.Principal.Member()?.Id == member.Id)
            earlier.Properties?.Items.TryGetValue(BegunItem, out begun);
        var now = context.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow();
        var properties = new AuthenticationProperties { Items = { [BegunItem] = begun ?? now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture) } };
        await context.SignInAsync(CookieAuthenticationDefaults.AuthenticationScheme, ToPrincipal(member), properties);
    }

    public static StaffMember? Read(ClaimsPrincipal? principal)
    {
        if (principal?.Identity is not ClaimsIdentity { IsAuthenticated: true } identity)
            return null;
        var role = Enum.GetValues<StaffRole>().First(r => NameOf(r) == Value(ClaimTypes.Role));
        return new(Number(ClaimTypes.NameIdentifier), Value(ClaimTypes.Name), role, Value(MustChangeClaim) == "true", Number(VersionClaim));

        string Value(string type) => identity.FindFirst(type)?.Value ?? throw new InvalidOperationException($"A session without {type}.");
        int Number(string type) => int.Parse(Value(type), CultureInfo.InvariantCulture);
    }

    public override async Task ValidatePrincipal(CookieValidatePrincipalContext context)
    {
        var begun = long.Parse(context.Properties.Items[BegunItem] ?? "0", CultureInfo.InvariantCulture);
        var isTooOld = time.GetUtcNow() - DateTimeOffset.FromUnixTimeSeconds(begun) > options.Value.SessionLongest;
        var member = Read(context.Principal);
        try
        {
            if (!isTooOld && member is not null && await staff.FindBySessionAsync(member.Id, member.SessionVersion, context.HttpContext.RequestAborted) is not null)
                return;
        }
        catch (NpgsqlException failure)
        {
            // Neither in nor out: the page that says so runs through here, too, and must not fail again.
            context.RejectPrincipal();
            context.HttpContext.Features.Set(new UnprovedSession(failure));
            return;
        }
        context.RejectPrincipal();
        await context.HttpContext.SignOutAsync(CookieAuthenticationDefaults.AuthenticationScheme);
    }

    public override Task RedirectToLogin(RedirectContext<CookieAuthenticationOptions> context)
    {
        // What was sent in a session that has ended was not done: the sign-in page says so.
        if (HttpMethods.IsPost(context.Request.Method))
            context.RedirectUri = $"/sign-in?ended=true&ReturnUrl={Uri.EscapeDataString(context.Request.Path)}";
        return base.RedirectToLogin(context);
    }

    private static ClaimsPrincipal ToPrincipal(StaffMember member) => new(new ClaimsIdentity(
        [
            new(ClaimTypes.NameIdentifier, member.Id.ToString(CultureInfo.InvariantCulture)),
            new(ClaimTypes.Name, member.Name),
            new(ClaimTypes.Role, NameOf(member.Role)),
            new(VersionClaim, member.SessionVersion.ToString(CultureInfo.InvariantCulture)),
            new(MustChangeClaim, member.MustChangePassword ? "true" : "false"),
        ],
        CookieAuthenticationDefaults.AuthenticationScheme));
}

/// <summary>The database could not be asked whether the session still holds.</summary>
internal sealed record UnprovedSession(NpgsqlException Failure);

internal static class StaffPrincipal
{
    /// <summary>Who is signed in; null if nobody is.</summary>
    public static StaffMember? Member(this ClaimsPrincipal principal) => StaffSessions.Read(principal);

    /// <summary>Who is signed in, on a page that lets nobody else in.</summary>
    public static StaffMember SignedIn(this ClaimsPrincipal principal) => StaffSessions.Read(principal) ?? throw new InvalidOperationException("Nobody is signed in.");
}
