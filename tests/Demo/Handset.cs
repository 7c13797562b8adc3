using System.Diagnostics;

namespace CarrierPay.Demo;

/// <summary>An expected message did not come.</summary>
public sealed class NoReplyException(string message) : Exception(message);

/// <summary>One subscriber with a phone. Prints what is said, and hands out what has arrived in its order.</summary>
public sealed class Handset(Stage stage, string name, string msisdn)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(40);

    private readonly Queue<HandsetMessage> _arrived = new();
    private int _seen;

    public string Name => name;

    public string Msisdn => msisdn;

    /// <summary>What an earlier run left on this handset is not part of this conversation.</summary>
    public async Task ForgetOldMessagesAsync() =>
        _seen = (await stage.Simulator.MessagesAfterAsync(msisdn, 0)).Select(message => message.Seq).DefaultIfEmpty(0).Max();

    /// <summary>Sends a text and waits until the engine has taken it: it answers only what it has stored.</summary>
    public async Task SayAsync(string text)
    {
        var from = _seen;
        await stage.Simulator.SendSmsAsync(msisdn, Stage.ShortCode, text);
        var waited = Stopwatch.StartNew();
        while (true)
        {
            await LookAsync();
            var sent = (await stage.Simulator.MessagesAfterAsync(msisdn, from)).FirstOrDefault(message => !message.HasArrived && message.Text == text);
            if (sent is { IsQueued: false, State: "delivered" }) return;
            if (sent is { IsQueued: false }) throw new NoReplyException($"\"{text}\" of {name} was not taken: it is {sent.State}");
            if (waited.Elapsed > Patience) throw new NoReplyException($"\"{text}\" of {name} was not taken within {Patience.TotalSeconds:0} s");
            await Task.Delay(Pause);
        }
    }

    /// <summary>Sends a text and returns the next message that has not been read.</summary>
    public async Task<string> AskAsync(string text, TimeSpan? patience = null)
    {
        await SayAsync(text);
        return await ReadAsync($"a reply to \"{text}\"", patience);
    }

    /// <summary>The next message that has not been read.</summary>
    /// <exception cref="NoReplyException">None came in time.</exception>
    public async Task<string> ReadAsync(string what, TimeSpan? patience = null)
    {
        var waited = Stopwatch.StartNew();
        HandsetMessage? next;
        while (!_arrived.TryDequeue(out next))
        {
            if (waited.Elapsed > (patience ?? Patience)) throw new NoReplyException($"{name} got no message within {(patience ?? Patience).TotalSeconds:0} s, where {what} was expected");
            await Task.Delay(Pause);
            await LookAsync();
        }
        return next.Text;
    }

    /// <summary>The next message that asks for a code, past others such as "please wait"; with <paramref name="text"/> sent first.</summary>
    public async Task<string> AskForPromptAsync(string text)
    {
        var reply = await AskAsync(text);
        while (Wording.Code(reply) is null) reply = await ReadAsync("the prompt with its code");
        return reply;
    }

    /// <summary>Dials, and returns the first screen.</summary>
    public Task<UssdScreen> DialAsync(string dialled) => OnScreenAsync(dialled, () => stage.Simulator.DialAsync(msisdn, dialled));

    /// <summary>Answers the screen, and returns the next one.</summary>
    public Task<UssdScreen> TypeAsync(string text) => OnScreenAsync(text, () => stage.Simulator.AnswerUssdAsync(msisdn, text));

    /// <summary>
    /// Asks for the balance, checks it to the cent, and returns what had arrived before the answer: a subscriber's messages come in
    /// their order, so nothing that was caused earlier can come later.
    /// </summary>
    public async Task<IReadOnlyList<string>> CheckBalanceAsync(long expected, string why, string command = "BAL")
    {
        await SayAsync(command);
        var before = new List<string>();
        while (true)
        {
            var text = await ReadAsync($"the balance, {Amounts.Show(expected)}");
            if (Wording.IsBalance(text))
            {
                stage.Checks.That(Wording.BalanceIn(text) == expected, $"{name}'s balance is {Amounts.Show(expected)}: {why}", Amounts.Show(expected), text);
                return before;
            }
            before.Add(text);
        }
    }

    private async Task<UssdScreen> OnScreenAsync(string typed, Func<Task> type)
    {
        Console.WriteLine($"[{TimeProvider.System.GetLocalNow():HH:mm:ss}] {name,-5} {msisdn} *# {typed}");
        await type();
        var waited = Stopwatch.StartNew();
        while (true)
        {
            var screen = await stage.Simulator.ScreenAsync(msisdn);
            if (!screen.IsWaiting)
            {
                Console.WriteLine($"[{TimeProvider.System.GetLocalNow():HH:mm:ss}] {name,-5} {msisdn} [] {screen.Text?.Replace("\n", " / ", StringComparison.Ordinal)}{(screen.HasEnded ? "  (end)" : "")}");
                return screen;
            }
            if (waited.Elapsed > Patience) throw new NoReplyException($"the screen of {name} showed nothing within {Patience.TotalSeconds:0} s after {typed}");
            await Task.Delay(Pause);
        }
    }

    private async Task LookAsync()
    {
        foreach (var message in await stage.Simulator.MessagesAfterAsync(msisdn, _seen))
        {
            _seen = message.Seq;
            var number = $"{name,-5} {msisdn}";
            var text = message.Text.Replace("\n", " / ", StringComparison.Ordinal);
            Console.WriteLine(message.HasArrived
                ? $"[{message.At.ToLocalTime():HH:mm:ss}] {message.Peer} -> {number}  {text}"
                : $"[{message.At.ToLocalTime():HH:mm:ss}] {number} -> {message.Peer}  {text}");
            stage.Checks.Count(message, name);
            if (message.HasArrived) _arrived.Enqueue(message);
        }
    }
}
