namespace CarrierPay.Engine.Conversations.Grammar;

/// <summary>A text folded character by character and cut into tokens, with the place of each token in the original.</summary>
internal ref struct FoldedText
{
    /// <summary>Longer texts are no commands. A command of three parts of an SMS does not exist; 400 leaves room for lost spaces.</summary>
    public const int MaximumLength = 400;

    /// <summary>Verb, merchant, item, currency, amount, currency, source; one more shows that there are too many.</summary>
    public const int MaximumTokens = 8;

    private readonly Span<char> _characters;
    private readonly Span<int> _origins;
    private readonly Span<Range> _tokens;
    private readonly int _originalLength;

    /// <summary>The buffers belong to the caller's stack frame: <paramref name="characters"/> and <paramref name="origins"/> as long as the text.</summary>
    public FoldedText(ReadOnlySpan<char> text, Span<char> characters, Span<int> origins, Span<Range> tokens)
    {
        _originalLength = text.Length;
        var length = 0;
        for (var index = 0; index < text.Length;)
        {
            var origin = index;
            var folded = CharacterFold.Next(text, ref index);
            if (folded == CharacterFold.Nothing) continue;
            characters[length] = folded;
            origins[length++] = origin;
        }

        _characters = characters[..length];
        _origins = origins;
        _tokens = tokens;
        Cut();
    }

    /// <summary>Number of tokens, at most <see cref="MaximumTokens"/>.</summary>
    public int Count { get; private set; }

    /// <summary>The command word of the first token; null if it is none.</summary>
    public Verb? Verb { get; private set; }

    /// <summary>True if what follows the command word was typed without a space.</summary>
    public bool IsGlued { get; private set; }

    /// <summary>True for a text of nothing but question marks, spaces and signs.</summary>
    public bool IsQuestionMark { get; private set; }

    public readonly ReadOnlySpan<char> this[int token] => _characters[_tokens[token]];

    /// <summary>Where a part of a token stands in the original text.</summary>
    public readonly Range Original(int token, int start, int length)
    {
        if (length == 0) return default;
        var first = _tokens[token].Start.Value + start;
        var end = first + length;
        return _origins[first]..(end < _characters.Length ? _origins[end] : _originalLength);
    }

    /// <summary>Makes one token two: the first <paramref name="length"/> characters, and the rest.</summary>
    public void Split(int token, int length)
    {
        if (Count == MaximumTokens) return;
        var (start, end) = (_tokens[token].Start.Value, _tokens[token].End.Value);
        _tokens[token..Count].CopyTo(_tokens[(token + 1)..]);
        _tokens[token] = start..(start + length);
        _tokens[token + 1] = (start + length)..end;
        Count++;
    }

    private void Cut()
    {
        var question = false;
        for (var position = 0; position < _characters.Length && Count < MaximumTokens;)
        {
            while (position < _characters.Length && IsSeparator(position)) question |= _characters[position++] == '?';
            var start = position;
            while (position < _characters.Length && !IsSeparator(position)) position++;
            var end = position;
            Trim(ref start, ref end, ref question);
            if (start == end) continue;
            _tokens[Count++] = start..end;
            if (Count == 1) FindVerb();
        }

        IsQuestionMark = question && Count == 0;
    }

    private void FindVerb()
    {
        var token = this[0];
        if (CommandWords.TryFindVerb(token, out var verb))
        {
            Verb = verb;
        }
        else if (CommandWords.TryFindGlued(token, out verb, out var length))
        {
            Verb = verb;
            IsGlued = true;
            Split(0, length);
        }
    }

    /// <remarks>
    /// From the third token on a comma between two digits belongs to a number (<c>PAY COFFEE 12,50</c>). Before that it separates,
    /// because a command word and a merchant have no decimals (<c>PAY,888,12</c>).
    /// </remarks>
    private readonly bool IsSeparator(int position)
    {
        var c = _characters[position];
        if (c == ',')
        {
            return Count < 2 || position == 0 || position + 1 == _characters.Length
                || !char.IsAsciiDigit(_characters[position - 1]) || !char.IsAsciiDigit(_characters[position + 1]);
        }

        return c is ' ' or '+' or '_' or '*' or '#' or ':' or ';' or '|';
    }

    private readonly void Trim(ref int start, ref int end, ref bool question)
    {
        while (start < end && IsPunctuation(_characters[start]) && !(_characters[start] == '.' && start + 1 < end && char.IsAsciiDigit(_characters[start + 1])))
            question |= _characters[start++] == '?';
        while (start < end && IsPunctuation(_characters[end - 1]))
            question |= _characters[--end] == '?';
    }

    private static bool IsPunctuation(char c) => c is '.' or '!' or '?' or ',' or '"' or '\'' or '(' or ')' or '[' or ']' or '{' or '}' or '<' or '>' or '~' or '/' or '…';
}
