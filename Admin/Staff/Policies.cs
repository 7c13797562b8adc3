using CarrierPay.Engine.Staff;
using Microsoft.AspNetCore.Authorization;

namespace CarrierPay.Admin.Staff;

/// <summary>What each role may do; one place says it for pages, buttons and the job dashboard.</summary>
public static class Policies
{
    /// <summary>See settlements, payments and the audit log, numbers masked.</summary>
    public const string Look = "look";

    /// <summary>Close the period, ask for a calculation, propose how a payment in doubt ended: whoever does is the maker.</summary>
    public const string Make = "make";

    /// <summary>Approve or reject what somebody else made.</summary>
    public const string Decide = "decide";

    /// <summary>Have a request about money that waits for people go out once more.</summary>
    public const string AskAgain = "ask again";

    /// <summary>Jobs and notices.</summary>
    public const string Operate = "operate";

    /// <summary>See a whole phone number; each look is noted in the audit log.</summary>
    public const string SeeNumbers = "see numbers";

    public static void Add(AuthorizationOptions options)
    {
        Allow(Look, StaffRole.Reviewer, StaffRole.Approver, StaffRole.Operations);
        Allow(Make, StaffRole.Reviewer, StaffRole.Approver);
        Allow(Decide, StaffRole.Approver);
        Allow(AskAgain, StaffRole.Reviewer, StaffRole.Approver, StaffRole.Operations);
        Allow(Operate, StaffRole.Operations);
        Allow(SeeNumbers, StaffRole.Approver, StaffRole.Operations);

        void Allow(string policy, params StaffRole[] roles) =>
            options.AddPolicy(policy, p => p.RequireAuthenticatedUser().RequireRole(roles.Select(StaffSessions.NameOf)));
    }
}
