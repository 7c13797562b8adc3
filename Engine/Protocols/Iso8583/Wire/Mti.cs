namespace CarrierPay.Engine.Protocols.Iso8583.Wire;

/// <summary>Arithmetic on message types: version, class, function, origin; a digit each.</summary>
/// <remarks>ISO 8583: function 0 request, 1 its answer, 2 advice, 3 its answer, 4 notification, 5 its answer; an odd origin is a repeat.</remarks>
public static class Mti
{
    /// <summary>Debits, refunds, balances: class 2.</summary>
    public const char Financial = '2';
    /// <summary>Class 4.</summary>
    public const char Reversal = '4';
    /// <summary>Sign-on, echo: class 8.</summary>
    public const char Network = '8';

    /// <summary>Four digits.</summary>
    public static bool IsValid(string? mti) => mti is { Length: 4 } && !mti.AsSpan().ContainsAnyExceptInRange('0', '9');

    public static char ClassOf(string mti) => Valid(mti)[1];

    /// <summary>It answers another message.</summary>
    public static bool IsAnswer(string mti) => (Valid(mti)[2] - '0') % 2 == 1;

    public static bool IsRepeat(string mti) => (Valid(mti)[3] - '0') % 2 == 1;

    /// <summary>0200 and 0201 -> 0210; 0420 and 0421 -> 0430; 1804 -> 1814.</summary>
    /// <exception cref="ArgumentException">It is an answer itself, or not four digits.</exception>
    public static string AnswerTo(string mti) => IsAnswer(mti)
        ? throw new ArgumentException($"{mti} is an answer: nothing answers it.", nameof(mti))
        : string.Create(4, mti, static (target, from) =>
        {
            from.CopyTo(target);
            target[2]++;
            target[3] = Even(from[3]);
        });

    /// <summary>0200 -> 0201, 0420 -> 0421; a repeat stays what it is.</summary>
    public static string RepeatOf(string mti) => IsRepeat(mti) ? mti : $"{mti[..3]}{(char)(mti[3] + 1)}";

    /// <summary>0201 -> 0200; a first attempt stays what it is.</summary>
    public static string FirstOf(string mti) => $"{Valid(mti)[..3]}{Even(mti[3])}";

    private static char Even(char origin) => (char)(origin - ((origin - '0') % 2));

    private static string Valid(string mti) => IsValid(mti) ? mti : throw new ArgumentException("A message type is four digits.", nameof(mti));
}
