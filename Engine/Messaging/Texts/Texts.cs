using System.Runtime.InteropServices;

namespace CarrierPay.Engine.Messaging.Texts;

/// <summary>Makes the text that is sent of what is stored: a template, a language and parameters. Immutable, pure, for any number of threads.</summary>
/// <remarks>
/// A text may have a second wording for USSD screens, made by <see cref="RenderScreen"/> of the same parameters: so where it goes may be decided after what it says.
/// Every text fits one part of an SMS and one USSD screen (160 septets, or 70 UCS-2 units when a character is not of the GSM alphabet), as long as amounts have at
/// most 9 digits and 3 decimals. For this only names and what stands in <c>[...]</c> in the text files are shortened or left out; amount, code and reference never are.
/// </remarks>
public sealed class Texts
{
    private static readonly Language[] Languages = Enum.GetValues<Language>();

    private readonly TextFile[] _files;

    private Texts(TextFile[] files) => _files = files;

    /// <summary>Reads the texts that are built in. Throws <see cref="InvalidDataException"/>, naming file and line, if one cannot be used: for the start of a process.</summary>
    public static Texts LoadEmbedded() => Load(language =>
    {
        var name = $"Texts.{language}.txt";
        using var stream = typeof(Texts).Assembly.GetManifestResourceStream(name) ?? throw new InvalidDataException($"The texts {name} are not built in.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    });

    internal static Texts Load(Func<Language, string> content) =>
        new([.. Languages.Select(language => TextFile.Parse($"{language}.txt", content(language)))]);

    /// <summary>The text, in one part.</summary>
    /// <param name="template">Throws <see cref="ArgumentOutOfRangeException"/> for a number that is none.</param>
    /// <param name="language">Throws as <paramref name="template"/>.</param>
    /// <param name="parameters">In the order of <see cref="TextTemplate"/>'s comments, formatted by <see cref="TextFormat"/>; empty for what there is none of. Another number of them throws <see cref="ArgumentException"/>.</param>
    public string Render(TextTemplate template, Language language, params ReadOnlySpan<string> parameters)
    {
        var wording = FileOf(language).Find(template) ?? throw NoSuchText(template);
        return Render(wording, template, parameters);
    }

    /// <summary>The text as a USSD screen shows it, which may be worded for it: it says what to type. Otherwise as <see cref="Render(TextTemplate, Language, ReadOnlySpan{string})"/>.</summary>
    public string RenderScreen(TextTemplate template, Language language, params ReadOnlySpan<string> parameters) =>
        Render(FileOf(language).FindScreen(template) ?? throw NoSuchText(template), template, parameters);

    private static string Render(TextFile.Wording wording, TextTemplate template, ReadOnlySpan<string> parameters)
    {
        if (parameters.Length != wording.Parameters.Length)
            throw new ArgumentException($"{template} has {wording.Parameters.Length} parameters, {parameters.Length} were given.", nameof(parameters));

        return wording.Parameters.Length == 0
            ? wording.Full.Render(parameters, wording.Full.IsGsm, int.MaxValue)
            : Render(wording, [.. parameters]);
    }

    /// <inheritdoc cref="Render(TextTemplate, Language, ReadOnlySpan{string})"/>
    public string Render(TextTemplate template, Language language, IReadOnlyList<string> parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        return parameters is List<string> list
            ? Render(template, language, CollectionsMarshal.AsSpan(list))
            : Render(template, language, parameters as string[] ?? [.. parameters]);
    }

    /// <summary>A word to be given as a parameter: where the money comes from, how a payment ended.</summary>
    public string Word(TextWord word, Language language) => FileOf(language).Word(word);

    private static ArgumentOutOfRangeException NoSuchText(TextTemplate template) => new(nameof(template), template, "There is no such text.");

    private static string Render(TextFile.Wording wording, string[] values)
    {
        var full = wording.Full;
        var gsm = full.IsGsm;
        for (var index = 0; index < values.Length; index++)
        {
            if (wording.Parameters[index].Kind is ParameterKind.Name or ParameterKind.List) values[index] = PlainNames.OneLine(values[index]);
            if (full.IsGsm && wording.Parameters[index].IsShortenable) values[index] = PlainNames.InGsm(values[index]);
            gsm &= TextLength.AllGsm(values[index]);
        }

        var budget = gsm ? TextLength.SeptetsInOnePart : TextLength.UnitsInOnePart;
        var variant = gsm || full.FullUnits(values, gsm) <= budget ? full : wording.Compact;
        return variant.Render(values, gsm, budget);
    }

    private TextFile FileOf(Language language)
    {
        var index = (int)language - (int)Languages[0];
        return index >= 0 && index < _files.Length ? _files[index] : throw new ArgumentOutOfRangeException(nameof(language), language, "There are no texts in this language.");
    }
}
