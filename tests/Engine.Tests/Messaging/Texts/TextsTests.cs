using CarrierPay.Engine.Messaging.Texts;
using AllTexts = CarrierPay.Engine.Messaging.Texts.Texts;

namespace CarrierPay.Engine.Tests.Messaging.Texts;

[TestFixture]
public sealed class TextsTests
{
    private static readonly AllTexts Built = AllTexts.LoadEmbedded();

    [Test]
    public void A_payment_without_an_item_has_no_brackets()
    {
        Assert.That(Prompt(Language.English, "EUR 12.50", "EA Games", ""), Does.Contain("to EA Games from"));
        Assert.That(Prompt(Language.SimplifiedChinese, "12.50元", "EA游戏", ""), Does.Contain("向EA游戏支付12.50元"));
    }

    [Test]
    public void A_receipt_says_only_what_is_known()
    {
        var receipt = Built.Render(TextTemplate.Receipt, Language.English, "K7Q2M9", "EUR 12.50", "EA Games", "wallet", "23/11 14:31", "EUR 87.50", "");

        Assert.That(receipt, Is.EqualTo("CarrierPay: Ref K7Q2M9 PAID EUR 12.50 to EA Games from wallet 23/11 14:31. Balance EUR 87.50."));
    }

    [TestCase("EUR 12.50", "Coffee Company of the Northern Islands Ltd", "Double Espresso Macchiato With Oat Milk",
        "CarrierPay: pay EUR 12.50 to Coffee Company of the N.. (Double Espresso Macchia..) from phone bill? Reply Y 4821 to pay, N to cancel. Valid to 14:35. Ref K7Q2M9")]
    [TestCase("EUR 12.50", "Coffee Company of the Northern Islands Ltd", "LATTE",
        "CarrierPay: pay EUR 12.50 to Coffee Company of the Northern Islands Ltd (LATTE) from phone bill? Reply Y 4821 to pay, N to cancel. Valid to 14:35. Ref K7Q2M9")]
    [TestCase("EUR 12.50", "星光咖啡", "",
        "Pay EUR 12.50 to 星光咖啡, phone bill? Y 4821 or N by 14:35. Ref K7Q2M9")]
    [TestCase("EUR 12.50", "北京星光咖啡有限公司", "拿铁",
        "Pay EUR 12.50 to 北京星光咖.., phone bill? Y 4821 or N by 14:35. Ref K7Q2M9")]
    [TestCase("EUR 999999999.999", "北京星光咖啡有限公司", "拿铁",
        "Pay EUR 999999999.999 to 北京星光咖啡有限公司? Y 4821 or N by 14:35. Ref K7Q2M9")]
    public void Names_give_way_until_an_english_prompt_fits(string amount, string payee, string item, string text) =>
        Assert.That(Prompt(Language.English, amount, payee, item), Is.EqualTo(text));

    [TestCase("12.50元", "北京星光咖啡有限公司朝阳门外大街第一分店", "拿铁咖啡大杯少糖少冰",
        "【话付】向北京星光咖啡有..（拿铁咖啡大杯..）支付12.50元（话费账单）？回复Y4821确认，N取消，14:35前有效。单号K7Q2M9")]
    [TestCase("EUR 999999999.999", "北京星光咖啡有限公司", "拿铁",
        "【话付】向北京星光咖啡..支付EUR 999999999.999（话费账单）？回复Y4821确认，N取消，14:35前有效。单号K7Q2M9")]
    public void Names_give_way_until_a_chinese_prompt_fits(string amount, string payee, string item, string text) =>
        Assert.That(Prompt(Language.SimplifiedChinese, amount, payee, item), Is.EqualTo(text));

    [TestCase("São Paulo Café", "Sao Paulo Café", Description = "é is of the GSM alphabet, ã is not")]
    [TestCase("Joe’s “Diner”", "Joe's \"Diner\"")]
    [TestCase("Łódź–Żory", "Lodz-Zory")]
    public void European_names_are_written_in_the_gsm_alphabet(string payee, string written)
    {
        var text = Built.Render(TextTemplate.Cancelled, Language.English, "K7Q2M9", "EUR 12.50", payee);

        Assert.That(text, Is.EqualTo($"CarrierPay: Ref K7Q2M9 CANCELLED EUR 12.50 to {written}. Nothing was charged."));
    }

    [TestCase("Shop\nRef AAAAAA", "Shop Ref AAAAAA")]
    [TestCase("Shop\r\n", "Shop")]
    [TestCase(" The    Shop ", "The Shop")]
    [TestCase("\u202EShop", "Shop")]
    public void A_name_cannot_break_the_line_or_turn_it_around(string payee, string written) =>
        Assert.That(
            Built.Render(TextTemplate.Cancelled, Language.English, "K7Q2M9", "EUR 12.50", payee),
            Is.EqualTo($"CarrierPay: Ref K7Q2M9 CANCELLED EUR 12.50 to {written}. Nothing was charged."));

    [Test]
    public void A_long_list_of_items_ends_with_a_whole_one()
    {
        var items = TextFormat.List(Enumerable.Range(1, 30).Select(number => $"COFFEE{number}"), Language.English);

        Assert.That(
            Built.Render(TextTemplate.ItemUnknown, Language.English, "TEA", "Coffee Co", items),
            Is.EqualTo("CarrierPay: DECLINED. Coffee Co has no item TEA. Choose: COFFEE1, COFFEE2, COFFEE3, COFFEE4, COFFEE5, COFFEE6, COFFEE7, COFFEE8, COFFEE9, COFFEE10, COFFEE11.."));
    }

    [TestCase(Language.English, "EA Games", 5)]
    [TestCase(Language.English, "星光咖啡", 5)]
    [TestCase(Language.SimplifiedChinese, "星光咖啡", 5)]
    [TestCase(Language.SimplifiedChinese, "EA Games", 5)]
    public void Five_everyday_payments_fit_one_history(Language language, string payee, int lines)
    {
        var text = Built.Render(TextTemplate.History, language, History(language, payee, 1250, 5));

        Assert.That(text.Split('\n').Count(line => line.Contains("12.50")), Is.EqualTo(lines));
        Assert.That(GsmAlphabet.FitsOnePart(text), Is.True);
    }

    [Test]
    public void The_oldest_lines_are_left_out_when_amounts_are_long()
    {
        var text = Built.Render(TextTemplate.History, Language.SimplifiedChinese, History(Language.SimplifiedChinese, "星光咖啡", 99_999_999_999, 5));

        Assert.That(text, Is.EqualTo("11-23 999999999.99星光咖啡\n11-22 999999999.99星光咖啡\n11-21 999999999.99星光咖啡"));
    }

    [Test]
    public void Stored_parameters_render_the_same_from_a_span_and_from_a_list()
    {
        string[] stored = ["K7Q2M9", "EUR 12.50", "EA Games"];
        var text = Built.Render(TextTemplate.Expired, Language.English, stored);

        Assert.That(Built.Render(TextTemplate.Expired, Language.English, (IReadOnlyList<string>)stored), Is.EqualTo(text));
        Assert.That(Built.Render(TextTemplate.Expired, Language.English, stored.ToList()), Is.EqualTo(text));
        Assert.That(Built.Render(TextTemplate.Expired, Language.English, stored.AsSpan()), Is.EqualTo(text));
        Assert.That(stored, Is.EqualTo(new[] { "K7Q2M9", "EUR 12.50", "EA Games" }), "Rendering changes nothing that it is given.");
    }

    [Test]
    public void A_wrong_number_of_parameters_is_refused() =>
        Assert.That(() => Built.Render(TextTemplate.Expired, Language.English, "K7Q2M9"), Throws.ArgumentException.With.Message.Contains("Expired has 3 parameters, 1 were given"));

    [Test]
    public void A_number_that_is_no_template_or_language_is_refused()
    {
        Assert.That(() => Built.Render((TextTemplate)9, Language.English), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => Built.Render((TextTemplate)(-1), Language.English), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => Built.Render((TextTemplate)999, Language.English), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => Built.Render(TextTemplate.Help, 0), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => Built.Render(TextTemplate.Help, (Language)3), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    private static string Prompt(Language language, string amount, string payee, string item) =>
        Built.Render(TextTemplate.Prompt, language, amount, payee, item, Built.Word(TextWord.PhoneBill, language), "4821", "14:35", "K7Q2M9");

    private static string History(Language language, string payee, long minorUnits, int count) =>
        string.Join('\n', Enumerable.Range(0, count).Select(day => TextFormat.HistoryLine(Sample.Now.AddDays(-day), minorUnits, 2, payee, language)));
}
