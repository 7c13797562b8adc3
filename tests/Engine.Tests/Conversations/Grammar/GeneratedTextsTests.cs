using System.Text;
using System.Text.RegularExpressions;
using CarrierPay.Engine.Conversations.Grammar;
using CsCheck;

namespace CarrierPay.Engine.Tests.Conversations.Grammar;

/// <summary>Texts nobody thought of: any characters, and words of the grammar in any order.</summary>
[TestFixture]
public sealed partial class GeneratedTextsTests
{
    private static readonly Gen<string> Words = OneOf(
        "PAY", "zf", "支付", "付款", "Y", "是", "确认", "A", "N", "取消", "BAL", "HIST", "MX", "?", "COFFEE", "咖啡", "拿铁", "W", "P", "话费", "EUR", "元", "¥", "€",
        "4821", "４８２１", "123456", "1234567", "12.50", "12,50", "1,250", "1.250,50", "-5", "0", "１２．５", "999999999", "SHOP1234", "5678X", "\u200B", "😀", "\uD800", "٤٨٢١", "(", "\"");

    private static readonly Gen<string> Separators = OneOf("", " ", "  ", "+", "_", "*", "#", ",", "，", "、", "\n", ".", "。", "!", ":");

    private static readonly Gen<string> Sentences = Gen.Select(Words, Separators, (word, separator) => word + separator).Array[0, 10].Select(string.Concat);

    private static readonly Gen<string> AnyText = Gen.OneOf(Gen.String, Gen.Char.Array[0, 60].Select(letters => new string(letters)), Sentences, Sentences);

    [Test]
    public void Every_text_is_answered_with_a_command() =>
        AnyText.Sample(text => Assert.That(SmsGrammar.Parse(text), Is.Not.Null), iter: 100_000);

    [Test]
    public void A_payment_is_within_its_bounds() =>
        AnyText.Sample(
            text =>
            {
                if (SmsGrammar.Parse(text) is not PayCommand pay) return;
                Assert.That(pay.Keyword, Has.Length.InRange(1, SmsGrammar.MaximumNameLength));
                if (pay.Item is not null) Assert.That(pay.Item, Has.Length.InRange(1, SmsGrammar.MaximumNameLength));
                if (pay.Amount is { } amount) Assert.That((amount.Digits > 0, amount.Digits < 1_000_000_000_000, amount.Decimals is >= 0 and <= 3), Is.EqualTo((true, true, true)));
            },
            iter: 100_000);

    [Test]
    public void A_code_is_ascii_digits() =>
        AnyText.Sample(
            text =>
            {
                var code = SmsGrammar.Parse(text) switch { ConfirmCommand yes => yes.Code, DenyCommand no => no.Code, _ => null };
                return code is null || code.All(char.IsAsciiDigit);
            },
            iter: 100_000);

    [Test]
    public void Upper_and_lower_case_are_alike() =>
        AnyText.Sample(text => SmsGrammar.Parse(Ascii(text, char.ToLowerInvariant)) == SmsGrammar.Parse(Ascii(text, char.ToUpperInvariant)), iter: 50_000);

    [Test]
    public void Full_width_and_half_width_are_alike() =>
        AnyText.Sample(text => SmsGrammar.Parse(Ascii(text, c => c is > ' ' and < '\x7F' ? (char)(c + 0xFEE0) : c)) == SmsGrammar.Parse(text), iter: 50_000);

    [Test]
    public void Space_around_a_text_changes_nothing() =>
        AnyText.Where(text => text.Length < 300).Sample(text => SmsGrammar.Parse($" \r\n{text}\t ") == SmsGrammar.Parse(text), iter: 50_000);

    [Test]
    public void No_run_of_four_to_six_digits_survives_but_merchant_item_and_amount() =>
        AnyText.Sample(
            text =>
            {
                var command = SmsGrammar.Parse(text);
                var stored = SecretMask.Mask(text, command);

                Assert.That(stored, Has.Length.EqualTo(text.Length));
                var kept = command is PayCommand pay ? new[] { pay.Keyword, pay.Item, Digits(pay.Amount) } : [];
                foreach (Match run in SecretLooking().Matches(stored))
                {
                    var digits = string.Concat(run.Value.Select(digit => (char)('0' + (int)char.GetNumericValue(digit))));
                    Assert.That(kept.Any(part => part is not null && part.Contains(digits.Trim('0'))), Is.True, $"'{text}' is stored as '{stored}'");
                }
            },
            iter: 200_000);

    [Test]
    public void What_is_stored_is_text_for_a_database() =>
        AnyText.Sample(
            text =>
            {
                var command = SmsGrammar.Parse(text);
                var strict = new UTF8Encoding(false, throwOnInvalidBytes: true);
                Assert.That(() => strict.GetByteCount(SecretMask.Mask(text, command)), Throws.Nothing);
                Assert.That(SecretMask.Mask(text, command), Does.Not.Contain("\0"));
                if (command is PayCommand pay) Assert.That(() => strict.GetByteCount(pay.Keyword + pay.Item), Throws.Nothing);
            },
            iter: 100_000);

    [Test]
    public void A_code_is_never_stored() =>
        AnyText.Sample(
            text =>
            {
                var command = SmsGrammar.Parse(text);
                var code = command switch { ConfirmCommand yes => yes.Code, DenyCommand no => no.Code, _ => null };
                return code is null || code.Length < 4 || !SecretMask.Mask(text, command).Any(char.IsDigit);
            },
            iter: 200_000);

    // A number of digits is a run only if no digit stands before or behind it: a telephone number is no PIN.
    [GeneratedRegex(@"(?<!\d)\d{4,6}(?!\d)")]
    private static partial Regex SecretLooking();

    // Without point and comma: a run of the text is a part of it, but for zeros at its ends.
    private static string? Digits(AmountText? amount) => amount?.Digits.ToString();

    private static Gen<string> OneOf(params string[] values) => Gen.Int[0, values.Length - 1].Select(index => values[index]);

    private static string Ascii(string text, Func<char, char> change) => string.Concat(text.Select(c => c < 0x80 ? change(c) : c));
}
