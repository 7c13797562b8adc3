using CarrierPay.Engine.Protocols.Iso8583.Links;
using CsCheck;

namespace CarrierPay.Engine.Tests.Protocols.Iso8583;

[TestFixture]
public sealed class CircuitTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);
    private static readonly CircuitSettings Settings = new() { Failures = 3, Pause = TimeSpan.FromSeconds(10), LongestPause = TimeSpan.FromSeconds(25), ReversalsWaiting = 5 };

    [Test]
    public void Failures_one_after_the_other_open_it_and_a_success_between_them_does_not()
    {
        var circuit = default(Circuit).Failed(Settings, Noon, false).Failed(Settings, Noon, false).Succeeded(false).Failed(Settings, Noon, false).Failed(Settings, Noon, false);
        Assert.That(circuit.Phase, Is.EqualTo(CircuitPhase.Closed));
        Assert.That(circuit.Failed(Settings, Noon, false), Is.EqualTo(new Circuit(CircuitPhase.Open, 0, Noon.AddSeconds(10), TimeSpan.FromSeconds(10))));
    }

    [Test]
    public void After_the_pause_one_request_goes_and_its_success_closes_it()
    {
        var open = Open();
        Assert.That(open.MayGo(Settings, Noon.AddSeconds(9), 0, out _, out _), Is.False);
        Assert.That(open.MayGo(Settings, Noon.AddSeconds(10), 0, out var isTrial, out var half), Is.True);
        Assert.That((isTrial, half.Phase), Is.EqualTo((true, CircuitPhase.HalfOpen)));
        Assert.That(half.MayGo(Settings, Noon.AddSeconds(10), 0, out _, out _), Is.False, "the trial is out");
        Assert.That(half.Succeeded(isTrial: false), Is.EqualTo(half), "an answer to an older request decides nothing");
        Assert.That(half.Succeeded(isTrial: true), Is.EqualTo(default(Circuit)));
    }

    [Test]
    public void A_trial_that_fails_doubles_the_pause_up_to_its_longest()
    {
        var circuit = Open();
        foreach (var pause in new[] { 20, 25, 25 })
        {
            circuit.MayGo(Settings, circuit.OpenUntil, 0, out _, out circuit);
            circuit = circuit.Failed(Settings, Noon, isTrial: true);
            Assert.That(circuit.OpenUntil, Is.EqualTo(Noon.AddSeconds(pause)));
        }
    }

    [Test]
    public void A_trial_that_was_never_sent_may_be_made_again()
    {
        Open().MayGo(Settings, Noon.AddSeconds(10), 0, out _, out var half);
        Assert.That(half.NotTried(isTrial: true).MayGo(Settings, Noon.AddSeconds(10), 0, out var isTrial, out _), Is.True);
        Assert.That(isTrial, Is.True);
    }

    [Test]
    public void Too_many_waiting_reversals_let_nothing_go_and_leave_no_trace() =>
        Assert.That((default(Circuit).MayGo(Settings, Noon, 5, out _, out var circuit), circuit), Is.EqualTo((false, default(Circuit))));

    /// <summary>Whatever happens, it is never stuck: some time later a request may go.</summary>
    [Test]
    public void No_history_leaves_it_open_for_ever() => Gen.Int[0, 5].Array[0, 60].Sample(history =>
    {
        var (circuit, now, trial) = (default(Circuit), Noon, false);
        foreach (var happened in history)
        {
            now = now.AddSeconds(happened);
            switch (happened)
            {
                case 0 or 1 when circuit.MayGo(Settings, now, 0, out var isTrial, out circuit):
                    trial |= isTrial;
                    break;
                case 2:
                    circuit = circuit.Failed(Settings, now, trial);
                    trial = false;
                    break;
                case 3:
                    circuit = circuit.Succeeded(trial);
                    trial = false;
                    break;
                case 4:
                    circuit = circuit.NotTried(trial);
                    trial = false;
                    break;
            }
            Assert.That(circuit.Phase == CircuitPhase.HalfOpen, Is.EqualTo(trial), "half open exactly while a trial is out");
        }
        if (trial) circuit = circuit.Failed(Settings, now, true);
        Assert.That(circuit.MayGo(Settings, now.AddSeconds(25), 0, out _, out _), Is.True);
    });

    private static Circuit Open()
    {
        var circuit = default(Circuit);
        for (var i = 0; i < 3; i++) circuit = circuit.Failed(Settings, Noon, false);
        return circuit;
    }
}
