using CarrierPay.Engine.Conversations.Grammar;

namespace CarrierPay.Engine.Tests.Conversations.Grammar;

[TestFixture]
public sealed class SecretMaskTests
{
    //        typed                          stored
    [TestCase("Y 4821", "Y ****")]
    [TestCase("Y4821", "Y****")]
    [TestCase("是４８２１", "是****")]
    [TestCase("482193", "******")]
    [TestCase("Y 48219345", "Y ********")]
    [TestCase("N 4821", "N ****")]
    [TestCase("YECX_1234", "YECX_****")]
    [TestCase("PIN 1234 5678 5678", "PIN **** **** ****")]
    [TestCase("48\u200B21", "**\u200B**")]
    [TestCase("4821\u200B345678901", "****\u200B345678901")]
    [TestCase("my pin is ٤٨٢١", "my pin is ****")]
    [TestCase("\U0001D7D2\U0001D7D6\U0001D7D0\U0001D7CF", "********", Description = "Digits outside the basic plane are two units each")]
    [TestCase("PAY COFFEE 1250", "PAY COFFEE 1250")]
    [TestCase("  PAY COFFEE 1250.50", "  PAY COFFEE 1250.50")]
    [TestCase("PAY SHOP1234 ITEM5678 1250 B", "PAY SHOP1234 ITEM5678 1250 B")]
    [TestCase("支付咖啡 拿铁1250元", "支付咖啡 拿铁1250元")]
    [TestCase("PAY COFFEE 12.50 1234", "PAY COFFEE 12.50 ****")]
    [TestCase("PAY COFFEE -1250", "PAY COFFEE -****")]
    [TestCase("call me on 08031234567", "call me on 08031234567")]
    [TestCase("PAY COFFEE", "PAY COFFEE")]
    [TestCase("", "")]
    public void Codes_and_pins_are_not_stored(string typed, string stored) =>
        Assert.That(SecretMask.Mask(typed, SmsGrammar.Parse(typed)), Is.EqualTo(stored));

    [Test]
    public void A_number_that_proved_to_be_no_merchant_is_masked_as_unknown() =>
        Assert.That(SecretMask.Mask("PAY 4821", UnknownCommand.Instance), Is.EqualTo("PAY ****"));

    [Test]
    public void What_postgresql_refuses_is_replaced() =>
        Assert.That(SecretMask.Mask("a\0b\uD800c\uDC00 \U0001F600", UnknownCommand.Instance), Is.EqualTo("a\uFFFDb\uFFFDc\uFFFD \U0001F600"));

    [Test]
    public void A_command_of_another_text_keeps_nothing() =>
        Assert.That(SecretMask.Mask("PAY SHOP 4821", SmsGrammar.Parse("PAY COFFEE 4821")), Is.EqualTo("PAY SHOP ****"));
}
