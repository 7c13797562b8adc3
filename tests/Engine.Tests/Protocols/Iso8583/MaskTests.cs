using CarrierPay.Engine.Protocols.Iso8583.Wire;

namespace CarrierPay.Engine.Tests.Protocols.Iso8583;

[TestFixture]
public sealed class MaskTests
{
    [Test]
    public void A_message_shows_no_card_no_account_no_PIN_and_no_text()
    {
        var message = new IsoMessage("0200",
            (2, "4761900000001005"), (4, "000000001250"), (11, "000001"), (35, "4761900000001005=2512"), (43, "ANN SMITH"), (48, "mandate 7"), (52, "0123456789ABCDEF"), (102, "DE89370400440532013000"));
        Assert.That(message.ToString(), Is.EqualTo("0200 2=476190******1005 4=000000001250 11=000001 35=<21> 43=<9> 48=<9> 52=<16> 102=******************3000"));
    }

    [Test]
    public void Nothing_is_shown_of_a_short_account() =>
        Assert.That(new IsoMessage("0200", (2, "476190000001"), (102, "1234567")).ToString(), Is.EqualTo("0200 2=************ 102=*******"));

    [Test]
    public void A_field_that_nobody_has_thought_about_is_hidden() =>
        Assert.That(new IsoMessage("0200", [.. Enumerable.Range(2, 191).Except([65]).Select(number => (number, (string?)"4761900000001005"))]).ToString().Split(' ').Where(shown => shown.EndsWith("4761900000001005", StringComparison.Ordinal)).Select(shown => shown.Split('=')[0]),
            Is.EqualTo("3 4 5 6 7 11 12 13 15 17 18 19 22 24 25 30 32 33 37 38 39 41 42 49 50 51 56 66 70 90 95 100".Split(' ')));
}
