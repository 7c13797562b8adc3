namespace CarrierPay.Simulator.Load;

/// <summary>What a load has done so far, or in all. Latencies in milliseconds.</summary>
/// <param name="State">warmingUp, running, finishing, finished or stopped.</param>
/// <param name="ElapsedSeconds">Of the measured time; the figures per second are over it.</param>
/// <param name="Begun">Conversations.</param>
/// <param name="Completed">Conversations that came to their end.</param>
/// <param name="Sent">deliver_sm written.</param>
/// <param name="Answered">Of these, answered with ROK.</param>
/// <param name="Refused">Of these, answered with an error; <paramref name="RefusedBy"/> says which.</param>
/// <param name="Unknown">Of these, never answered.</param>
/// <param name="NotSent">Texts that no bind would take.</param>
/// <param name="Taken">submit_sm that came to the phones of the load, whatever they said.</param>
/// <param name="Replies">Texts that were waited for, and came.</param>
/// <param name="Unanswered">Conversations in which the reply did not come in time.</param>
/// <param name="Skipped">Conversations that were due and never begun, because too many were open or waiting.</param>
/// <param name="DeliverLatency">From when a text was due, or sent, to its deliver_sm_resp.</param>
/// <param name="ReplyLatency">From the same moment to the reply.</param>
/// <param name="Seconds">What happened in each second of the measured time.</param>
public sealed record LoadReport(string State, double ElapsedSeconds, long Begun, long Completed, long Sent, long Answered,
    long Refused, IReadOnlyDictionary<string, long> RefusedBy, long Unknown, long NotSent, long Taken, long Replies, long Unanswered, long Skipped,
    double SentPerSecond, double AnsweredPerSecond, double TakenPerSecond, double CompletedPerSecond,
    LatencyView DeliverLatency, LatencyView ReplyLatency, IReadOnlyList<LoadSecond> Seconds);
