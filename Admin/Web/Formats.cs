using System.Globalization;
using CarrierPay.Engine.Messaging.Texts;
using CarrierPay.Engine.Primitives;
using CarrierPay.Engine.Storage;

namespace CarrierPay.Admin.Web;

/// <summary>Writes amounts with their currency and times with their zone. No culture of the machine has a say in it.</summary>
public sealed class Formats(Installation installation)
{
    private const int Group = 3;

    public Currency Currency => installation.Currency;

    public TimeZoneInfo Zone => installation.TimeZone;

    /// <summary><c>EUR 66,772.45</c>.</summary>
    public static string Amount(long minorUnits, Currency currency)
    {
        var number = TextFormat.Number(minorUnits, currency.Exponent);
        var whole = number.AsSpan(minorUnits < 0 ? 1 : 0);
        var point = whole.IndexOf('.');
        var text = whole.ToString();
        for (var i = (point < 0 ? text.Length : point) - Group; i > 0; i -= Group)
            text = text.Insert(i, ",");
        return $"{currency.Code} {(minorUnits < 0 ? "−" : "")}{text}";
    }

    /// <summary><c>12,345</c>.</summary>
    public static string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>Basis points as <c>70%</c> or <c>12.5%</c>.</summary>
    public static string Percent(int basisPoints) => (basisPoints / 100m).ToString("0.##", CultureInfo.InvariantCulture) + "%";

    /// <summary><c>2026-11-23 17:31 +03:00</c> in the installation's zone; <c>UTC</c> in place of a zero offset.</summary>
    public string Time(DateTimeOffset time)
    {
        var local = TimeZoneInfo.ConvertTime(time, installation.TimeZone);
        return local.ToString("yyyy-MM-dd HH:mm ", CultureInfo.InvariantCulture) + Offset(local);
    }

    /// <summary>To the second, for timelines.</summary>
    public string TimeWithSeconds(DateTimeOffset time)
    {
        var local = TimeZoneInfo.ConvertTime(time, installation.TimeZone);
        return local.ToString("yyyy-MM-dd HH:mm:ss ", CultureInfo.InvariantCulture) + Offset(local);
    }

    private static string Offset(DateTimeOffset local) => local.Offset == TimeSpan.Zero ? "UTC" : local.ToString("zzz", CultureInfo.InvariantCulture);
}
