using CarrierPay.Engine.Conversations.Grammar;

namespace CarrierPay.Engine.Tests.Conversations.Grammar;

[TestFixture]
public sealed class SmsGrammarTests
{
    //        typed                              merchant  item      amount   source
    [TestCase("PAY COFFEE", "COFFEE", null, null, null)]
    [TestCase("pay coffee", "COFFEE", null, null, null)]
    [TestCase("PAY COFFEE LATTE", "COFFEE", "LATTE", null, null)]
    [TestCase("PAY COFFEE 12.50", "COFFEE", null, "1250/2", null)]
    [TestCase("PAY COFFEE LATTE 12.50", "COFFEE", "LATTE", "1250/2", null)]
    [TestCase("PAY COFFEE LATTE 12.50 B", "COFFEE", "LATTE", "1250/2", PaySource.Bank)]
    [TestCase("PAY COFFEE LATTE B 12.50", "COFFEE", "LATTE", "1250/2", PaySource.Bank)]
    [TestCase("PAY COFFEE W", "COFFEE", null, null, PaySource.Wallet)]
    [TestCase("PAY COFFEE LATTE P", "COFFEE", "LATTE", null, PaySource.Phone)]
    [TestCase("PAY EA FIFA24", "EA", "FIFA24", null, null)]
    [TestCase("PAY EA FIFA24 20", "EA", "FIFA24", "20/0", null)]
    [TestCase("PAY 888 12", "888", null, "12/0", null)]
    [TestCase("PAY 888 101 12", "888", "101", "12/0", null)]
    [TestCase("PAY888 12", "888", null, "12/0", null)]
    [TestCase("PAY W W", "W", null, null, PaySource.Wallet)]
    [TestCase("PAY W W W", "W", "W", null, PaySource.Wallet)]
    [TestCase("  PAY \r\n COFFEE \t 12.50  ", "COFFEE", null, "1250/2", null)]
    [TestCase("PAY+COFFEE+12.50", "COFFEE", null, "1250/2", null)]
    [TestCase("PAY_COFFEE_12.50", "COFFEE", null, "1250/2", null)]
    [TestCase("PAY*COFFEE*12.50#", "COFFEE", null, "1250/2", null)]
    [TestCase("PAY,COFFEE,12.50", "COFFEE", null, "1250/2", null)]
    [TestCase("PAY,888,12", "888", null, "12/0", null)]
    [TestCase("PAY, COFFEE, LATTE, 12", "COFFEE", "LATTE", "12/0", null)]
    [TestCase("PAY: COFFEE", "COFFEE", null, null, null)]
    [TestCase("PAY \"COFFEE\" 12.50!!", "COFFEE", null, "1250/2", null)]
    [TestCase("“PAY COFFEE.”", "COFFEE", null, null, null)]
    [TestCase("ZF COFFEE 12.50", "COFFEE", null, "1250/2", null)]
    [TestCase("支付 咖啡 拿铁 12.50 钱包", "咖啡", "拿铁", "1250/2", PaySource.Wallet)]
    [TestCase("支付咖啡", "咖啡", null, null, null)]
    [TestCase("付款咖啡 12.50元", "咖啡", null, "1250/2 元", null)]
    [TestCase("支付咖啡12.50元", "咖啡", null, "1250/2 元", null)]
    [TestCase("支付咖啡 拿铁12元", "咖啡", "拿铁", "12/0 元", null)]
    [TestCase("ZF咖啡，拿铁，12。50，话费", "咖啡", "拿铁", "1250/2", PaySource.Phone)]
    [TestCase("ＰＡＹ　ＣＯＦＦＥＥ　１２．５０", "COFFEE", null, "1250/2", null)]
    [TestCase("支付、咖啡、１２．５", "咖啡", null, "125/1", null)]
    [TestCase("PAY COFFEE LATTE12.50", "COFFEE", "LATTE", "1250/2", null)]
    [TestCase("PAY\u200B COF\u200BFEE\uFEFF", "COFFEE", null, null, null)]
    [TestCase("PAY ABCDEFGHIJKLMNOP", "ABCDEFGHIJKLMNOP", null, null, null)]
    [TestCase("pay café", "CAFÉ", null, null, null)]
    [TestCase("支付 𠮷野家 12.50", "𠮷野家", null, "1250/2", null, Description = "A rare Han character is a surrogate pair")]
    [TestCase("PAY COFFEE 1 250", "COFFEE", "1", "250/0", null, Description = "A space never groups: the first number is an item, and the merchant must have it")]
    public void Pay_names_merchant_item_amount_and_source(string typed, string merchant, string? item, string? amount, PaySource? source)
    {
        var pay = SmsGrammar.Parse(typed) as PayCommand;

        Assert.That(pay, Is.Not.Null);
        Assert.That((pay!.Keyword, pay.Item, Show(pay.Amount), pay.Source), Is.EqualTo((merchant, item, amount, source)));
    }

    [TestCase("PAY")]
    [TestCase("ZF")]
    [TestCase("支付")]
    [TestCase("PAY 12.50")]
    [TestCase("PAY 12.50 COFFEE")]
    [TestCase("PAY -5")]
    [TestCase("PAY @@@ 12")]
    [TestCase("PAY ABCDEFGHIJKLMNOPQ")]
    [TestCase("PAY 😀")]
    public void Pay_without_a_readable_merchant_is_told_apart(string typed) =>
        Assert.That(SmsGrammar.Parse(typed), Is.TypeOf<PayWithoutMerchantCommand>());

    [TestCase("PAY COFFEE -5", AmountOutcome.Negative)]
    [TestCase("PAY COFFEE －５", AmountOutcome.Negative)]
    [TestCase("PAY COFFEE −12.50", AmountOutcome.Negative)]
    [TestCase("PAY COFFEE -¥5", AmountOutcome.Negative)]
    [TestCase("PAY COFFEE ¥-5", AmountOutcome.Negative)]
    [TestCase("PAY COFFEE EUR -5", AmountOutcome.Negative)]
    [TestCase("PAY COFFEE 0", AmountOutcome.Zero)]
    [TestCase("PAY COFFEE 0.00 W", AmountOutcome.Zero)]
    [TestCase("PAY COFFEE 1.2345", AmountOutcome.TooPrecise)]
    [TestCase("PAY COFFEE 0.0001", AmountOutcome.TooPrecise)]
    [TestCase("PAY COFFEE 1000000000", AmountOutcome.Overflow)]
    [TestCase("PAY COFFEE 99999999999999999999999999", AmountOutcome.Overflow)]
    [TestCase("PAY COFFEE 12.5.0", AmountOutcome.Unclear)]
    [TestCase("PAY COFFEE 1,25,00", AmountOutcome.Unclear)]
    [TestCase("PAY COFFEE 1,2500", AmountOutcome.Unclear)]
    [TestCase("PAY COFFEE 12-50", AmountOutcome.Unclear)]
    [TestCase("PAY COFFEE 5-", AmountOutcome.Unclear)]
    [TestCase("PAY COFFEE EUR 12 USD", AmountOutcome.Unclear)]
    [TestCase("PAY COFFEE €12元", AmountOutcome.Unclear)]
    [TestCase("PAY COFFEE 12.50 1234", AmountOutcome.Unclear)]
    public void An_amount_that_cannot_be_used_says_why(string typed, AmountOutcome reason) =>
        Assert.That(SmsGrammar.Parse(typed), Is.EqualTo(new BadAmountCommand("COFFEE", reason)));

    [TestCase("Y", null)]
    [TestCase("y", null)]
    [TestCase("Y.", null)]
    [TestCase("YES", null)]
    [TestCase("A", null)]
    [TestCase("是", null)]
    [TestCase("确认", null)]
    [TestCase("Ｙ", null)]
    [TestCase("Y 4821", "4821")]
    [TestCase("Y4821", "4821")]
    [TestCase("yes4821", "4821")]
    [TestCase("Y,4821", "4821")]
    [TestCase("Y\n4821", "4821")]
    [TestCase("A 4821.", "4821")]
    [TestCase("是4821", "4821")]
    [TestCase("确认４８２１", "4821")]
    [TestCase("确认：4821。", "4821")]
    [TestCase("Ｙ４８２１", "4821")]
    [TestCase("4821", "4821")]
    [TestCase(" 482193 ", "482193")]
    [TestCase("４８２１", "4821")]
    [TestCase("4821 Y", "4821")]
    [TestCase("Ⓨ ④⑧②①", "4821")]
    [TestCase("Y ٤٨٢١", "4821")]
    [TestCase("Y 48", "48", Description = "A code of the wrong length is a wrong code, not a bare yes")]
    public void Yes_confirms(string typed, string? code) =>
        Assert.That(SmsGrammar.Parse(typed), Is.EqualTo(new ConfirmCommand(code)));

    [TestCase("N", null)]
    [TestCase("no", null)]
    [TestCase("否", null)]
    [TestCase("取消", null)]
    [TestCase("N 4821", "4821")]
    [TestCase("N4821", "4821")]
    [TestCase("取消4821", "4821")]
    [TestCase("4821 N", "4821", Description = "The no behind a code is not overlooked")]
    public void No_cancels(string typed, string? code) =>
        Assert.That(SmsGrammar.Parse(typed), Is.EqualTo(new DenyCommand(code)));

    [TestCase("BAL")]
    [TestCase("ye")]
    [TestCase("YECX")]
    [TestCase("YECX_1234")]
    [TestCase("余额")]
    [TestCase("余额？")]
    public void Bal_asks_for_the_balance(string typed) => Assert.That(SmsGrammar.Parse(typed), Is.TypeOf<BalanceCommand>());

    //        typed               out    minor  source
    [TestCase("TOPUP 20", false, 2000, null)]
    [TestCase("topup b 20.50", false, 2050, PaySource.Bank)]
    [TestCase("TOPUP EUR 20 P", false, 2000, PaySource.Phone)]
    [TestCase("充值20", false, 2000, null)]
    [TestCase("充值 20元 银行", false, 2000, PaySource.Bank)]
    [TestCase("CASHOUT 15 B", true, 1500, PaySource.Bank)]
    [TestCase("提现 15 话费", true, 1500, PaySource.Phone)]
    public void Ones_own_money_is_moved_by_amount_and_source(string typed, bool isOut, long minor, PaySource? source)
    {
        var move = (MoveCommand)SmsGrammar.Parse(typed);
        Assert.That(move.Amount!.Value.ToMinorUnits(2, out var read), Is.EqualTo(AmountOutcome.Ok));
        Assert.That((move.IsOut, read, move.Source), Is.EqualTo((isOut, minor, source)));
    }

    [TestCase("TOPUP")]
    [TestCase("CASHOUT B")]
    public void A_move_without_an_amount_is_one_all_the_same(string typed) => Assert.That(((MoveCommand)SmsGrammar.Parse(typed)).Amount, Is.Null);

    [TestCase("TOPUP 20 30")]
    [TestCase("TOPUP -5")]
    public void A_move_with_an_amount_that_cannot_be_used_says_so(string typed) => Assert.That(SmsGrammar.Parse(typed), Is.InstanceOf<BadAmountCommand>());

    [TestCase("TOPUP ME 20")]
    [TestCase("TOPUP 20 B B")]
    [TestCase("TOPUPS 20")]
    public void A_word_too_many_makes_a_move_unknown(string typed) => Assert.That(SmsGrammar.Parse(typed), Is.SameAs(UnknownCommand.Instance));

    [TestCase("HIST", 5)]
    [TestCase("HIST 3", 3)]
    [TestCase("HIST3", 3)]
    [TestCase("mx 1", 1)]
    [TestCase("明细 ２", 2)]
    [TestCase("明细2", 2)]
    [TestCase("HIST 99", 5)]
    [TestCase("HIST 0", 5)]
    [TestCase("JYCX 1234", 5)]
    public void Hist_asks_for_at_most_five_payments(string typed, int count) => Assert.That(SmsGrammar.Parse(typed), Is.EqualTo(new HistoryCommand(count)));

    [TestCase("HELP")]
    [TestCase("help me")]
    [TestCase("?")]
    [TestCase("？")]
    [TestCase("??!")]
    [TestCase("BZ")]
    [TestCase("帮助")]
    public void Help_and_a_question_mark_ask_for_help(string typed) => Assert.That(SmsGrammar.Parse(typed), Is.TypeOf<HelpCommand>());

    [TestCase("")]
    [TestCase("   ")]
    [TestCase("!!!")]
    [TestCase("hello")]
    [TestCase("PAYMENT COFFEE")]
    [TestCase("PAYCOFFEE")]
    [TestCase("PAY COFFEE BIG LATTE")]
    [TestCase("PAY COFFEE a b c d e f g h i j k")]
    [TestCase("Y maybe")]
    [TestCase("Y 4821 please")]
    [TestCase("yes but not now")]
    [TestCase("是不是")]
    [TestCase("123")]
    [TestCase("1234567")]
    [TestCase("4821 4822")]
    [TestCase("N95")]
    [TestCase("A latte please")]
    public void Everything_else_is_unknown(string typed) => Assert.That(SmsGrammar.Parse(typed), Is.TypeOf<UnknownCommand>());

    // Not a test case of a table: an attribute is stored as UTF-8, which has no half pairs.
    [Test]
    public void Half_of_a_surrogate_pair_is_no_part_of_a_name()
    {
        Assert.That(SmsGrammar.Parse("\uD800"), Is.TypeOf<UnknownCommand>());
        Assert.That(SmsGrammar.Parse("PAY SHOP\uD842"), Is.TypeOf<PayWithoutMerchantCommand>());
    }

    [Test]
    public void A_very_long_text_is_unknown() => Assert.That(SmsGrammar.Parse("PAY COFFEE " + new string('A', 400)), Is.TypeOf<UnknownCommand>());

    [Test]
    public void A_printed_command_does_not_show_its_code() =>
        Assert.That($"{new ConfirmCommand("4821")} {new DenyCommand("4821")}", Does.Not.Contain("4821"));

    private static string? Show(AmountText? amount) =>
        amount is null ? null : $"{amount.Value.Digits}/{amount.Value.Decimals}" + (amount.Value.CurrencyMark is { } mark ? " " + mark : "");
}
