using CarrierPay.Engine.Staff;

namespace CarrierPay.Admin.Staff;

/// <summary>The English words for roles; pages translate them.</summary>
internal static class StaffWords
{
    public static string Role(StaffRole role) => role switch
    {
        StaffRole.Reviewer => "Reviewer",
        StaffRole.Approver => "Approver",
        StaffRole.Operations => "Operations",
        _ => throw new ArgumentOutOfRangeException(nameof(role)),
    };
}
