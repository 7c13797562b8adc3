using CarrierPay.Engine.Messaging.Texts;
using CsCheck;
using AllTexts = CarrierPay.Engine.Messaging.Texts.Texts;

namespace CarrierPay.Engine.Tests.Messaging.Texts;

/// <summary>Whatever the parameters are, a text fits one part, counted as a network counts, and what may not be shortened is there in full.</summary>
[TestFixture]
public sealed class GeneratedTextsTests
{
    private static readonly AllTexts Built = AllTexts.LoadEmbedded();

    private static readonly Gen<TextTemplate> Templates = OneOf(Enum.GetValues<TextTemplate>());
    private static readonly Gen<Language> Languages = OneOf(Enum.GetValues<Language>());

    // Amounts up to 9 digits and 3 decimals, below zero too where a balance may be; codes of 4 to 6 digits.
    private static readonly Gen<(long Minor, int Exponent)> Amounts = Gen.Frequency(
        (1, Gen.Const((999_999_999_999L, 3))),
        (2, Gen.Select(Gen.Long[0, 999_999_999_999], OneOf(2, 3), (minor, exponent) => (exponent == 3 ? minor : minor / 10, exponent))));

    private static readonly Gen<string> Names = Gen.OneOf(
        NameOf("ABCDEFGHIJ klmnop0123"),
        NameOf("北京星光咖啡有限公司大厦"),
        NameOf("EA星光 café€[]"),
        NameOf("ãøÉŁ’é "),
        Gen.OneOf(Gen.Const("😀"), Gen.Const("𠮷"), Gen.Const("e\u0301"), Gen.Const("A")).Array[0, 20].Select(string.Concat));

    private static readonly Gen<string> Lists = Gen.Select(Names.Array[0, 12], Languages, TextFormat.List);

    [Test]
    public void Every_text_fits_one_part_and_keeps_amount_code_and_reference() =>
        Gen.Select(Templates, Languages).SelectMany((template, language) => Parameters(template, language).Select(parameters => (template, language, parameters)))
            .Sample(
                row =>
                {
                    var screen = Built.RenderScreen(row.template, row.language, row.parameters);
                    Assert.That(GsmAlphabet.FitsOnePart(screen), Is.True, () => $"{GsmAlphabet.Septets(screen)} septets, {screen.Length} units: {screen}");
                    var text = Built.Render(row.template, row.language, row.parameters);

                    Assert.That(GsmAlphabet.FitsOnePart(text), Is.True, () => $"{GsmAlphabet.Septets(text)} septets, {text.Length} units: {text}");
                    var declared = TextParameters.Of(row.template);
                    for (var index = 0; index < declared.Length; index++)
                    {
                        if (declared[index].Name is "amount" or "code" or "ref" or "earlier" or "tries" or "until" or "when")
                            Assert.That(text, Does.Contain(row.parameters[index]));
                    }
                },
                iter: 100_000);

    [Test]
    public void The_worst_case_of_every_text_fits_one_part([Values] Language language, [Values("A", "€", "咖", "😀", "ã")] string letter)
    {
        var name = string.Concat(Enumerable.Repeat(letter, 40));
        foreach (var template in Enum.GetValues<TextTemplate>())
        {
            string[] parameters = [.. TextParameters.Of(template).Select(parameter => parameter.Kind switch
            {
                ParameterKind.Amount => "EUR 999999999.999",
                ParameterKind.Code => "999999",
                ParameterKind.Reference => "K7Q2M9",
                ParameterKind.Time => "23:59",
                ParameterKind.DateTime => "31/12 23:59",
                ParameterKind.Count => "99",
                ParameterKind.Example => "12.500",
                ParameterKind.Currency => "EUR",
                ParameterKind.Word => Enum.GetValues<TextWord>().Select(word => Built.Word(word, language)).MaxBy(word => word.Length)!,
                ParameterKind.Name => name,
                ParameterKind.List => TextFormat.List(Enumerable.Repeat(name, 10), language),
                _ => Lines(language, Enumerable.Repeat((name, (999_999_999_999L, 3)), 5)),
            })];

            foreach (var text in new[] { Built.Render(template, language, parameters), Built.RenderScreen(template, language, parameters) })
                Assert.That(GsmAlphabet.FitsOnePart(text), Is.True, () => $"{template}: {GsmAlphabet.Septets(text)} septets, {text.Length} units: {text}");
        }
    }

    [Test]
    public void A_shortened_name_says_so_and_begins_as_it_should() =>
        Gen.Select(Names.Where(name => name.Trim().Length > 0), Names, Languages).Sample(
            (payee, item, language) =>
            {
                var text = Built.Render(TextTemplate.Prompt, language, "EUR 12.50", payee, item, "wallet", "4821", "14:35", "K7Q2M9");
                var isEnglish = language == Language.English;
                var start = text.IndexOf(isEnglish ? " to " : "向", StringComparison.Ordinal) + (isEnglish ? 4 : 1);
                var shown = text[start..];

                var whole = shown.StartsWith(PlainNames.OneLine(payee), StringComparison.Ordinal) || shown.StartsWith(PlainNames.InGsm(PlainNames.OneLine(payee)), StringComparison.Ordinal);
                var points = shown.IndexOf("..", StringComparison.Ordinal);
                Assert.That(whole || (points >= 0 && PlainNames.InGsm(PlainNames.OneLine(payee)).StartsWith(PlainNames.InGsm(shown[..points]), StringComparison.Ordinal)), Is.True, text);
                Assert.That(whole || points >= 1, Is.True, $"At least something of the name stays: {text}");
            });

    [Test]
    public void No_text_ends_in_the_middle_of_a_character() =>
        Gen.Select(Templates, Languages).SelectMany((template, language) => Parameters(template, language).Select(parameters => Built.Render(template, language, parameters)))
            .Sample(text => text.Select((c, index) => !char.IsHighSurrogate(c) || char.IsLowSurrogate(text[index + 1])).All(whole => whole)
                && text.Select((c, index) => !char.IsLowSurrogate(c) || char.IsHighSurrogate(text[index - 1])).All(whole => whole));

    private static Gen<string[]> Parameters(TextTemplate template, Language language) =>
        TextParameters.Of(template).Select(parameter => Of(parameter, language))
            .Aggregate(Gen.Const(Array.Empty<string>()), (all, next) => Gen.Select(all, next, (values, value) => (string[])[.. values, value]));

    private static Gen<string> Of(TextParameter parameter, Language language) => parameter.Kind switch
    {
        ParameterKind.Amount when parameter.Name == "amount" => Money(language),
        ParameterKind.Amount => Gen.Frequency((3, Money(language)), (1, Gen.Const(""))),
        ParameterKind.Code => Gen.Char["0123456789"].Array[4, 6].Select(digits => new string(digits)),
        ParameterKind.Reference => Gen.Char["ABCDEFGHJKMNPQRSTVWXYZ23456789"].Array[6].Select(letters => new string(letters)),
        ParameterKind.Time => Times.Select(TextFormat.Time),
        ParameterKind.DateTime => Times.Select(time => TextFormat.DateAndTime(time, language)),
        ParameterKind.Count => Gen.Int[0, 99].Select(count => $"{count}"),
        ParameterKind.Example => Gen.Int[0, 4].Select(TextFormat.AmountExample),
        ParameterKind.Currency => OneOf("EUR", "CNY").Select(code => TextFormat.Currency(code, language)),
        ParameterKind.Word => OneOf(Enum.GetValues<TextWord>()).Select(word => Built.Word(word, language)),
        ParameterKind.Name => Names,
        ParameterKind.List => Lists,
        _ => Gen.Select(Names, Amounts).Array[1, 5].Select(lines => Lines(language, lines)),
    };

    private static Gen<DateTimeOffset> Times => Gen.Int[0, 60 * 24 * 365].Select(minute => Sample.Now.AddMinutes(minute));

    private static Gen<string> Money(Language language) =>
        Gen.Select(Amounts, OneOf("EUR", "CNY", "KWD"), (amount, currency) => TextFormat.Amount(amount.Minor, amount.Exponent, currency, language));

    private static string Lines(Language language, IEnumerable<(string Name, (long Minor, int Exponent) Amount)> lines) =>
        string.Join('\n', lines.Select((line, day) => TextFormat.HistoryLine(Sample.Now.AddDays(-day), line.Amount.Minor, line.Amount.Exponent, line.Name, language)));

    private static Gen<string> NameOf(string letters) => Gen.Char[letters].Array[0, 40].Select(name => new string(name));

    private static Gen<T> OneOf<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(index => values[index]);
}
