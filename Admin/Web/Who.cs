using CarrierPay.Engine.Storage;

namespace CarrierPay.Admin.Web;

/// <summary>Who did something, as people read it.</summary>
internal static class Who
{
    public static string Name(string who, Words words) => who == AuditTrail.Schedule ? words["the timetable"] : who;
}
