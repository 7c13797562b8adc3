using CarrierPay.Engine.Merchants.Notices;

namespace CarrierPay.Admin.Pages.Notices;

/// <summary>The English words for notices; pages translate them.</summary>
internal static class NoticeWords
{
    /// <summary>Word, mark and colour: never by colour alone.</summary>
    public static (string Word, string Mark, string Style) State(NoticeState? state) => state switch
    {
        null => ("Delivered", "✓", "state-approved"),
        NoticeState.Fresh => ("Being sent", "●", "state-waits"),
        NoticeState.Retrying => ("Tried again later", "↻", "state-waits"),
        NoticeState.Dead => ("Given up", "✕", "state-blocked"),
        _ => throw new ArgumentOutOfRangeException(nameof(state)),
    };

    public static string Answer(ReplayNotice.Outcome outcome) => outcome switch
    {
        ReplayNotice.Outcome.ReasonMissing => "Give a reason: the next one who works on it needs it.",
        ReplayNotice.Outcome.NotFound => "There is no such notice.",
        ReplayNotice.Outcome.OnItsWay => "It is about to be sent anyway. Nothing more was done.",
        ReplayNotice.Outcome.Replayed => "It is sent again within a few seconds, under the same id.",
        _ => throw new ArgumentOutOfRangeException(nameof(outcome)),
    };
}
