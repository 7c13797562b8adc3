using CarrierPay.Simulator.Phones;
using CarrierPay.Simulator.Ussd;

namespace CarrierPay.Engine.Host.Tests;

/// <summary>Somebody who dials, reads what the screen shows and answers it.</summary>
internal sealed class UssdHandset(Stage stage, Phone phone)
{
    /// <summary>The session as it is.</summary>
    public UssdView View => stage.Simulator.Ussd.Find(phone.Msisdn) ?? throw new InvalidOperationException("Nobody has dialled.");

    /// <summary>Dials, and waits for the first screen or the end.</summary>
    public Task<UssdView> DialAsync(string dialled)
    {
        var (problem, _) = stage.Simulator.Ussd.Dial(phone, dialled);
        Assert.That(problem, Is.EqualTo(UssdProblem.None), dialled);
        return NextAsync();
    }

    /// <summary>Answers the screen, and waits for the next one or the end.</summary>
    public Task<UssdView> AnswerAsync(string text)
    {
        var (problem, _) = stage.Simulator.Ussd.Answer(phone, text);
        Assert.That(problem, Is.EqualTo(UssdProblem.None), () => $"{text}: {Said}");
        return NextAsync();
    }

    public void Cancel() => Assert.That(stage.Simulator.Ussd.Cancel(phone), Is.EqualTo(UssdProblem.None));

    /// <summary>The next SMS that is wanted, those from before included.</summary>
    public async Task<string> SmsAsync(string what, Predicate<string> wanted)
    {
        string? found = null;
        await Eventually.True(() => (found = Messages.FirstOrDefault(text => wanted(text))) is not null, what, () => $"{string.Join('\n', Messages)}\n{Said}");
        return found!;
    }

    public IEnumerable<string> Messages => phone.MessagesAfter(0).Where(m => m.Direction == MessageDirection.In).Select(m => m.Text);

    public string Said => string.Join('\n', View.Lines.Select(line => $"{(line.FromPhone ? ">" : "<")} {line.Text}")) + $"\n{View.State} {View.End} {View.Problem}";

    private async Task<UssdView> NextAsync()
    {
        await Eventually.True(() => View.State != UssdState.Waiting, "the screen shows something", () => Said);
        return View;
    }
}
