namespace CarrierPay.Engine.Staff;

/// <summary>What a member of the operator's staff may do. Numbers stand in the database and never change.</summary>
public enum StaffRole : short
{
    /// <summary>Looks at settlements and payments, closes periods, asks for a calculation.</summary>
    Reviewer = 1,

    /// <summary>All that a reviewer does, and decides on settlements that others made.</summary>
    Approver = 2,

    /// <summary>Keeps the system running: jobs, notices; decides about no money.</summary>
    Operations = 3,
}

/// <summary>Somebody who may sign in to Admin.</summary>
/// <param name="Name">Lower case, unique, never given to another person: the audit log names people by it.</param>
/// <param name="SessionVersion">A session that was begun under an older one has ended.</param>
public sealed record StaffMember(int Id, string Name, StaffRole Role, bool MustChangePassword, int SessionVersion)
{
    public const int LongestName = 32;

    /// <summary>What the audit log calls a member of the staff.</summary>
    internal const string ObjectKind = "admin_user";

    /// <summary>The form in which a name is stored and looked up.</summary>
    public static string Normalize(string name) => name.Trim().ToLowerInvariant();

    /// <summary>2 to 32 of a-z, 0-9, dot, dash and underscore, beginning with a letter.</summary>
    public static bool IsName(string name) =>
        name.Length is >= 2 and <= LongestName && char.IsAsciiLetterLower(name[0]) && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '.' or '-' or '_');
}
