using System.Globalization;

namespace CarrierPay.Engine.Messaging.Texts;

/// <summary>Writes amounts, times and lists as they stand in texts. No culture of the machine has a say in it.</summary>
public static class TextFormat
{
    /// <summary><c>EUR 12.50</c>; in Chinese <c>12.50元</c> for CNY.</summary>
    /// <param name="minorUnits">Below zero is written with a minus.</param>
    /// <param name="exponent">Decimals of the currency, 0 to 4.</param>
    /// <param name="currency">ISO 4217.</param>
    /// <param name="language">Of the text it is for.</param>
    public static string Amount(long minorUnits, int exponent, string currency, Language language)
    {
        var number = Number(minorUnits, exponent);
        return language == Language.SimplifiedChinese && currency == "CNY" ? number + "元" : $"{currency} {number}";
    }

    /// <summary><c>12.50</c>: a point, no grouping, always as many decimals as the currency has.</summary>
    public static string Number(long minorUnits, int exponent)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(exponent);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(exponent, 4);
        var magnitude = minorUnits < 0 ? (ulong)-(minorUnits + 1) + 1 : (ulong)minorUnits;
        var digits = magnitude.ToString(CultureInfo.InvariantCulture).PadLeft(exponent + 1, '0');
        var sign = minorUnits < 0 ? "-" : "";
        return exponent == 0 ? sign + digits : string.Concat(sign, digits.AsSpan(0, digits.Length - exponent), ".", digits.AsSpan(digits.Length - exponent));
    }

    /// <summary>How an amount in this currency is written: <c>12</c>, <c>12.50</c>, <c>12.500</c>.</summary>
    public static string AmountExample(int exponent) => exponent switch
    {
        0 => "12",
        1 => "12.5",
        2 => "12.50",
        _ => "12.500",
    };

    /// <summary>A currency where it stands alone: <c>EUR</c>; in Chinese <c>人民币</c> for CNY.</summary>
    public static string Currency(string currency, Language language) =>
        language == Language.SimplifiedChinese && currency == "CNY" ? "人民币" : currency;

    /// <summary><c>14:35</c>. The time must be in the installation's zone already.</summary>
    public static string Time(DateTimeOffset time) => time.ToString("HH':'mm", CultureInfo.InvariantCulture);

    /// <summary><c>23/11 14:31</c>; in Chinese <c>11-23 14:31</c>. The time must be in the installation's zone already.</summary>
    public static string DateAndTime(DateTimeOffset time, Language language) => $"{Date(time, language)} {Time(time)}";

    /// <summary><c>23/11</c>; in Chinese <c>11-23</c>. The time must be in the installation's zone already.</summary>
    public static string Date(DateTimeOffset time, Language language) =>
        time.ToString(language == Language.SimplifiedChinese ? "MM'-'dd" : "dd'/'MM", CultureInfo.InvariantCulture);

    /// <summary>Names in a row, for <see cref="TextTemplate.ItemUnknown"/>: <c>LATTE, MOCHA</c>, <c>拿铁、摩卡</c>.</summary>
    public static string List(IEnumerable<string> names, Language language) =>
        string.Join(language == Language.SimplifiedChinese ? "、" : ", ", names);

    /// <summary>A line for <see cref="TextTemplate.History"/>: <c>23/11 12.50 EA Games</c>. Lines are joined by line feeds, newest first.</summary>
    /// <param name="time">In the installation's zone already.</param>
    /// <param name="minorUnits">Below zero for money that came back.</param>
    /// <param name="exponent">Decimals of the currency. It is not named: a subscriber has one.</param>
    /// <param name="payee">Shortened when the text is made.</param>
    /// <param name="language">Of the text it is for.</param>
    public static string HistoryLine(DateTimeOffset time, long minorUnits, int exponent, string payee, Language language)
    {
        var name = PlainNames.OneLine(payee);
        return $"{Date(time, language)} {Number(minorUnits, exponent)}{Shortening.NameMark}{name}";
    }

    /// <summary>A line for <see cref="TextTemplate.Pending"/>: <c>1 EUR 12.50 EA Games</c>. Lines are joined by line feeds.</summary>
    /// <param name="choice">What is typed for it.</param>
    /// <param name="amount">By <see cref="Amount"/>.</param>
    /// <param name="payee">Shortened when the text is made.</param>
    public static string ChoiceLine(int choice, string amount, string payee) =>
        string.Create(CultureInfo.InvariantCulture, $"{choice} {amount}{Shortening.NameMark}{PlainNames.OneLine(payee)}");
}
