using System.Diagnostics;
using CarrierPay.Engine.Protocols.Iso8583.Links;
using CarrierPay.Engine.Protocols.Iso8583.Macs;
using CarrierPay.Engine.Protocols.Iso8583.Messages;
using CarrierPay.Engine.Protocols.Iso8583.Wire;
using Microsoft.Extensions.Time.Testing;

namespace CarrierPay.Engine.Tests.Protocols.Iso8583;

[TestFixture]
public sealed class BankClientTests
{
    private static readonly byte[] Key = Convert.FromHexString("0123456789ABCDEFFEDCBA9876543210");

    [Test]
    public async Task A_request_before_any_sign_on_is_not_sent()
    {
        await using var bank = new ScriptedBank { AnswerSignOn = _ => null };
        await using var client = bank.Make();
        client.Start();
        await Eventually(() => bank.Received.Any(message => message[70] == "001"), "the sign-on arrives");
        Assert.That(await client.RequestAsync(Debit(1)), Is.EqualTo(BankOutcome.NotSent(NoAnswerReason.NotSignedOn)));
        Assert.That(bank.Received.Select(message => message.Mti), Is.All.EqualTo("0800"));
    }

    [Test]
    public async Task Answers_in_any_order_find_their_requests()
    {
        await using var bank = new ScriptedBank { Answer = _ => null };
        await using var client = await bank.ConnectAsync();
        var asking = Enumerable.Range(1, 20).Select(stan => client.RequestAsync(Debit(stan))).ToArray();
        await Eventually(() => Debits(bank).Count == 20, "all arrive");
        foreach (var request in Debits(bank).Reverse()) await bank.SendAsync(NetworkMessages.Answer(request, "00", (38, request[11])));
        Assert.That((await Task.WhenAll(asking)).Select(outcome => outcome.Answer![38]), Is.EqualTo(Enumerable.Range(1, 20).Select(stan => $"{stan:D6}")));
    }

    /// <summary>Same STAN, of yesterday; another STAN; another terminal; another type of message: none is the answer.</summary>
    [Test]
    public async Task An_answer_that_differs_in_one_match_field_belongs_to_nobody()
    {
        await using var bank = new ScriptedBank { Answer = _ => null };
        await using var client = await bank.ConnectAsync();
        var asking = client.RequestAsync(Debit(1));
        await Eventually(() => Debits(bank).Count == 1, "it arrives");
        var answer = NetworkMessages.Answer(Debits(bank)[0], "00");
        foreach (var other in new[] { answer.With(7, "1122160000"), answer.With(11, "000002"), answer.With(41, "CPAY0002"), answer.With(41, null), answer.WithMti("0430") }) await bank.SendAsync(other);
        await Eventually(() => client.Counters.Unmatched == 5, "five are counted");
        Assert.That(asking.IsCompleted, Is.False);
        await bank.SendAsync(answer);
        Assert.That((await asking).Answer, Is.EqualTo(answer));
    }

    [Test]
    public async Task No_answer_in_time_is_unknown_and_a_late_one_is_surfaced_once()
    {
        await using var bank = new ScriptedBank { Answer = _ => null };
        await using var client = await bank.ConnectAsync();
        using var patience = new CancellationTokenSource();
        var asking = client.RequestAsync(Debit(1), cancellationToken: patience.Token);
        await Eventually(() => Debits(bank).Count == 1, "it arrives");
        await patience.CancelAsync();
        Assert.That(await asking, Is.EqualTo(BankOutcome.Unknown(NoAnswerReason.Cancelled)));

        var answer = NetworkMessages.Answer(Debits(bank)[0], "00");
        await bank.SendAsync(answer);
        await bank.SendAsync(answer);
        Assert.That(await client.LateAnswers.ReadAsync(), Is.EqualTo(new LateAnswer(Debit(1), answer, true)));
        await Eventually(() => client.Counters.Unmatched == 1, "the second belongs to nobody");
        Assert.That(client.LateAnswers.TryRead(out _), Is.False);
    }

    [Test]
    public async Task A_deadline_that_passes_after_sending_makes_it_unknown()
    {
        var time = new FakeTimeProvider();
        await using var bank = new ScriptedBank { Answer = _ => null, Time = time };
        await using var client = await bank.ConnectAsync();
        var asking = client.RequestAsync(Debit(1), TimeSpan.FromSeconds(2));
        await Eventually(() => Debits(bank).Count == 1, "it arrives");
        time.Advance(TimeSpan.FromSeconds(2));
        Assert.That(await asking, Is.EqualTo(BankOutcome.Unknown(NoAnswerReason.TimedOut)));
    }

    [Test]
    public async Task A_request_that_waits_for_a_place_when_its_time_is_over_was_never_sent()
    {
        await using var bank = new ScriptedBank { Answer = _ => null, Settings = { Window = 1 } };
        await using var client = await bank.ConnectAsync();
        using var patience = new CancellationTokenSource();
        var first = client.RequestAsync(Debit(1), cancellationToken: patience.Token);
        await Eventually(() => Debits(bank).Count == 1, "the first arrives");
        Assert.That(await client.RequestAsync(Debit(2), TimeSpan.FromMilliseconds(50)), Is.EqualTo(BankOutcome.NotSent(NoAnswerReason.TimedOut)));
        await patience.CancelAsync();
        await first;
        Assert.That(Debits(bank), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task One_more_than_may_wait_is_refused_at_once()
    {
        await using var bank = new ScriptedBank { Answer = _ => null, Settings = { Window = 1, Waiting = 1 } };
        await using var client = await bank.ConnectAsync();
        using var patience = new CancellationTokenSource();
        var first = client.RequestAsync(Debit(1), cancellationToken: patience.Token);
        var second = client.RequestAsync(Debit(2), cancellationToken: patience.Token);
        Assert.That(await client.RequestAsync(Debit(3)), Is.EqualTo(BankOutcome.NotSent(NoAnswerReason.NoRoom)));
        await patience.CancelAsync();
        await Task.WhenAll(first, second);
    }

    [Test]
    public async Task The_same_trace_twice_at_once_is_sent_once()
    {
        await using var bank = new ScriptedBank { Answer = _ => null };
        await using var client = await bank.ConnectAsync();
        var first = client.RequestAsync(Debit(1));
        Assert.That(await client.RequestAsync(Debit(1)), Is.EqualTo(BankOutcome.NotSent(NoAnswerReason.SameTraceInFlight)));
        await Eventually(() => Debits(bank).Count == 1, "the first arrives");
        await bank.SendAsync(NetworkMessages.Answer(Debit(1), "00"));
        Assert.That((await first).Kind, Is.EqualTo(BankOutcomeKind.Answered));
    }

    [Test]
    public async Task A_cut_makes_what_was_sent_unknown_and_the_next_connection_signs_on_first()
    {
        await using var bank = new ScriptedBank { Answer = _ => null };
        await using var client = await bank.ConnectAsync();
        var asking = client.RequestAsync(Debit(1));
        await Eventually(() => Debits(bank).Count == 1, "it arrives");
        bank.Cut();
        Assert.That(await asking, Is.EqualTo(BankOutcome.Unknown(NoAnswerReason.ConnectionLost)));
        await client.WaitUntilSignedOnAsync();
        bank.Answer = request => NetworkMessages.Answer(request, "00");
        Assert.That((await client.RequestAsync(Debit(2))).Kind, Is.EqualTo(BankOutcomeKind.Answered));
        Assert.That(bank.Received.Select(message => message.Mti), Is.EqualTo(new[] { "0800", "0200", "0800", "0200" }));
    }

    [Test]
    public async Task An_answer_on_another_connection_is_taken()
    {
        await using var bank = new ScriptedBank { Answer = _ => null, Settings = { Connections = 2 } };
        await using var client = await bank.ConnectAsync();
        var asking = client.RequestAsync(Debit(1));
        await Eventually(() => Debits(bank).Count == 1, "it arrives");
        await bank.SendAsync(NetworkMessages.Answer(Debits(bank)[0], "00"));
        Assert.That((await asking).Kind, Is.EqualTo(BankOutcomeKind.Answered));
        await Eventually(() => client.Counters.Unmatched == 1, "the one on the other connection belongs to nobody");
    }

    [Test]
    public async Task A_malformed_frame_closes_its_connection_and_no_other()
    {
        await using var bank = new ScriptedBank { Answer = _ => null };
        await using var other = new ScriptedBank();
        await using var client = await bank.ConnectAsync();
        await using var neighbour = await other.ConnectAsync();
        var asking = client.RequestAsync(Debit(1));
        await Eventually(() => Debits(bank).Count == 1, "it arrives");
        await bank.SendAsync("HTTP/1.1 400 Bad Request\r\n\r\n"u8.ToArray());
        Assert.That(await asking, Is.EqualTo(BankOutcome.Unknown(NoAnswerReason.ConnectionLost)));
        await Eventually(() => bank.Received.Count(message => message[70] == "001") == 2, "it signs on again");
        Assert.That(other.Received.Count(message => message[70] == "001"), Is.EqualTo(1));
        Assert.That((await neighbour.RequestAsync(Debit(1))).Kind, Is.EqualTo(BankOutcomeKind.Answered));
    }

    /// <summary>The frame is whole, a field in it is not: the others in flight must not become unknown for it.</summary>
    [Test]
    public async Task A_message_with_a_malformed_field_is_counted_and_the_connection_stays()
    {
        await using var bank = new ScriptedBank { Answer = _ => null };
        await using var client = await bank.ConnectAsync();
        var asking = client.RequestAsync(Debit(1));
        await Eventually(() => Debits(bank).Count == 1, "it arrives");
        await bank.SendAsync(Convert.FromHexString("0012" + "30323130" + "2000000000000000" + "30303130304F"));
        await Eventually(() => client.Counters.Unreadable == 1, "it is counted");
        await bank.SendAsync(NetworkMessages.Answer(Debits(bank)[0], "00"));
        Assert.That((await asking).Kind, Is.EqualTo(BankOutcomeKind.Answered));
    }

    [Test]
    public async Task Silence_is_answered_by_an_echo_and_two_without_an_answer_end_the_connection()
    {
        var time = new FakeTimeProvider();
        await using var bank = new ScriptedBank { Answer = _ => null, Time = time };
        await using var client = await bank.ConnectAsync();
        await Eventually(() =>
        {
            time.Advance(TimeSpan.FromSeconds(1));
            return bank.Received.Count(message => message[70] == "001") >= 2;
        }, "it signs on again");
        Assert.That(bank.Received.Select(message => message[70]).Take(4), Is.EqualTo(new[] { "001", "301", "301", "001" }));
    }

    [Test]
    public async Task An_echo_that_is_answered_keeps_the_connection()
    {
        await using var bank = new ScriptedBank { Settings = { EchoInterval = TimeSpan.FromMilliseconds(20) } };
        await using var client = await bank.ConnectAsync();
        await Eventually(() => bank.Received.Count(message => message[70] == "301") >= 5, "five echoes");
        Assert.That(bank.Received.Count(message => message[70] == "001"), Is.EqualTo(1));
    }

    [Test]
    public async Task The_bank_may_ask_for_an_echo_too()
    {
        await using var bank = new ScriptedBank();
        await using var client = await bank.ConnectAsync();
        await bank.SendAsync(new IsoMessage("0800", (7, "1123160000"), (11, "000009"), (70, "301")));
        await Eventually(() => bank.Received.Any(message => message.Mti == "0810"), "it is answered");
        Assert.That(bank.Received.Single(message => message.Mti == "0810"), Is.EqualTo(new IsoMessage("0810", (7, "1123160000"), (11, "000009"), (39, "00"), (70, "301"))));
    }

    [Test]
    public async Task A_request_of_the_bank_that_we_do_not_serve_is_counted_and_not_answered()
    {
        await using var bank = new ScriptedBank();
        await using var client = await bank.ConnectAsync();
        await bank.SendAsync(Debit(1));
        await Eventually(() => client.Counters.UnknownRequests == 1, "it is counted");
        Assert.That(bank.Received.Select(message => message.Mti), Is.All.EqualTo("0800"));
    }

    [Test]
    public async Task When_the_bank_signs_us_off_what_is_in_flight_is_still_answered_and_a_new_connection_signs_on()
    {
        await using var bank = new ScriptedBank { Answer = _ => null };
        await using var client = await bank.ConnectAsync();
        var asking = client.RequestAsync(Debit(1));
        await Eventually(() => Debits(bank).Count == 1, "it arrives");
        await bank.SendAsync(new IsoMessage("0800", (7, "1123160000"), (11, "000009"), (70, "002")));
        await Eventually(() => client.SignedOn == 0, "nothing new is sent");
        await bank.SendAsync(NetworkMessages.Answer(Debits(bank)[0], "00"));
        Assert.That((await asking).Kind, Is.EqualTo(BankOutcomeKind.Answered));
        await Eventually(() => bank.Received.Count(message => message[70] == "001") == 2, "it signs on again");
    }

    [Test]
    public async Task Stopping_signs_off()
    {
        await using var bank = new ScriptedBank();
        var client = await bank.ConnectAsync();
        await client.StopAsync();
        Assert.That(bank.Received.Select(message => message[70]), Is.EqualTo(new[] { "001", "002" }));
        Assert.That(await client.RequestAsync(Debit(1)), Is.EqualTo(BankOutcome.NotSent(NoAnswerReason.NotSignedOn)));
        await client.StopAsync();
    }

    [Test]
    public async Task Whether_a_request_may_go_is_asked_when_its_turn_comes_and_not_before()
    {
        await using var bank = new ScriptedBank { Answer = _ => null, Settings = { Window = 1 } };
        await using var client = await bank.ConnectAsync();
        var first = client.RequestAsync(Debit(1));
        await Eventually(() => Debits(bank).Count == 1, "it arrives");
        var second = client.RequestAsync(Debit(2));
        bank.MayGo = () => false;
        Assert.That(second.IsCompleted, Is.False, "it waits for a place");
        await bank.SendAsync(NetworkMessages.Answer(Debits(bank)[0], "00"));
        Assert.That((await first).Kind, Is.EqualTo(BankOutcomeKind.Answered));
        Assert.That(await second, Is.EqualTo(BankOutcome.NotSent(NoAnswerReason.Withheld)));
        Assert.That((Debits(bank).Count, client.InFlight), Is.EqualTo((1, 0)));
    }

    [Test]
    public async Task Though_nothing_may_go_the_connection_signs_on_and_off()
    {
        await using var bank = new ScriptedBank { MayGo = () => false };
        var client = await bank.ConnectAsync();
        Assert.That(await client.RequestAsync(Debit(1)), Is.EqualTo(BankOutcome.NotSent(NoAnswerReason.Withheld)));
        await client.StopAsync();
        Assert.That(bank.Received.Select(message => message[70]), Is.EqualTo(new[] { "001", "002" }));
    }

    [Test]
    public async Task Stopping_in_a_hurry_closes_at_once_and_what_was_in_flight_is_unknown()
    {
        await using var bank = new ScriptedBank { Answer = _ => null, Settings = { NetworkTimeout = TimeSpan.FromMinutes(5) } };
        var client = await bank.ConnectAsync();
        var asking = client.RequestAsync(Debit(1));
        await Eventually(() => Debits(bank).Count == 1, "it arrives");
        using var hurry = new CancellationTokenSource();
        var stopping = client.StopAsync(hurry.Token);
        await Eventually(() => client.SignedOn == 0, "nothing new is sent");
        Assert.That(asking.IsCompleted, Is.False, "it may still be answered");
        await hurry.CancelAsync();
        await stopping;
        Assert.That(await asking, Is.EqualTo(BankOutcome.Unknown(NoAnswerReason.ConnectionLost)));
        Assert.That(bank.Received.Select(message => message[70]), Has.None.EqualTo("002"));
    }

    [Test]
    public async Task An_answer_with_a_wrong_code_proves_nothing_and_the_right_one_is_late()
    {
        await using var bank = new ScriptedBank { Answer = _ => null };
        await using var client = await bank.ConnectAsync(new RetailMacKeys(Key));
        var asking = client.RequestAsync(Debit(1));
        await Eventually(() => Debits(bank).Count == 1, "it arrives");
        var answer = NetworkMessages.Answer(Debits(bank)[0], "00");
        await bank.SendAsync(answer.With(128, "0123456789ABCDEF"));
        Assert.That(await asking, Is.EqualTo(BankOutcome.Unknown(NoAnswerReason.MacWrong)));

        var profile = client.Dialect.Profile;
        await bank.SendAsync(IsoFrame.Write(await MessageMac.SealAsync(answer, profile, new RetailMacKeys(Key)), profile));
        Assert.That((await client.LateAnswers.ReadAsync()).IsAuthentic, Is.True);
        Assert.That(client.Counters.MacWrong, Is.EqualTo(1));
    }

    [Test]
    public async Task A_request_that_cannot_be_sealed_is_not_sent()
    {
        await using var bank = new ScriptedBank();
        await using var client = await bank.ConnectAsync(new BrokenHsm());
        Assert.That(await client.RequestAsync(Debit(1)), Is.EqualTo(BankOutcome.NotSent(NoAnswerReason.MacUnavailable)));
        Assert.That(Debits(bank), Is.Empty);
    }

    [Test]
    public async Task A_bank_that_answers_nothing_is_left_alone_but_for_reversals()
    {
        await using var bank = new ScriptedBank { Answer = _ => null, Settings = { Circuit = { Failures = 2, Pause = TimeSpan.FromHours(1) } } };
        await using var client = await bank.ConnectAsync();
        for (var stan = 1; stan <= 2; stan++)
        {
            var asking = client.RequestAsync(Debit(stan));
            await Eventually(() => Debits(bank).Count == stan, "it arrives");
            bank.Cut();
            await asking;
            await client.WaitUntilSignedOnAsync();
        }
        Assert.That(client.CircuitPhase, Is.EqualTo(CircuitPhase.Open));
        Assert.That(await client.RequestAsync(Debit(3)), Is.EqualTo(BankOutcome.NotSent(NoAnswerReason.CircuitOpen)));
        bank.Answer = request => NetworkMessages.Answer(request, "00");
        var reversal = BankMessages.Reversal(client.Dialect, Debit(1), new(9, "", DateTimeOffset.UnixEpoch), DateTimeOffset.UnixEpoch);
        Assert.That((await client.RequestAsync(reversal)).Kind, Is.EqualTo(BankOutcomeKind.Answered));
    }

    [Test]
    public async Task Nothing_new_is_asked_of_a_bank_that_too_many_reversals_wait_for()
    {
        await using var bank = new ScriptedBank { Settings = { Circuit = { ReversalsWaiting = 10 } } };
        await using var client = await bank.ConnectAsync();
        client.ReversalsWaiting = 10;
        Assert.That(await client.RequestAsync(Debit(1)), Is.EqualTo(BankOutcome.NotSent(NoAnswerReason.CircuitOpen)));
        client.ReversalsWaiting = 9;
        Assert.That((await client.RequestAsync(Debit(1))).Kind, Is.EqualTo(BankOutcomeKind.Answered));
    }

    [Test]
    public async Task A_message_that_cannot_be_written_is_not_sent_and_takes_no_place()
    {
        await using var bank = new ScriptedBank { Settings = { Window = 1 } };
        await using var client = await bank.ConnectAsync();
        Assert.That(await client.RequestAsync(Debit(1).With(4, "12.50")), Is.EqualTo(BankOutcome.NotSent(NoAnswerReason.Unwritable)));
        Assert.That(await client.RequestAsync(Debit(1).With(42, "咖啡")), Is.EqualTo(BankOutcome.NotSent(NoAnswerReason.Unwritable)));
        Assert.That((await client.RequestAsync(Debit(1))).Kind, Is.EqualTo(BankOutcomeKind.Answered));
    }

    private static IsoMessage Debit(int stan) => Messages8583.Debit.With(11, $"{stan:D6}");

    private static IReadOnlyList<IsoMessage> Debits(ScriptedBank bank) => [.. bank.Received.Where(message => message.Mti == "0200")];

    private static async Task Eventually(Func<bool> condition, string expected)
    {
        var start = Stopwatch.GetTimestamp();
        while (!condition())
        {
            Assert.That(Stopwatch.GetElapsedTime(start), Is.LessThan(TimeSpan.FromSeconds(60)), expected);
            await Task.Delay(5);
        }
    }

    private sealed class BrokenHsm : IMacKeys
    {
        public ValueTask<byte[]> ComputeAsync(ReadOnlyMemory<byte> octets, CancellationToken cancellationToken = default) => throw new MacUnavailableException("The HSM does not answer.");
    }
}
