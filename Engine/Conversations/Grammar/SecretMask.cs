using System.Buffers;

namespace CarrierPay.Engine.Conversations.Grammar;

/// <summary>The form in which a subscriber's text may be stored: no code and no PIN in it, and nothing that PostgreSQL refuses as text.</summary>
public static class SecretMask
{
    private static readonly SearchValues<char> NeedsCare = SearchValues.Create(['\0', .. Enumerable.Range(0xD800, 0x800).Select(code => (char)code)]);

    /// <summary>Replaces each digit of every run of 4-6 digits by <c>*</c>, but for the merchant, item and amount that <paramref name="command"/> read in it.</summary>
    /// <param name="text">As it arrived.</param>
    /// <param name="command">
    /// What <see cref="SmsGrammar.Parse"/> gave for this text. With any other command nothing is kept: pass <see cref="UnknownCommand.Instance"/>
    /// where the decision shows that a number was no merchant (<c>PAY 4821</c>, meant as a yes).
    /// </param>
    /// <remarks>
    /// Digits of every script and width count. A character that nobody sees neither ends a run nor lengthens one: both readings are masked. Behind a yes or no longer runs are replaced too,
    /// because they begin with a code. The length stays, so that a reader sees a code of the wrong length. U+0000 and half of a surrogate pair become U+FFFD.
    /// </remarks>
    public static string Mask(string text, SmsCommand command)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(command);
        if (!HasDigit(text) && text.AsSpan().IndexOfAny(NeedsCare) < 0) return text;

        var places = default(SmsGrammar.Places);
        if (command is PayCommand or MoveCommand && !command.Equals(SmsGrammar.Read(text, out places))) places = default;
        var longest = command is ConfirmCommand or DenyCommand ? int.MaxValue : SmsGrammar.MaximumCodeLength;

        return string.Create(text.Length, (text, places, longest), static (masked, source) =>
        {
            source.text.CopyTo(masked);
            MaskRuns(source.text, masked, source.places, source.longest, acrossUnseen: true);
            MaskRuns(source.text, masked, source.places, source.longest, acrossUnseen: false);
            MakeStorable(masked);
        });
    }

    private static void MaskRuns(ReadOnlySpan<char> text, Span<char> masked, SmsGrammar.Places places, int longest, bool acrossUnseen)
    {
        for (var index = 0; index < text.Length;)
        {
            var start = index;
            var digits = CountRun(text, ref index, acrossUnseen);
            if (digits == 0) index++;
            else if (digits >= SmsGrammar.MinimumCodeLength && digits <= longest && !IsKept(start, places)) Hide(text, masked, start, index);
        }
    }

    private static bool HasDigit(string text)
    {
        for (var index = 0; index < text.Length;)
        {
            if (char.IsAsciiDigit(CharacterFold.Next(text, ref index))) return true;
        }

        return false;
    }

    /// <summary>The number of digits in the run that begins at <paramref name="index"/>, which is moved behind it; 0 and not moved if there is none.</summary>
    private static int CountRun(ReadOnlySpan<char> text, ref int index, bool acrossUnseen)
    {
        var digits = 0;
        for (var next = index; next < text.Length;)
        {
            var c = CharacterFold.Next(text, ref next);
            if (char.IsAsciiDigit(c))
            {
                digits++;
                index = next;
            }
            else if (digits == 0 || !acrossUnseen || c != CharacterFold.Nothing)
            {
                break;
            }
        }

        return digits;
    }

    private static void Hide(ReadOnlySpan<char> text, Span<char> masked, int start, int end)
    {
        for (var index = start; index < end;)
        {
            var from = index;
            if (char.IsAsciiDigit(CharacterFold.Next(text, ref index))) masked[from..index].Fill('*');
        }
    }

    private static void MakeStorable(Span<char> text)
    {
        for (var index = 0; index < text.Length; index++)
        {
            if (char.IsHighSurrogate(text[index]) && index + 1 < text.Length && char.IsLowSurrogate(text[index + 1])) index++;
            else if (text[index] == '\0' || char.IsSurrogate(text[index])) text[index] = '\uFFFD';
        }
    }

    private static bool IsKept(int start, SmsGrammar.Places places) =>
        IsIn(start, places.Keyword) || IsIn(start, places.Item) || IsIn(start, places.Amount);

    private static bool IsIn(int position, Range range) => position >= range.Start.Value && position < range.End.Value;
}
