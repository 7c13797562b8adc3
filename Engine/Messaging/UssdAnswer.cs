using System.Globalization;

namespace CarrierPay.Engine.Messaging;

/// <summary>The USSD session that waits for an answer, and until when: the reply path of an event, and of the message that answers it.</summary>
/// <param name="Link">The link by which the input came: another one cannot go on with the session.</param>
/// <param name="Session">The gateway's key of the session, without the number.</param>
/// <param name="By">After this instant nobody looks at the screen any more: the text goes by SMS.</param>
public sealed record UssdAnswer(string Link, string Session, DateTimeOffset By)
{
    private const string Mark = " USSD ";

    /// <summary>Grows with every input of the subscriber: the input that follows says which answer it follows, and by that a repeated input is told from the same digit typed twice.</summary>
    public long Step { get; init; }

    /// <summary>Whether the session ends with it; else the subscriber is asked to answer.</summary>
    public bool Ends { get; init; }

    /// <summary>The text is to be kept: it goes by SMS too, whatever becomes of the screen.</summary>
    public bool IsKept { get; init; }

    /// <summary>The reply path as it stands in the message log.</summary>
    public string Stored(string shortCode) => string.Create(CultureInfo.InvariantCulture, $"{shortCode}{Mark}{Link} {Session} {By:yyyy-MM-dd'T'HH:mm:ss'Z'}");

    /// <summary>What is left of a stored reply path when its session is gone: the short code, for SMS.</summary>
    public static string ShortCodeOf(string stored) => stored.IndexOf(Mark, StringComparison.Ordinal) is >= 0 and var end ? stored[..end] : stored;
}
