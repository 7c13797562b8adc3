using CarrierPay.Engine.Messaging.Texts;
using AllTexts = CarrierPay.Engine.Messaging.Texts.Texts;

namespace CarrierPay.Engine.Tests.Messaging.Texts;

/// <summary>Parameters as an everyday payment has them.</summary>
internal static class Sample
{
    public static readonly DateTimeOffset Now = new(2026, 11, 23, 14, 31, 0, TimeSpan.Zero);

    public static string[] Of(AllTexts texts, TextTemplate template, Language language) =>
        [.. TextParameters.Of(template).Select(parameter => Of(texts, template, parameter.Name, language))];

    private static string Of(AllTexts texts, TextTemplate template, string parameter, Language language)
    {
        var english = language == Language.English;
        return parameter switch
        {
            "amount" => Amount(1250, language),
            "balance" => Amount(8750, language),
            "month" => Amount(10050, language),
            "limit" => Amount(30000, language),
            "bill" => Amount(6250, language),
            "billlimit" => Amount(20000, language),
            "payee" => english ? "EA Games" : "EA游戏",
            "item" => "FIFA24",
            "source" => texts.Word(TextWord.PhoneBill, language),
            "code" => "4821",
            "tail" => "4821",
            "until" => "14:35",
            "ref" => "K7Q2M9",
            "earlier" => "H3N8P4",
            "state" => texts.Word(TextWord.Paid, language),
            "when" => TextFormat.DateAndTime(Now, language),
            "tries" => "2",
            "keyword" => "COFFE",
            "items" => TextFormat.List(english ? ["LATTE", "MOCHA"] : ["拿铁", "摩卡"], language),
            "example" => TextFormat.AmountExample(2),
            "currency" => TextFormat.Currency(english ? "EUR" : "CNY", language),
            "pending" => Amount(1250, language),
            "count" => "",
            "more" => "",
            "lines" when template == TextTemplate.Pending =>
                string.Join('\n', Enumerable.Range(1, 2).Select(choice => TextFormat.ChoiceLine(choice, Amount(1249 + choice, language), english ? "EA Games" : "星光咖啡"))),
            "lines" => string.Join('\n', Enumerable.Range(0, 3).Select(day => TextFormat.HistoryLine(Now.AddDays(-day), 1250 + day, 2, english ? "EA Games" : "星光咖啡", language))),
            _ => throw new ArgumentOutOfRangeException(nameof(parameter), parameter, "No sample."),
        };
    }

    private static string Amount(long minorUnits, Language language) =>
        TextFormat.Amount(minorUnits, 2, language == Language.English ? "EUR" : "CNY", language);
}
