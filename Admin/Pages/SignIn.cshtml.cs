using CarrierPay.Admin.Staff;
using CarrierPay.Admin.Web;
using CarrierPay.Engine.Staff;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.RateLimiting;

namespace CarrierPay.Admin.Pages;

/// <summary>Name and password; afterwards the page that was asked for.</summary>
[EnableRateLimiting(SignInLimit.Name)]
public sealed partial class SignInModel(SignInStaff signIn, Words words, Formats formats, AdminMetrics metrics, ILogger<SignInModel> logger) : PageModel
{
    [BindProperty(SupportsGet = true)]
    public string? ReturnUrl { get; set; }

    public string Name { get; private set; } = "";

    public Notice? Notice { get; private set; }

    public IActionResult OnGet(bool ended)
    {
        if (User.Member() is not null)
            return LocalRedirect(Target());
        if (ended)
            Notice = new(NoticeKind.Refused, words["Your session had ended. What you sent last was not done; sign in and look again."]);
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(string? name, string? password, CancellationToken cancellationToken)
    {
        Name = name ?? "";
        if (Name.Length > 64 || password is not { Length: > 0 and <= Passwords.Longest })
        {
            Notice = new(NoticeKind.Refused, words["The name or the password is wrong."]);
            return Page();
        }
        var answer = await signIn.HandleAsync(Name, password, cancellationToken);
        metrics.SignIn(answer.Outcome.ToString());
        if (answer.Member is { } member)
        {
            LogSignedIn(member.Name);
            await StaffSessions.BeginAsync(HttpContext, member);
            return LocalRedirect(member.MustChangePassword ? "/password" : Target());
        }
        LogRefused(answer.Outcome);
        Notice = new(NoticeKind.Refused, answer.LockedUntil is { } until
            ? words["This name is locked until {0} after too many wrong passwords.", formats.Time(until)]
            : words["The name or the password is wrong."]);
        return Page();
    }

    private string Target() => Url.IsLocalUrl(ReturnUrl) ? ReturnUrl : "/";

    [LoggerMessage(AdminEventIds.SignedIn, LogLevel.Information, "{StaffName} signed in.")]
    private partial void LogSignedIn(string staffName);

    // The name that was typed may be a password in the wrong field.
    [LoggerMessage(AdminEventIds.SignInRefused, LogLevel.Warning, "An attempt to sign in was refused: {Outcome}.")]
    private partial void LogRefused(SignInStaff.Outcome outcome);
}
