using CarrierPay.Admin.Staff;
using CarrierPay.Admin.Web;
using CarrierPay.Engine.Staff;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.RateLimiting;

namespace CarrierPay.Admin.Pages;

/// <summary>A new password for oneself. The session goes on; all others of the same person end.</summary>
[EnableRateLimiting(SignInLimit.Name)]
public sealed partial class PasswordModel(ChangePassword change, Words words, ILogger<PasswordModel> logger) : PageModel
{
    public Notice? Notice { get; private set; }

    public void OnGet()
    {
    }

    public async Task<IActionResult> OnPostAsync(string? current, string? fresh, string? again, CancellationToken cancellationToken)
    {
        if (fresh != again)
        {
            Notice = new(NoticeKind.Refused, words["The two new passwords differ."]);
            return Page();
        }
        var (outcome, member) = await change.HandleAsync(User.SignedIn(), current ?? "", fresh ?? "", cancellationToken);
        if (outcome == ChangePassword.Outcome.Changed)
        {
            LogChanged(member.Name);
            await StaffSessions.BeginAsync(HttpContext, member);
            this.Say(NoticeKind.Done, words["Your password is changed."]);
            return LocalRedirect("/");
        }
        Notice = new(NoticeKind.Refused, outcome switch
        {
            ChangePassword.Outcome.TooShort => words["A password has at least {0} characters.", Passwords.Shortest],
            ChangePassword.Outcome.TooLong => words["A password has at most {0} characters.", Passwords.Longest],
            ChangePassword.Outcome.HoldsName => words["The password must not hold your name."],
            ChangePassword.Outcome.SameAsBefore => words["The new password is the present one."],
            ChangePassword.Outcome.Locked => words["Too many wrong passwords. Wait {0} minutes.", (int)SignInStaff.LockedFor.TotalMinutes],
            _ => words["The present password is wrong."],
        });
        return Page();
    }

    [LoggerMessage(AdminEventIds.PasswordChanged, LogLevel.Information, "{StaffName} changed the password; other sessions have ended.")]
    private partial void LogChanged(string staffName);
}
