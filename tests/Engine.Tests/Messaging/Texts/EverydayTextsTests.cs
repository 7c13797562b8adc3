using CarrierPay.Engine.Messaging.Texts;
using AllTexts = CarrierPay.Engine.Messaging.Texts.Texts;

namespace CarrierPay.Engine.Tests.Messaging.Texts;

/// <summary>Every text as a subscriber reads it. Many tools parse these texts: a change here is a change of what we promise.</summary>
[TestFixture]
public sealed class EverydayTextsTests
{
    private static readonly AllTexts Built = AllTexts.LoadEmbedded();

    [TestCase(TextTemplate.Prompt,
        "CarrierPay: pay EUR 12.50 to EA Games (FIFA24) from phone bill? Reply Y 4821 to pay, N to cancel. Valid to 14:35. Ref K7Q2M9",
        "【话付】向EA游戏（FIFA24）支付12.50元（话费账单）？回复Y4821确认，N取消，14:35前有效。单号K7Q2M9")]
    [TestCase(TextTemplate.PromptAgain,
        "CarrierPay: H3N8P4 is paid. Pay EUR 12.50 to EA Games (FIFA24) again from phone bill? Reply Y 4821 to pay, N to cancel. Valid to 14:35. Ref K7Q2M9",
        "【话付】H3N8P4已支付，再向EA游戏付12.50元（话费账单）？回复Y4821确认，N取消，14:35前有效。单号K7Q2M9")]
    [TestCase(TextTemplate.Receipt,
        "CarrierPay: Ref K7Q2M9 PAID EUR 12.50 to EA Games from phone bill 23/11 14:31. Balance EUR 87.50. This month EUR 100.50.",
        "【话付】单号K7Q2M9已付12.50元给EA游戏（话费账单）11-23 14:31。余额87.50元。本月已付100.50元。")]
    [TestCase(TextTemplate.AlreadyPaid,
        "CarrierPay: Ref K7Q2M9 ALREADY PAID EUR 12.50 to EA Games. You were charged only once.",
        "【话付】单号K7Q2M9此前已付12.50元给EA游戏，不会重复扣款。")]
    [TestCase(TextTemplate.Cancelled,
        "CarrierPay: Ref K7Q2M9 CANCELLED EUR 12.50 to EA Games. Nothing was charged.",
        "【话付】单号K7Q2M9已取消：付12.50元给EA游戏，未扣款。")]
    [TestCase(TextTemplate.Expired,
        "CarrierPay: Ref K7Q2M9 EXPIRED EUR 12.50 to EA Games. No answer came in time, nothing was charged.",
        "【话付】单号K7Q2M9已过期：付12.50元给EA游戏，未及时确认，未扣款。")]
    [TestCase(TextTemplate.ReceiptOnBill,
        "CarrierPay: Ref K7Q2M9 PAID EUR 12.50 to EA Games on your phone bill 23/11 14:31. Bill this month EUR 62.50 of EUR 200.00.",
        "【话付】单号K7Q2M9已付12.50元给EA游戏（记入话费账单）11-23 14:31，本月账单62.50元，限额200.00元。")]
    [TestCase(TextTemplate.EarlierInDoubt,
        "CarrierPay: Ref K7Q2M9 DECLINED EUR 12.50 to EA Games. An earlier payment is being checked first, nothing was charged for this one.",
        "【话付】单号K7Q2M9未成功：付12.50元给EA游戏，先前一笔正在核实，未扣款。")]
    [TestCase(TextTemplate.NothingToConfirm,
        "CarrierPay: no payment is waiting for your answer. To pay, text PAY and the merchant, e.g. PAY COFFEE",
        "【话付】目前没有待确认的付款。付款请发送“支付 商户”，例如：支付 咖啡")]
    [TestCase(TextTemplate.CodeNeeded,
        "CarrierPay: please reply Y and the code from our message to pay, or N and the code to cancel. Nothing was charged yet.",
        "【话付】请回复Y加短信中的确认码付款，或N加确认码取消。目前尚未扣款。")]
    [TestCase(TextTemplate.WrongCode,
        "CarrierPay: that code is not right, nothing was charged. Please check our message and reply again. Tries left: 2",
        "【话付】确认码不正确，未扣款。请核对短信后重新回复，还可尝试2次。")]
    [TestCase(TextTemplate.CodesLocked,
        "CarrierPay: wrong code three times. All payments that were waiting are cancelled, nothing was charged. To pay, please start again.",
        "【话付】确认码已输错三次，所有待确认的付款均已取消，未扣款。如需付款请重新发起。")]
    [TestCase(TextTemplate.BeingPriced,
        "CarrierPay: asking EA Games for the price. Please wait for our message before you reply.",
        "【话付】正在向EA游戏查询价格，请稍候，收到短信后再回复。")]
    [TestCase(TextTemplate.TooManyOpen,
        "CarrierPay: too many payments are waiting for your answer. Reply Y and a code to pay, or N and a code to cancel, then try again.",
        "【话付】待确认的付款过多。请先回复Y加确认码付款，或N加确认码取消，然后再试。")]
    [TestCase(TextTemplate.BeingChecked,
        "CarrierPay: Ref K7Q2M9 BEING CHECKED EUR 12.50 to EA Games. Please do not pay again: we tell you as soon as we know.",
        "【话付】单号K7Q2M9正在核实：付12.50元给EA游戏。请勿重复付款，有结果立即通知您。")]
    [TestCase(TextTemplate.Reversed,
        "CarrierPay: Ref K7Q2M9 NOT PAID EUR 12.50 to EA Games. What was taken from your phone bill is given back.",
        "【话付】单号K7Q2M9未付成：付12.50元给EA游戏，从话费账单扣的款已退回。")]
    [TestCase(TextTemplate.BankLinked,
        "CarrierPay: your bank account ending in 4821 is linked. To pay from it, add B, e.g. PAY COFFEE B",
        "【话付】尾号4821的银行账户已绑定。用它付款请加“银行”，例如：支付 咖啡 银行")]
    [TestCase(TextTemplate.BankNotLinked,
        "CarrierPay: your bank did not agree to link the account ending in 4821. Please ask your bank.",
        "【话付】银行未同意绑定尾号4821的账户，请咨询银行。")]
    [TestCase(TextTemplate.InsufficientFunds,
        "CarrierPay: Ref K7Q2M9 DECLINED EUR 12.50 to EA Games. Not enough money, nothing was charged. Balance EUR 87.50.",
        "【话付】单号K7Q2M9未成功：付12.50元给EA游戏，余额不足，未扣款，当前余额87.50元。")]
    [TestCase(TextTemplate.OverTransactionLimit,
        "CarrierPay: Ref K7Q2M9 DECLINED EUR 12.50 to EA Games. Your limit for one payment is EUR 300.00. Nothing was charged.",
        "【话付】单号K7Q2M9未成功：付12.50元给EA游戏，超过单笔限额300.00元，未扣款。")]
    [TestCase(TextTemplate.OverDayLimit,
        "CarrierPay: Ref K7Q2M9 DECLINED EUR 12.50 to EA Games. Over your limit of EUR 300.00 a day. Nothing was charged.",
        "【话付】单号K7Q2M9未成功：付12.50元给EA游戏，超过每日限额300.00元，未扣款。")]
    [TestCase(TextTemplate.OverMonthLimit,
        "CarrierPay: Ref K7Q2M9 DECLINED EUR 12.50 to EA Games. Over your limit of EUR 300.00 a month. Nothing was charged.",
        "【话付】单号K7Q2M9未成功：付12.50元给EA游戏，超过每月限额300.00元，未扣款。")]
    [TestCase(TextTemplate.TooManyPaymentsToday,
        "CarrierPay: Ref K7Q2M9 DECLINED payment to EA Games. Too many payments today, nothing was charged. Please try again tomorrow.",
        "【话付】单号K7Q2M9未成功（EA游戏）：今日付款次数已达上限，未扣款，请明天再试。")]
    [TestCase(TextTemplate.AccountBlocked,
        "CarrierPay: DECLINED. Your payment account is blocked, nothing was charged. Please call customer service.",
        "【话付】付款未成功：您的话付账户已被冻结，未扣款。请联系客服。")]
    [TestCase(TextTemplate.AccountNotActive,
        "CarrierPay: DECLINED. Your payment account is not active, nothing was charged. Please call customer service.",
        "【话付】付款未成功：您的话付账户尚未激活，未扣款。请联系客服。")]
    [TestCase(TextTemplate.MerchantUnknown,
        "CarrierPay: DECLINED. We know no merchant COFFE. Please check the keyword and try again, e.g. PAY COFFEE",
        "【话付】付款未成功：没有找到商户“COFFE”。请核对后重试，例如：支付 咖啡")]
    [TestCase(TextTemplate.MerchantSuspended,
        "CarrierPay: DECLINED. EA Games takes no payments at the moment. Nothing was charged.",
        "【话付】付款未成功：EA游戏暂停收款，未扣款。")]
    [TestCase(TextTemplate.ItemUnknown,
        "CarrierPay: DECLINED. EA Games has no item FIFA24. Choose: LATTE, MOCHA",
        "【话付】付款未成功：EA游戏没有“FIFA24”。可选：拿铁、摩卡")]
    [TestCase(TextTemplate.AmountNotAccepted,
        "CarrierPay: Ref K7Q2M9 DECLINED EUR 12.50 to EA Games. The price is different, nothing was charged. Try again without an amount.",
        "【话付】单号K7Q2M9未成功：付12.50元给EA游戏，与实际价格不符，未扣款。")]
    [TestCase(TextTemplate.NoPrice,
        "CarrierPay: Ref K7Q2M9 DECLINED payment to EA Games. No price came in time, nothing was charged. Please try again later.",
        "【话付】单号K7Q2M9未成功（EA游戏）：商户未及时报价，未扣款，请稍后再试。")]
    [TestCase(TextTemplate.MerchantRefused,
        "CarrierPay: Ref K7Q2M9 DECLINED by EA Games. Nothing was charged. Please ask the merchant.",
        "【话付】单号K7Q2M9未成功（EA游戏）：商户拒绝了这笔付款，未扣款，请咨询商户。")]
    [TestCase(TextTemplate.InvalidPrice,
        "CarrierPay: Ref K7Q2M9 DECLINED payment to EA Games, which could not give a valid price. Nothing was charged.",
        "【话付】单号K7Q2M9未成功（EA游戏）：商户未能给出有效价格，未扣款。")]
    [TestCase(TextTemplate.SourceUnavailable,
        "CarrierPay: Ref K7Q2M9 DECLINED payment to EA Games. Paying from phone bill is not available now, nothing was charged. Please try again later.",
        "【话付】单号K7Q2M9未成功（EA游戏）：暂时无法使用话费账单付款，未扣款，请稍后再试。")]
    [TestCase(TextTemplate.SystemBusy,
        "CarrierPay: DECLINED. The system is busy, nothing was charged. Please try again in a few minutes.",
        "【话付】付款未成功：系统繁忙，未扣款，请几分钟后再试。")]
    [TestCase(TextTemplate.OverBillLimit,
        "CarrierPay: Ref K7Q2M9 DECLINED EUR 12.50 to EA Games. Over your phone bill's limit of EUR 300.00 a month. Nothing was charged.",
        "【话付】单号K7Q2M9未成功：付12.50元给EA游戏，超过话费账单每月限额300.00元，未扣款。")]
    [TestCase(TextTemplate.SourceNotLinked,
        "CarrierPay: Ref K7Q2M9 DECLINED payment to EA Games. Your phone bill is not linked to this account, nothing was charged.",
        "【话付】单号K7Q2M9未成功（EA游戏）：您的账户未绑定话费账单，未扣款。")]
    [TestCase(TextTemplate.NotEnoughAtSource,
        "CarrierPay: Ref K7Q2M9 DECLINED EUR 12.50 to EA Games. Not enough on your phone bill, nothing was charged.",
        "【话付】单号K7Q2M9未成功：付12.50元给EA游戏，话费账单余额不足，未扣款。")]
    [TestCase(TextTemplate.RefusedBySource,
        "CarrierPay: Ref K7Q2M9 DECLINED EUR 12.50 to EA Games. Your phone bill refused it, nothing was charged.",
        "【话付】单号K7Q2M9未成功：付12.50元给EA游戏，话费账单拒绝付款，未扣款。")]
    [TestCase(TextTemplate.OverBalanceCap,
        "CarrierPay: Ref K7Q2M9 DECLINED EUR 12.50 to EA Games. Your wallet may hold EUR 300.00 at most. Nothing was charged.",
        "【话付】单号K7Q2M9未成功：付12.50元给EA游戏，超过钱包余额上限300.00元，未扣款。")]
    [TestCase(TextTemplate.SimChanged,
        "CarrierPay: Ref K7Q2M9 DECLINED payment to EA Games. Your SIM card is new: wallet and bank account are closed until 23/11 14:31. Nothing was charged.",
        "【话付】单号K7Q2M9未成功（EA游戏）：SIM卡刚更换，钱包和银行账户至11-23 14:31暂停付款，未扣款。")]
    [TestCase(TextTemplate.Balance,
        "CarrierPay: balance EUR 87.50. This month EUR 100.50 of EUR 300.00.",
        "【话付】余额87.50元，本月已付100.50元，限额300.00元。")]
    [TestCase(TextTemplate.History,
        "CarrierPay:\n23/11 12.50 EA Games\n22/11 12.51 EA Games\n21/11 12.52 EA Games",
        "11-23 12.50星光咖啡\n11-22 12.51星光咖啡\n11-21 12.52星光咖啡")]
    [TestCase(TextTemplate.HistoryEmpty,
        "CarrierPay: you have no payments yet. To pay, text PAY and the merchant, e.g. PAY COFFEE",
        "【话付】您还没有付款记录。付款请发送“支付 商户”，例如：支付 咖啡")]
    [TestCase(TextTemplate.Help,
        "CarrierPay: PAY merchant (item) (amount) (P phone, W wallet, B bank). Y code to pay, N code to cancel. BAL balance. HIST last payments. HELP this text.",
        "【话付】付款：支付 商户 (商品) (金额) (话费/钱包/银行)；Y加确认码付款，N加确认码取消；余额YE；明细MX；帮助BZ")]
    [TestCase(TextTemplate.HowToRegister,
        "CarrierPay: this number has no payment account yet. Please register in a shop of your operator with your ID, then text HELP.",
        "【话付】本号码尚未开通话付。请携带身份证件到运营商营业厅办理，开通后发送“帮助”查看用法。")]
    [TestCase(TextTemplate.BalanceOfBill,
        "CarrierPay: phone bill this month EUR 62.50 of EUR 200.00. Paid this month EUR 100.50 of EUR 300.00.",
        "【话付】本月话费账单62.50元/200.00元，本月共付100.50元，限额300.00元。")]
    [TestCase(TextTemplate.BalanceOfBoth,
        "CarrierPay: wallet EUR 87.50. Phone bill this month EUR 62.50 of EUR 200.00. Paid this month EUR 100.50 of EUR 300.00.",
        "【话付】钱包余额87.50元，本月话费账单62.50元/200.00元，本月共付100.50元，限额300.00元。")]
    [TestCase(TextTemplate.AmountNegative,
        "CarrierPay: the amount must be more than zero, without a minus. Nothing was charged.",
        "【话付】金额必须大于零，不能带负号。未扣款。")]
    [TestCase(TextTemplate.AmountZero,
        "CarrierPay: the amount must be more than zero. Nothing was charged.",
        "【话付】金额必须大于零。未扣款。")]
    [TestCase(TextTemplate.AmountTooPrecise,
        "CarrierPay: the amount has too many decimals, nothing was charged. Please write it like 12.50",
        "【话付】金额的小数位数过多，未扣款。请按这样填写：12.50")]
    [TestCase(TextTemplate.AmountTooLarge,
        "CarrierPay: the amount is too large. Nothing was charged.",
        "【话付】金额过大，未扣款。")]
    [TestCase(TextTemplate.AmountUnclear,
        "CarrierPay: the amount is not clear, nothing was charged. Please write it like 12.50",
        "【话付】金额无法识别，未扣款。请按这样填写：12.50")]
    [TestCase(TextTemplate.AmountOtherCurrency,
        "CarrierPay: you can pay in EUR only. Nothing was charged.",
        "【话付】只能以人民币付款，未扣款。")]
    [TestCase(TextTemplate.MerchantMissing,
        "CarrierPay: whom do you want to pay? Text PAY and the merchant's keyword, e.g. PAY COFFEE",
        "【话付】请写明商户，例如：支付 咖啡")]
    [TestCase(TextTemplate.Menu,
        "CarrierPay: phone bill EUR 87.50. To confirm: EUR 12.50 to EA Games.",
        "【话付】话费账单87.50元。待确认12.50元付给EA游戏。")]
    [TestCase(TextTemplate.Pending,
        "CarrierPay: payments to confirm:\n1 EUR 12.50 EA Games\n2 EUR 12.51 EA Games",
        "【话付】待确认的付款：\n1 12.50元星光咖啡\n2 12.51元星光咖啡")]
    [TestCase(TextTemplate.PayWhom,
        "CarrierPay: to pay, text PAY and the merchant, e.g. PAY COFFEE",
        "【话付】付款请发送“支付 商户”，例如：支付 咖啡")]
    [TestCase(TextTemplate.SmsFollows,
        "CarrierPay: your request is being worked on. The answer comes by SMS.",
        "【话付】正在处理您的请求，结果将以短信告知。")]
    [TestCase(TextTemplate.DialogueOver,
        "CarrierPay: this session is over. Please dial again.",
        "【话付】本次会话已结束，请重新拨号。")]
    [TestCase(TextTemplate.Goodbye,
        "CarrierPay: thank you.",
        "【话付】谢谢使用。")]
    [TestCase(TextTemplate.TakenOffBill,
        "CarrierPay: Ref K7Q2M9 TAKEN OFF your phone bill: EUR 12.50 to EA Games. You do not have to pay it.",
        "【话付】单号K7Q2M9已从话费账单中撤销：付12.50元给EA游戏，您无需支付。")]
    public void A_text_reads_like_this(TextTemplate template, string english, string chinese)
    {
        Assert.That(Built.Render(template, Language.English, Sample.Of(Built, template, Language.English)), Is.EqualTo(english));
        Assert.That(Built.Render(template, Language.SimplifiedChinese, Sample.Of(Built, template, Language.SimplifiedChinese)), Is.EqualTo(chinese));
    }

    [TestCase(TextTemplate.Prompt,
        "Pay EUR 12.50 to EA Games (FIFA24) from phone bill? Reply 4821 to pay, 2 to cancel, 0 back. Valid to 14:35. Ref K7Q2M9",
        "向EA游戏（FIFA24）支付12.50元（话费账单）？输入4821付款，2取消，0返回，14:35前有效。单号K7Q2M9")]
    [TestCase(TextTemplate.PromptAgain,
        "H3N8P4 is paid. Pay EUR 12.50 to EA Games (FIFA24) again from phone bill? Reply 4821 to pay, 2 to cancel, 0 back. Valid to 14:35. Ref K7Q2M9",
        "H3N8P4已支付，再向EA游戏（FIFA24）付12.50元（话费账单）？4821付款，2取消，0返回，14:35前有效。K7Q2M9")]
    [TestCase(TextTemplate.NothingToConfirm, "No payment is waiting for your answer.\n0 Back", "目前没有待确认的付款。\n0返回")]
    [TestCase(TextTemplate.WrongCode,
        "That code is not right, nothing was charged. Please type the code of the payment. Tries left: 2\n0 Back",
        "确认码不正确，未扣款。请重新输入付款的确认码，还可尝试2次。\n0返回")]
    [TestCase(TextTemplate.Balance, "Balance EUR 87.50. This month EUR 100.50 of EUR 300.00.\n0 Back", "余额87.50元，本月已付100.50元，限额300.00元。\n0返回")]
    [TestCase(TextTemplate.BalanceOfBill,
        "Phone bill this month EUR 62.50 of EUR 200.00. Paid this month EUR 100.50 of EUR 300.00.\n0 Back",
        "本月话费账单62.50元/200.00元，本月共付100.50元，限额300.00元。\n0返回")]
    [TestCase(TextTemplate.BalanceOfBoth,
        "Wallet EUR 87.50. Phone bill this month EUR 62.50 of EUR 200.00. Paid this month EUR 100.50 of EUR 300.00.\n0 Back",
        "钱包87.50元，本月话费账单62.50元/200.00元，本月共付100.50元，限额300.00元。\n0返回")]
    [TestCase(TextTemplate.History,
        "23/11 12.50 EA Games\n22/11 12.51 EA Games\n21/11 12.52 EA Games\n0 Back",
        "11-23 12.50星光咖啡\n11-22 12.51星光咖啡\n11-21 12.52星光咖啡\n0返回")]
    [TestCase(TextTemplate.HistoryEmpty, "You have no payments yet.\n0 Back", "您还没有付款记录。\n0返回")]
    [TestCase(TextTemplate.Menu,
        "CarrierPay phone bill EUR 87.50\n1 Approve EUR 12.50 EA Games\n2 Pay\n3 Balance\n4 Last payments\n0 Exit",
        "话费账单87.50元\n1待确认 12.50元 EA游戏\n2付款\n3余额\n4明细\n0退出")]
    [TestCase(TextTemplate.Pending,
        "1 EUR 12.50 EA Games\n2 EUR 12.51 EA Games\n0 Back",
        "1 12.50元星光咖啡\n2 12.51元星光咖啡\n0返回")]
    [TestCase(TextTemplate.PayWhom,
        "Pay whom? Type the merchant and the item or the amount, e.g. COFFEE LATTE\n0 Back",
        "请输入商户，可加商品或金额，例如：咖啡 拿铁\n0返回")]
    [TestCase(TextTemplate.Goodbye, "CarrierPay: thank you.", "【话付】谢谢使用。")]
    public void A_screen_reads_like_this(TextTemplate template, string english, string chinese)
    {
        Assert.That(Built.RenderScreen(template, Language.English, Sample.Of(Built, template, Language.English)), Is.EqualTo(english));
        Assert.That(Built.RenderScreen(template, Language.SimplifiedChinese, Sample.Of(Built, template, Language.SimplifiedChinese)), Is.EqualTo(chinese));
    }

    [Test]
    public void Every_template_is_in_this_table()
    {
        var cases = GetType().GetMethod(nameof(A_text_reads_like_this))!.GetCustomAttributes(typeof(TestCaseAttribute), false).Cast<TestCaseAttribute>();

        Assert.That(cases.Select(row => row.Arguments[0]), Is.EqualTo(Enum.GetValues<TextTemplate>()));
    }

    [TestCase(TextWord.PhoneBill, "phone bill", "话费账单")]
    [TestCase(TextWord.Airtime, "airtime", "话费余额")]
    [TestCase(TextWord.Wallet, "wallet", "钱包")]
    [TestCase(TextWord.Bank, "bank account", "银行卡")]
    [TestCase(TextWord.Paid, "paid", "已支付")]
    [TestCase(TextWord.Declined, "declined", "未成功")]
    [TestCase(TextWord.Cancelled, "cancelled", "已取消")]
    [TestCase(TextWord.Expired, "expired", "已过期")]
    [TestCase(TextWord.Refunded, "refunded", "已退款")]
    [TestCase(TextWord.More, "More", "下一页")]
    public void A_word_is_called_this(TextWord word, string english, string chinese) =>
        Assert.That((Built.Word(word, Language.English), Built.Word(word, Language.SimplifiedChinese)), Is.EqualTo((english, chinese)));

    [TestCase(TextTemplate.Prompt, 1)]
    [TestCase(TextTemplate.PromptAgain, 2)]
    [TestCase(TextTemplate.Receipt, 3)]
    [TestCase(TextTemplate.AlreadyPaid, 4)]
    [TestCase(TextTemplate.Cancelled, 5)]
    [TestCase(TextTemplate.Expired, 6)]
    [TestCase(TextTemplate.ReceiptOnBill, 7)]
    [TestCase(TextTemplate.EarlierInDoubt, 8)]
    [TestCase(TextTemplate.NothingToConfirm, 10)]
    [TestCase(TextTemplate.CodeNeeded, 11)]
    [TestCase(TextTemplate.WrongCode, 12)]
    [TestCase(TextTemplate.CodesLocked, 13)]
    [TestCase(TextTemplate.BeingPriced, 14)]
    [TestCase(TextTemplate.TooManyOpen, 15)]
    [TestCase(TextTemplate.BeingChecked, 16)]
    [TestCase(TextTemplate.Reversed, 17)]
    [TestCase(TextTemplate.BankLinked, 18)]
    [TestCase(TextTemplate.BankNotLinked, 19)]
    [TestCase(TextTemplate.InsufficientFunds, 20)]
    [TestCase(TextTemplate.OverTransactionLimit, 21)]
    [TestCase(TextTemplate.OverDayLimit, 22)]
    [TestCase(TextTemplate.OverMonthLimit, 23)]
    [TestCase(TextTemplate.TooManyPaymentsToday, 24)]
    [TestCase(TextTemplate.AccountBlocked, 25)]
    [TestCase(TextTemplate.AccountNotActive, 26)]
    [TestCase(TextTemplate.MerchantUnknown, 27)]
    [TestCase(TextTemplate.MerchantSuspended, 28)]
    [TestCase(TextTemplate.ItemUnknown, 29)]
    [TestCase(TextTemplate.AmountNotAccepted, 30)]
    [TestCase(TextTemplate.NoPrice, 31)]
    [TestCase(TextTemplate.MerchantRefused, 32)]
    [TestCase(TextTemplate.InvalidPrice, 33)]
    [TestCase(TextTemplate.SourceUnavailable, 34)]
    [TestCase(TextTemplate.SystemBusy, 35)]
    [TestCase(TextTemplate.OverBillLimit, 36)]
    [TestCase(TextTemplate.SourceNotLinked, 37)]
    [TestCase(TextTemplate.NotEnoughAtSource, 38)]
    [TestCase(TextTemplate.RefusedBySource, 39)]
    [TestCase(TextTemplate.OverBalanceCap, 48)]
    [TestCase(TextTemplate.SimChanged, 49)]
    [TestCase(TextTemplate.Balance, 50)]
    [TestCase(TextTemplate.History, 51)]
    [TestCase(TextTemplate.HistoryEmpty, 52)]
    [TestCase(TextTemplate.Help, 53)]
    [TestCase(TextTemplate.HowToRegister, 54)]
    [TestCase(TextTemplate.BalanceOfBill, 55)]
    [TestCase(TextTemplate.BalanceOfBoth, 56)]
    [TestCase(TextTemplate.AmountNegative, 60)]
    [TestCase(TextTemplate.AmountZero, 61)]
    [TestCase(TextTemplate.AmountTooPrecise, 62)]
    [TestCase(TextTemplate.AmountTooLarge, 63)]
    [TestCase(TextTemplate.AmountUnclear, 64)]
    [TestCase(TextTemplate.AmountOtherCurrency, 65)]
    [TestCase(TextTemplate.MerchantMissing, 66)]
    [TestCase(TextTemplate.Menu, 70)]
    [TestCase(TextTemplate.Pending, 71)]
    [TestCase(TextTemplate.PayWhom, 72)]
    [TestCase(TextTemplate.SmsFollows, 73)]
    [TestCase(TextTemplate.DialogueOver, 74)]
    [TestCase(TextTemplate.Goodbye, 75)]
    [TestCase(TextTemplate.TakenOffBill, 90)]
    public void A_stored_number_never_changes(TextTemplate template, short stored) => Assert.That((short)template, Is.EqualTo(stored));
}
