using System.Text.RegularExpressions;
using CarrierPay.Engine.Messaging.Texts;
using AllTexts = CarrierPay.Engine.Messaging.Texts.Texts;

namespace CarrierPay.Engine.Tests.Messaging.Texts;

/// <summary>What a translator can get wrong is said at the start, with file and line.</summary>
[TestFixture]
public sealed class TextFileTests
{
    [TestCase("Expired", null, "SimplifiedChinese.txt: the text Expired is missing.")]
    [TestCase("Word.Bank", null, "SimplifiedChinese.txt: the text Word.Bank is missing.")]
    [TestCase("Expired", "", "SimplifiedChinese.txt: the text Expired is missing.")]
    [TestCase("Expired", "{ref}{amount}", "Expired: {payee} is missing.")]
    [TestCase("Expired", "{amount}{payee}", "Expired: {ref} must stand in it, outside of [...].")]
    [TestCase("Expired", "[{ref}]{amount}{payee}", "Expired: {ref} must stand in it, outside of [...].")]
    [TestCase("Prompt", "{amount}{payee}{item}{source}[{code}]{until}{ref}", "Prompt: {code} must stand in it, outside of [...].")]
    [TestCase("Expired", "{ref}{amount}{payee}{name}", "Expired: {name} is no parameter of this text; it has {ref}, {amount}, {payee}.")]
    [TestCase("SystemBusy", "{ref}", "SystemBusy: {ref} is no parameter of this text; it has none.")]
    [TestCase("Expired", "{ref}{amount}{payee}{ref}", "Expired: {ref} stands in it twice.")]
    [TestCase("Expired", "{ref}{amount}[{payee}", "Expired: a '[' is not closed.")]
    [TestCase("Expired", "{ref}{amount}{payee", "Expired: '{' stands where it cannot.")]
    [TestCase("Expired", "{ref}{amount}{payee}]", "Expired: ']' stands where it cannot.")]
    [TestCase("Expired", "{ref}{amount}{payee}[x]", "Expired: each [...] holds exactly one {name}.")]
    [TestCase("SystemBusy", "系统系统系统系统系统系统系统系统系统系统系统系统系统系统系统系统系统系统系统系统系统系统系统系统系统系统系统系统系统系统系统系统系统系统系统系统", "SystemBusy: the text may need 72 characters and one message has 70.")]
    [TestCase("Expired", "系统系统系统系统系统系统系统系统系统系统系统{ref}{amount}{payee}系统系统系统系统系统系统系统系统系统系统", "Expired: the text may need 71 characters and one message has 70.")]
    public void A_mistake_in_a_file_stops_the_start(string name, string? text, string message) =>
        Assert.That(() => Load(content => Replace(content, name, text)), Throws.InstanceOf<InvalidDataException>().With.Message.Contains(message));

    [TestCase("Expired = twice", "Expired stands in the file twice.")]
    [TestCase("Expird = {ref}", "Expird: there is no text of this name.")]
    [TestCase("Help.compacted = x", "Help.compacted: there is no text of this name.")]
    [TestCase("words without a name", "a line is Name = text.")]
    public void A_line_too_many_stops_the_start(string line, string message) =>
        Assert.That(() => Load(content => content + "\n" + line + "\n"), Throws.InstanceOf<InvalidDataException>().With.Message.Contains(message));

    [Test]
    public void The_message_names_the_line()
    {
        var line = File(Language.SimplifiedChinese).Split('\n').ToList().FindIndex(text => text.StartsWith("Expired ", StringComparison.Ordinal)) + 1;

        Assert.That(() => Load(content => Replace(content, "Expired", "{name}")), Throws.InstanceOf<InvalidDataException>().With.Message.StartsWith($"SimplifiedChinese.txt, line {line}: Expired: "));
    }

    [Test]
    public void An_english_text_that_fits_only_without_chinese_names_needs_a_compact_one() =>
        Assert.That(
            () => AllTexts.Load(language => language == Language.English ? Replace(File(language), "Prompt.compact", null) : File(language)),
            Throws.InstanceOf<InvalidDataException>().With.Message.Contains("Prompt: the text may need").And.Message.EndsWith("one message has 70."));

    [Test]
    public void Comments_empty_lines_and_line_ends_of_windows_are_fine() =>
        Assert.That(() => Load(content => "\uFEFF# 注释\n\n" + content.Replace("\n", "\r\n")), Throws.Nothing);

    [Test]
    public void The_order_of_words_is_free()
    {
        var texts = Load(content => Replace(content, "Expired", "{payee} {amount} {ref}"));

        Assert.That(texts.Render(TextTemplate.Expired, Language.SimplifiedChinese, "K7Q2M9", "12.50元", "EA"), Is.EqualTo("EA 12.50元 K7Q2M9"));
    }

    private static AllTexts Load(Func<string, string> changeChinese) =>
        AllTexts.Load(language => language == Language.SimplifiedChinese ? changeChinese(File(language)) : File(language));

    private static string File(Language language)
    {
        using var reader = new StreamReader(typeof(AllTexts).Assembly.GetManifestResourceStream($"Texts.{language}.txt")!);
        return reader.ReadToEnd();
    }

    private static string Replace(string content, string name, string? text)
    {
        var changed = Regex.Replace(content, $@"(?m)^{Regex.Escape(name)}\s*=.*\n", text is null ? "" : $"{name} = {text}\n");
        Assert.That(changed, Is.Not.EqualTo(content), "The test changes a line that is there.");
        return changed;
    }
}
