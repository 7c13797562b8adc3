using System.Text.Json;
using CarrierPay.Engine.Messaging;
using CarrierPay.Engine.Messaging.Texts;
using CarrierPay.Engine.Primitives;

namespace CarrierPay.Engine.Subscribers;

/// <summary>What a subscriber's USSD screen shows, and so how the next input is read. Numbers stand in the database and never change.</summary>
public enum DialogueScreen : short
{
    /// <summary>Nothing: the session has ended, or ends with the answer that is owed.</summary>
    Over = 0,
    Menu = 1,

    /// <summary>Payments to choose from.</summary>
    Pending = 2,

    /// <summary>A payment that waits for its code.</summary>
    Payment = 3,
    PayWhom = 4,

    /// <summary>An answer that is only read; from it one goes back.</summary>
    Told = 5,
}

/// <summary>What was last said in a dialogue, for the case that its input comes again.</summary>
/// <param name="Parameters">As they are logged: a code is shown as stars.</param>
/// <param name="CodeOf">The number of the payment whose code stands for the stars; 0 = there are none.</param>
public sealed record SaidText(PaymentId Payment, TextTemplate Template, string Parameters, int CodeOf);

/// <summary>The USSD dialogue that a subscriber began last: one column of the subscriber's row. Of two sessions the newer one counts.</summary>
/// <remarks>There is no code and no number in it.</remarks>
public sealed record Dialogue
{
    /// <summary>After so long without an input nothing is left of a session: networks end them after 180 s at most.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromSeconds(200);

    /// <summary>See <see cref="UssdAnswer"/>.</summary>
    public required string Link { get; init; }

    /// <summary>See <see cref="UssdAnswer"/>.</summary>
    public required string Session { get; init; }

    /// <summary>When the last input came.</summary>
    public DateTimeOffset InputAt { get; init; }

    /// <summary>The number of the last input: greater than that of any input of the subscriber before, also of other sessions. Unix seconds, or one more than the last.</summary>
    public long Step { get; init; }

    /// <summary>Fingerprint of the last input.</summary>
    public int Input { get; init; }

    /// <summary>Whether the last input is the dialled string.</summary>
    public bool IsDialled { get; init; }

    public DialogueScreen Screen { get; init; }

    /// <summary>On the screen of a payment: its number.</summary>
    public int PaymentNumber { get; init; }

    /// <summary>On a list: from 0.</summary>
    public int Page { get; init; }

    /// <summary>An answer is owed until then; null = none is.</summary>
    public DateTimeOffset? AnswerBy { get; init; }

    /// <summary>The payment whose next text is the answer that is owed; none while the input itself is decided.</summary>
    public PaymentId AnsweredBy { get; init; }

    public SaidText? Said { get; init; }

    public bool Is(string link, string session) => Link == link && Session == session;

    public bool IsForgotten(DateTimeOffset now) => now - InputAt > Life;

    /// <summary>The column.</summary>
    public byte[] ToOctets() => JsonSerializer.SerializeToUtf8Bytes(this);

    /// <summary>Null for what another build wrote and this one cannot read: the subscriber dials again.</summary>
    public static Dialogue? Read(byte[] octets)
    {
        try
        {
            return JsonSerializer.Deserialize<Dialogue>(octets);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
