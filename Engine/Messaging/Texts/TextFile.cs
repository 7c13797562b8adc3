namespace CarrierPay.Engine.Messaging.Texts;

/// <summary>The texts of one language, read from a file of lines <c>Name = text</c> and checked.</summary>
/// <remarks>
/// Everything that a translator can get wrong is found here, at the start, and named with its file and line: a missing or unknown name, an unknown placeholder,
/// one that was forgotten, and a text that has no room for the longest amounts in one message.
/// </remarks>
internal sealed class TextFile
{
    private const string CompactSuffix = ".compact", ScreenSuffix = ".ussd", WordPrefix = "Word.";

    private static readonly TextTemplate[] Templates = Enum.GetValues<TextTemplate>();
    private static readonly TextWord[] AllWords = Enum.GetValues<TextWord>();

    private readonly string _name;
    private readonly Wording?[] _wordings = new Wording?[(int)Templates[^1] + 1];
    private readonly Wording?[] _screens = new Wording?[(int)Templates[^1] + 1];
    private readonly string[] _words;

    private TextFile(string name, Dictionary<string, (int Line, string Text)> lines)
    {
        _name = name;
        _words = [.. AllWords.Select(word => Take(lines, WordPrefix + word).Text)];
        var longestWord = _words.Max(word => word.Length);
        foreach (var template in Templates)
        {
            _wordings[(int)template] = ReadWording(template, "", lines, longestWord);
            if (lines.ContainsKey(template + ScreenSuffix)) _screens[(int)template] = ReadWording(template, ScreenSuffix, lines, longestWord);
        }

        foreach (var (unknown, (line, _)) in lines) throw Wrong(line, unknown, "there is no text of this name");
    }

    public string Word(TextWord word) => _words[(int)word];

    /// <summary>Null for a number that is no template.</summary>
    public Wording? Find(TextTemplate template) => (int)template >= 0 && (int)template < _wordings.Length ? _wordings[(int)template] : null;

    /// <summary>The wording on a USSD screen: that of an SMS where there is no other. Null for a number that is no template.</summary>
    public Wording? FindScreen(TextTemplate template) => Find(template) is { } wording ? _screens[(int)template] ?? wording : null;

    /// <summary>Throws <see cref="InvalidDataException"/> with file, line and what is wrong.</summary>
    public static TextFile Parse(string name, string content)
    {
        var lines = new Dictionary<string, (int Line, string Text)>(StringComparer.Ordinal);
        var number = 0;
        foreach (var line in content.Split('\n'))
        {
            number++;
            var trimmed = line.Trim().TrimStart('\uFEFF');
            if (trimmed.Length == 0 || trimmed[0] == '#') continue;
            var equals = trimmed.IndexOf('=');
            if (equals < 1) throw new InvalidDataException($"{name}, line {number}: a line is Name = text.");
            if (!lines.TryAdd(trimmed[..equals].TrimEnd(), (number, trimmed[(equals + 1)..].TrimStart())))
                throw new InvalidDataException($"{name}, line {number}: {trimmed[..equals].TrimEnd()} stands in the file twice.");
        }

        return new TextFile(name, lines);
    }

    private Wording ReadWording(TextTemplate template, string suffix, Dictionary<string, (int Line, string Text)> lines, int longestWord)
    {
        var parameters = TextParameters.Of(template);
        var name = template + suffix;
        var hasCompact = lines.ContainsKey(name + CompactSuffix);
        var (line, text) = Take(lines, name);
        var full = ReadVariant(line, name, text, parameters);
        for (var index = 0; index < parameters.Length; index++)
        {
            // A screen may say less.
            if (suffix.Length == 0 && !full.Uses(index)) throw Wrong(line, name, $"{{{parameters[index].Name}}} is missing");
        }

        CheckRoom(line, name, full, full.IsGsm, longestWord);
        if (!hasCompact)
        {
            // A name in Chinese turns an English text into UCS-2, which leaves it 70 characters.
            if (full.IsGsm && parameters.Any(parameter => parameter.IsShortenable)) CheckRoom(line, name, full, false, longestWord);
            return new Wording(full, full, parameters);
        }

        (line, text) = Take(lines, name + CompactSuffix);
        var compact = ReadVariant(line, name + CompactSuffix, text, parameters);
        CheckRoom(line, name + CompactSuffix, compact, false, longestWord);
        return new Wording(full, compact, parameters);
    }

    private TextVariant ReadVariant(int line, string name, string text, TextParameter[] parameters)
    {
        TextVariant variant;
        try
        {
            variant = TextVariant.Parse(text, parameters);
        }
        catch (FormatException e)
        {
            throw Wrong(line, name, e.Message);
        }

        for (var index = 0; index < parameters.Length; index++)
        {
            var mayNotBeLeftOut = parameters[index].Kind is ParameterKind.Code or ParameterKind.Reference || parameters[index].Name == "amount";
            if (mayNotBeLeftOut && (!variant.Uses(index) || variant.IsOptional(index))) throw Wrong(line, name, $"{{{parameters[index].Name}}} must stand in it, outside of [...]");
        }

        return variant;
    }

    private void CheckRoom(int line, string name, TextVariant variant, bool gsm, int longestWord)
    {
        var needed = variant.Reserve(longestWord, gsm);
        var budget = gsm ? TextLength.SeptetsInOnePart : TextLength.UnitsInOnePart;
        if (needed > budget) throw Wrong(line, name, $"the text may need {needed} characters and one message has {budget}");
    }

    private (int Line, string Text) Take(Dictionary<string, (int Line, string Text)> lines, string name)
    {
        if (!lines.Remove(name, out var line) || line.Text.Length == 0) throw new InvalidDataException($"{_name}: the text {name} is missing.");
        return line;
    }

    private InvalidDataException Wrong(int line, string name, string what) => new($"{_name}, line {line}: {name}: {what}.");

    /// <summary>The wordings of a template: <paramref name="Compact"/> is for texts that are sent in UCS-2 though their own words are not.</summary>
    internal sealed record Wording(TextVariant Full, TextVariant Compact, TextParameter[] Parameters);
}
