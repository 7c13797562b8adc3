namespace CarrierPay.Admin;

/// <summary>Event ids of Admin's log lines: 7200 to 7299.</summary>
public static class AdminEventIds
{
    public const int SignedIn = 7200;
    public const int SignInRefused = 7201;
    public const int PasswordChanged = 7202;
    public const int FormRefused = 7203;
}
