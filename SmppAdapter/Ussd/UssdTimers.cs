using System.ComponentModel.DataAnnotations;

namespace CarrierPay.SmppAdapter.Ussd;

/// <summary>How long the steps of a dialogue may take, and how many dialogues there may be. Set each a little below what the gateway allows.</summary>
/// <remarks>Gateways give an application 5 to 15 s, a user 20 to 60 s, and a dialogue 120 to 180 s; they tell nobody when they give up.</remarks>
public sealed class UssdTimers
{
    /// <summary>From an input to the text that answers it. Default 10 s.</summary>
    public TimeSpan AnswerWithin { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>From a text to the user's answer. Default 60 s: to end before the network does would lose an answer that it still brings.</summary>
    public TimeSpan UserIdle { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>From the first message to the last. Default 180 s.</summary>
    public TimeSpan Whole { get; set; } = TimeSpan.FromSeconds(180);

    /// <summary>How long a dialogue is known after its end, so that what comes late or again is told from what is new. Default 200 s.</summary>
    public TimeSpan Remember { get; set; } = TimeSpan.FromSeconds(200);

    /// <summary>An equal input sooner than this after a text was taken is a repeat: nobody reads and types as fast as that over a radio. Default 1 s; zero where a program types.</summary>
    public TimeSpan RepeatWithin { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Dialogues, those that are remembered included. The memory of ended ones makes room first; beyond that, no dialogue begins. Default 50 000.</summary>
    [Range(1, 10_000_000)]
    public int MaxDialogues { get; set; } = 50_000;
}
