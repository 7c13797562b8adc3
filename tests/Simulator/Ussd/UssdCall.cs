using CarrierPay.SmppAdapter.Session;
using CarrierPay.SmppAdapter.Ussd;

namespace CarrierPay.Simulator.Ussd;

/// <summary>One session of one handset. Changed under the lock of its <see cref="UssdCentre"/> only; <see cref="View"/> may be read at any time.</summary>
internal sealed class UssdCall(string msisdn, string name, UssdSession session, UssdView view, DateTimeOffset until) : IDisposable
{
    /// <summary>As many texts as a session keeps; the oldest make room.</summary>
    private const int Memory = 100;

    private readonly CancellationTokenSource _over = new();

    public string Msisdn => msisdn;

    /// <summary>For the log.</summary>
    public string Name => name;

    /// <summary>As the gateway numbers it.</summary>
    public UssdSession Session => session;

    public UssdView View { get; private set; } = view;

    /// <summary>When it is over, however lively it is.</summary>
    public DateTimeOffset Until => until;

    /// <summary>When its turn is over.</summary>
    public DateTimeOffset TurnUntil { get; private set; }

    /// <summary>Ends with it.</summary>
    public CancellationToken Over => _over.Token;

    /// <summary>The bind that it goes over, as long as that is there.</summary>
    public SmppSession? Bind { get; set; }

    public bool IsOver => View.State == UssdState.Ended;

    /// <summary>The text that was taken and is about to be shown, once its sender has the answer; null = none.</summary>
    public string? Taken { get; set; }

    /// <summary>The text that was submitted last went to nowhere: a fault that was ordered.</summary>
    public bool IsSilent { get; set; }

    public void Wait(string? said, DateTimeOffset now, TimeSpan atMost) => Change(UssdState.Waiting, said is null ? null : new UssdLine(FromPhone: true, said, now), now, atMost);

    public void Ask(string text, DateTimeOffset now, TimeSpan atMost) => Change(UssdState.Asked, new UssdLine(FromPhone: false, text, now), now, atMost);

    /// <summary>Shows a text and goes on waiting for the bound system.</summary>
    public void Show(string text, DateTimeOffset now, TimeSpan atMost) => Change(UssdState.Waiting, new UssdLine(FromPhone: false, text, now), now, atMost);

    /// <param name="text">The last text, if there is one.</param>
    public void End(UssdEnd end, string? text, string? problem, DateTimeOffset now)
    {
        Change(UssdState.Ended, text is null ? null : new UssdLine(FromPhone: false, text, now), now, TimeSpan.Zero);
        View = View with { End = end, Problem = problem };
        _over.Cancel();
    }

    public void Dispose() => _over.Dispose();

    private void Change(UssdState state, UssdLine? said, DateTimeOffset now, TimeSpan atMost)
    {
        TurnUntil = now + atMost < until ? now + atMost : until;
        View = View with
        {
            Version = View.Version + 1,
            State = state,
            Text = said is { FromPhone: false } ? said.Text : View.Text,
            At = now,
            Lines = said is null ? View.Lines : [.. View.Lines.TakeLast(Memory - 1), said],
        };
    }
}
