using CarrierPay.Engine.Primitives;
using CarrierPay.Engine.Protocols.Iso8583.Messages;
using CarrierPay.Engine.Protocols.Iso8583.Wire;
using static CarrierPay.Engine.Tests.Protocols.Iso8583.Messages8583;

namespace CarrierPay.Engine.Tests.Protocols.Iso8583;

[TestFixture]
public sealed class BankMessagesTests
{
    private static readonly DateTimeOffset At = new(2026, 11, 23, 16, 0, 5, TimeSpan.Zero);
    private static readonly BankDialect D1987 = BankDialect.From(new() { Acquirer = "123456", EntryMode = "012", Condition = "08", MandateField = 48 });
    private static readonly BankDialect D1993 = BankDialect.From(new() { Profile = KnownProfiles.Settings(KnownProfiles.A1993), Acquirer = "123456" });
    private static readonly BankOrder Order = new(new(1250, Currency.Of("EUR")), new(7, "632716000007", At), At.ToOffset(TimeSpan.FromHours(3)), "DE123", "CPAY0001", "COFFEE") { Mandate = "M-1" };

    [Test]
    public void A_debit_has_the_fields_of_its_edition()
    {
        Assert.That(BankMessages.Debit(D1987, Order), Is.EqualTo(new IsoMessage("0200", (3, "001000"), (4, "000000001250"), (7, "1123160005"), (11, "000007"), (12, "190005"), (13, "1123"),
            (22, "012"), (25, "08"), (32, "123456"), (37, "632716000007"), (41, "CPAY0001"), (42, "COFFEE"), (48, "M-1"), (49, "978"), (102, "DE123"))));
        Assert.That(BankMessages.Debit(D1993, Order), Is.EqualTo(new IsoMessage("1200", (3, "001000"), (4, "000000001250"), (7, "1123160005"), (11, "000007"), (12, "261123190005"),
            (24, "200"), (32, "123456"), (37, "632716000007"), (41, "CPAY0001"), (42, "COFFEE"), (49, "978"), (102, "DE123"))));
    }

    [Test]
    public void A_reversal_names_its_original_and_its_repeat_changes_nothing_but_the_type()
    {
        var reversal = BankMessages.Reversal(D1987, BankMessages.Repeat(BankMessages.Debit(D1987, Order)), new(8, "unused", At.AddMinutes(1)), At.AddMinutes(1), "A1B2C3");
        Assert.That(reversal, Is.EqualTo(new IsoMessage("0420", (3, "001000"), (4, "000000001250"), (7, "1123160105"), (11, "000008"), (12, "160105"), (13, "1123"), (22, "012"), (25, "08"),
            (32, "123456"), (37, "632716000007"), (38, "A1B2C3"), (39, "68"), (41, "CPAY0001"), (42, "COFFEE"), (48, "M-1"), (49, "978"),
            (90, "0200" + "000007" + "1123160005" + "00000123456" + "00000000000"), (102, "DE123"))));
        Assert.That(BankMessages.Repeat(reversal), Is.EqualTo(reversal.WithMti("0421")));
        Assert.That(OriginalData.Read(reversal, Iso8583Version.V1987), Is.EqualTo(new OriginalData("0200", "000007", "1123160005", "123456")));
    }

    [Test]
    public void A_reversal_of_1993_names_its_original_in_field_56()
    {
        var reversal = BankMessages.Reversal(D1993, BankMessages.Debit(D1993, Order), new(8, "unused", At), At);
        Assert.That((reversal.Mti, reversal[24], reversal[25], reversal[56]), Is.EqualTo(("1420", "400", "4021", "1200" + "000007" + "261123190005" + "06" + "123456")));
        Assert.That(OriginalData.Read(reversal, Iso8583Version.V1993), Is.EqualTo(new OriginalData("1200", "000007", "261123190005", "123456")));
    }

    [Test]
    public void A_message_without_a_STAN_cannot_be_reversed() =>
        Assert.That(Assert.Throws<Iso8583Exception>(() => BankMessages.Reversal(D1987, Debit.With(11, null), new(8, "", At), At))!.Fault, Is.EqualTo(Iso8583Fault.FieldMissing));

    [Test]
    public void Every_message_can_be_written_under_its_profile([Values(0, 1)] int edition)
    {
        var dialect = edition == 0 ? D1987 : D1993;
        var debit = BankMessages.Debit(dialect, Order);
        foreach (var message in new[] { debit, BankMessages.Refund(dialect, Order), BankMessages.Balance(dialect, Order), BankMessages.Reversal(dialect, debit, new(8, "", At), At), NetworkMessages.Request(dialect, NetworkAction.SignOn, 1, At) })
            Assert.That(MessageReader.Decode(MessageWriter.Encode(message, dialect.Profile), dialect.Profile), Is.EqualTo(message));
    }

    [Test]
    public void An_order_shows_nothing_of_the_account() => Assert.That(Order.ToString(), Does.Not.Contain("DE123"));

    // ---- what answers mean

    private static readonly IsoMessage Sent = BankMessages.Debit(D1987, Order);

    [TestCase("00", BankVerdictKind.Approved, DeclineReason.None)]
    [TestCase("51", BankVerdictKind.Declined, DeclineReason.InsufficientFunds)]
    [TestCase("61", BankVerdictKind.Declined, DeclineReason.LimitExceeded)]
    [TestCase("14", BankVerdictKind.Declined, DeclineReason.NoSuchAccount)]
    [TestCase("30", BankVerdictKind.Declined, DeclineReason.InvalidRequest)]
    [TestCase("93", BankVerdictKind.Declined, DeclineReason.Suspected)]
    [TestCase("06", BankVerdictKind.Unknown, DeclineReason.None)]
    [TestCase("10", BankVerdictKind.Unknown, DeclineReason.None)]
    [TestCase("68", BankVerdictKind.Unknown, DeclineReason.None)]
    [TestCase("91", BankVerdictKind.Unknown, DeclineReason.None)]
    [TestCase("94", BankVerdictKind.Unknown, DeclineReason.None)]
    [TestCase("96", BankVerdictKind.Unknown, DeclineReason.None)]
    [TestCase("ZZ", BankVerdictKind.Unknown, DeclineReason.None)]
    [TestCase(null, BankVerdictKind.Unknown, DeclineReason.None)]
    public void A_response_code_means_what_the_table_says_and_else_nothing(string? code, BankVerdictKind kind, DeclineReason reason)
    {
        var verdict = BankVerdict.Of(D1987, Sent, BankOutcome.Answered(NetworkMessages.Answer(Sent, "00", (38, "A1B2C3"), (15, "1124")).With(39, code)));
        Assert.That((verdict.Kind, verdict.Reason, verdict.Code), Is.EqualTo((kind, reason, code)));
        if (kind == BankVerdictKind.Approved) Assert.That((verdict.Approval, verdict.SettlementDate), Is.EqualTo(("A1B2C3", "1124")));
    }

    [TestCase(4, "000000001251")]
    [TestCase(37, "632716000008")]
    [TestCase(49, "840")]
    [TestCase(102, "DE124")]
    public void An_answer_that_differs_from_its_request_is_in_doubt_whatever_its_code(int field, string value)
    {
        var verdict = BankVerdict.Of(D1987, Sent, BankOutcome.Answered(NetworkMessages.Answer(Sent, "00").With(field, value)));
        Assert.That((verdict.Kind, verdict.Doubt, verdict.DifferingField), Is.EqualTo((BankVerdictKind.Unknown, DoubtReason.AnswerDiffers, field)));
    }

    [Test]
    public void An_answer_that_leaves_the_account_out_does_not_differ() =>
        Assert.That(BankVerdict.Of(D1987, Sent, BankOutcome.Answered(NetworkMessages.Answer(Sent, "00").With(102, null))).Kind, Is.EqualTo(BankVerdictKind.Approved));

    [Test]
    public void Only_what_was_not_sent_is_not_done()
    {
        foreach (var reason in Enum.GetValues<NoAnswerReason>())
        {
            Assert.That(BankVerdict.Of(D1987, Sent, BankOutcome.NotSent(reason)).Kind, Is.EqualTo(BankVerdictKind.NotDone));
            Assert.That(BankVerdict.Of(D1987, Sent, BankOutcome.Unknown(reason)).Kind, Is.EqualTo(BankVerdictKind.Unknown));
        }
    }

    [Test]
    public void A_bank_may_give_codes_another_meaning()
    {
        var dialect = BankDialect.From(new() { ResponseCodes = { ["91"] = "retry", ["N7"] = "declined:suspected", ["51"] = "unknown" } });
        Assert.That(new[] { "91", "N7", "51", "00" }.Select(code => dialect.ResponseCodes[code].Kind),
            Is.EqualTo(new[] { ResponseKind.Retry, ResponseKind.Declined, ResponseKind.Unknown, ResponseKind.Approved }));
        Assert.Throws<ArgumentException>(() => BankDialect.From(new() { ResponseCodes = { ["91"] = "maybe" } }));
        Assert.Throws<ArgumentException>(() => BankDialect.From(new() { ResponseCodes = { ["91"] = "declined:3" } }));
    }

    [Test]
    public void Settings_of_a_dialect_are_checked_and_named()
    {
        (Action<DialectSettings> Break, string Says)[] wrong =
        [
            (s => s.MatchFields = [], "MatchFields"), (s => s.MatchFields = [130], "field 130"), (s => s.DebitCode = "00X000", "DebitCode"),
            (s => s.Acquirer = "123456789012", "Acquirer"), (s => s.AmountDecimals = 5, "AmountDecimals"), (s => s.MandateField = 1, "MandateField"),
        ];
        foreach (var (spoil, says) in wrong)
        {
            var settings = new DialectSettings();
            spoil(settings);
            Assert.That(Assert.Throws<ArgumentException>(() => BankDialect.From(settings))!.Message, Does.Contain(says));
        }
    }
}
