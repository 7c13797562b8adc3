using System.Globalization;
using System.Runtime.CompilerServices;

namespace CarrierPay.Engine.Messaging.Texts;

/// <summary>One wording of a template, cut into pieces once, so that rendering is copying.</summary>
internal sealed class TextVariant
{
    private const int None = -1;

    private readonly Piece[] _pieces;
    private readonly TextParameter[] _parameters;
    private readonly int[] _dropOrder;
    private readonly bool[] _isUsed;

    private TextVariant(Piece[] pieces, TextParameter[] parameters)
    {
        _pieces = pieces;
        _parameters = parameters;
        GroupCount = pieces.Length == 0 ? 0 : pieces.Max(piece => piece.Group) + 1;
        IsGsm = pieces.All(piece => TextLength.AllGsm(piece.Literal));
        _isUsed = [.. parameters.Select((_, index) => pieces.Any(piece => piece.Parameter == index))];

        // First the groups that hold a name, from the end, then the others: what it is called gives way before what it costs and where the money comes from.
        _dropOrder = [.. Enumerable.Range(0, GroupCount).OrderBy(group => HasName(group) ? 0 : 1).ThenByDescending(group => group)];
    }

    /// <summary>True if nothing but a parameter can turn this text into UCS-2.</summary>
    public bool IsGsm { get; }

    /// <summary>Number of <c>[...]</c>.</summary>
    public int GroupCount { get; }

    /// <summary>Throws <see cref="FormatException"/> with what is wrong, for a translator to read.</summary>
    public static TextVariant Parse(string text, TextParameter[] parameters)
    {
        var pieces = new List<Piece>();
        var group = None;
        var groups = 0;
        var rest = text.Replace("\\n", "\n", StringComparison.Ordinal);
        while (rest.Length > 0)
        {
            var at = rest.IndexOfAny(['{', '}', '[', ']']);
            if (at != 0) pieces.Add(new Piece(at < 0 ? rest : rest[..at], None, group));
            if (at < 0) break;
            var sign = rest[at];
            rest = rest[(at + 1)..];
            switch (sign)
            {
                case '[' when group == None:
                    group = groups++;
                    break;
                case ']' when group != None:
                    if (pieces.Count(piece => piece.Group == group && piece.Parameter != None) != 1) throw new FormatException("each [...] holds exactly one {name}");
                    group = None;
                    break;
                case '{' when rest.IndexOf('}') is > 0 and var end:
                    var name = rest[..end];
                    var index = Array.FindIndex(parameters, parameter => parameter.Name == name);
                    if (index < 0) throw new FormatException($"{{{name}}} is no parameter of this text; it has {Names(parameters)}");
                    if (pieces.Any(piece => piece.Parameter == index)) throw new FormatException($"{{{name}}} stands in it twice");
                    pieces.Add(new Piece("", index, group));
                    rest = rest[(end + 1)..];
                    break;
                default:
                    throw new FormatException($"'{sign}' stands where it cannot");
            }
        }

        if (group != None) throw new FormatException("a '[' is not closed");
        return new TextVariant([.. pieces], parameters);
    }

    public bool Uses(int parameter) => _isUsed[parameter];

    /// <summary>True if the parameter can be left out with its group.</summary>
    public bool IsOptional(int parameter) => _pieces.Any(piece => piece.Parameter == parameter && piece.Group != None);

    /// <summary>The room this text takes at least, with the longest of everything that cannot be shortened and the shortest of what can.</summary>
    public int Reserve(int longestWord, bool gsm) => _pieces.Where(piece => piece.Group == None)
        .Sum(piece => piece.Parameter == None ? UnitsOf(piece, [], gsm) : _parameters[piece.Parameter].Reserve(longestWord));

    /// <summary>The room the text takes with nothing shortened.</summary>
    public int FullUnits(ReadOnlySpan<string> values, bool gsm)
    {
        var units = 0;
        foreach (var piece in _pieces)
        {
            if (piece.Group == None || !IsEmpty(piece.Group, values)) units += UnitsOf(piece, values, gsm);
        }

        return units;
    }

    /// <summary>The text, within <paramref name="budget"/> as long as the parameters keep to <see cref="TextParameter.Reserve"/>.</summary>
    public string Render(ReadOnlySpan<string> values, bool gsm, int budget)
    {
        Span<bool> dropped = stackalloc bool[GroupCount];
        Span<int> room = stackalloc int[values.Length];
        for (var group = 0; group < GroupCount; group++) dropped[group] = IsEmpty(group, values);
        room.Fill(int.MaxValue);
        if (FullUnits(values, gsm) > budget) MakeRoom(values, gsm, budget, dropped, room);

        var text = new DefaultInterpolatedStringHandler(0, 0, CultureInfo.InvariantCulture, stackalloc char[TextLength.SeptetsInOnePart * 2]);
        foreach (var piece in _pieces)
        {
            if (piece.Group != None && dropped[piece.Group]) continue;
            if (piece.Parameter == None) text.AppendLiteral(piece.Literal);
            else text.AppendFormatted(Shortening.Fit(values[piece.Parameter], _parameters[piece.Parameter].Kind, room[piece.Parameter], gsm));
        }

        return text.ToStringAndClear();
    }

    /// <summary>Leaves out groups until the rest fits with its names at their shortest, then shares what is left among the names.</summary>
    private void MakeRoom(ReadOnlySpan<string> values, bool gsm, int budget, Span<bool> dropped, Span<int> room)
    {
        foreach (var group in _dropOrder)
        {
            if (Needed(values, gsm, dropped, TextParameter.ShortestName) <= budget) break;
            dropped[group] = true;
        }

        // The largest common length at which all fits; a step at a time, because a name shorter than that gives its room to the others.
        var length = TextParameter.ShortestName;
        while (length < budget && Needed(values, gsm, dropped, length + 1) <= budget) length++;
        var left = budget - Needed(values, gsm, dropped, length);
        for (var index = 0; index < values.Length; index++)
        {
            if (!_parameters[index].IsShortenable || !_isUsed[index] || IsDropped(index, dropped)) continue;
            var more = Math.Max(0, Math.Min(left, TextLength.UnitsOf(values[index], gsm) - length));
            room[index] = length + more;
            left -= more;
        }
    }

    private int Needed(ReadOnlySpan<string> values, bool gsm, ReadOnlySpan<bool> dropped, int nameLength)
    {
        var units = 0;
        foreach (var piece in _pieces)
        {
            if (piece.Group != None && dropped[piece.Group]) continue;
            var full = UnitsOf(piece, values, gsm);
            units += piece.Parameter != None && _parameters[piece.Parameter].IsShortenable ? Math.Min(full, nameLength) : full;
        }

        return units;
    }

    private static int UnitsOf(in Piece piece, ReadOnlySpan<string> values, bool gsm) =>
        piece.Parameter != None ? TextLength.UnitsOf(values[piece.Parameter], gsm) : gsm ? piece.Septets : piece.Literal.Length;

    private bool IsEmpty(int group, ReadOnlySpan<string> values)
    {
        foreach (var piece in _pieces)
        {
            if (piece.Group == group && piece.Parameter != None) return values[piece.Parameter].Length == 0;
        }

        return false;
    }

    private bool IsDropped(int parameter, ReadOnlySpan<bool> dropped)
    {
        foreach (var piece in _pieces)
        {
            if (piece.Parameter == parameter) return piece.Group != None && dropped[piece.Group];
        }

        return true;
    }

    private bool HasName(int group) => _pieces.Any(piece => piece.Group == group && piece.Parameter != None && _parameters[piece.Parameter].IsShortenable);

    private static string Names(TextParameter[] parameters) =>
        parameters.Length == 0 ? "none" : string.Join(", ", parameters.Select(parameter => $"{{{parameter.Name}}}"));

    /// <summary>Words, or the place of a parameter. <see cref="Group"/> counts the <c>[...]</c> from 0.</summary>
    private readonly record struct Piece(string Literal, int Parameter, int Group)
    {
        public int Septets { get; } = TextLength.UnitsOf(Literal, gsm: true);
    }
}
