using System.Security.Cryptography;
using System.Text;
using CarrierPay.Engine.Conversations;
using CarrierPay.Engine.Lanes;
using CarrierPay.Engine.Messaging;
using CarrierPay.Engine.Messaging.Texts;

namespace CarrierPay.Engine.Tests.Lanes;

/// <summary>A dialogue stands in the subscriber's row: a restart and another engine go on with it.</summary>
[TestFixture]
internal sealed class DialogueTests : LaneFixture
{
    [Test]
    public async Task A_dialogue_goes_on_at_another_engine()
    {
        await using (var first = await SendingAsync())
        {
            await TypeAsync(first, "*500*2#", dialled: true, afterStep: 0);
            var screen = await NextScreenAsync(first);
            Assert.That((screen.Template, screen.Ussd!.Session, screen.Ussd.Ends), Is.EqualTo((TextTemplate.PayWhom, "s/1", false)));
            first.Door.Sent(screen);
        }
        await using var second = await SendingAsync();
        await TypeAsync(second, "NEWS", dialled: false, afterStep: long.MaxValue);
        var prompt = await NextScreenAsync(second);
        Assert.That((prompt.Template, prompt.Ussd!.Ends), Is.EqualTo((TextTemplate.Prompt, false)));
        await TypeAsync(second, prompt.Code, dialled: false, afterStep: prompt.Ussd.Step);
        var receipt = await NextScreenAsync(second);
        Assert.That((receipt.Template, receipt.Ussd!.Ends, receipt.Ussd.IsKept), Is.EqualTo((TextTemplate.Receipt, true, true)));
        Assert.That(await BalanceAsync(1), Is.EqualTo(Opening - 199));
    }

    [Test]
    public async Task An_answer_that_its_engine_did_not_show_goes_by_SMS()
    {
        await using (var first = await SendingAsync())
        {
            await first.TextAsync(1, "PAY NEWS");
            first.Door.Sent(await NextMessageAsync(first));
            await TypeAsync(first, "*500*1#", dialled: true, afterStep: 0);
            var screen = await NextScreenAsync(first);
            Assert.That(screen.Ussd, Is.Not.Null);
        }
        await using var second = await SendingAsync();
        var taken = await NextMessageAsync(second);
        Assert.That((taken.Template, taken.Ussd, taken.ReplyPath, taken.Code), Is.EqualTo((TextTemplate.Prompt, default(UssdAnswer), LaneStack.ShortCode, LaneStack.CodeOf(1, 1))));
    }

    [Test]
    public async Task The_log_names_the_session_that_was_answered()
    {
        await using var stack = await SendingAsync();
        await TypeAsync(stack, "*500#", dialled: true, afterStep: 0);
        Assert.That(await ReadAsync<string>("select reply_path from messages"), Does.StartWith("500 USSD link s/1 20"));
    }

    [Test]
    public async Task A_dialogue_that_is_over_leaves_the_row_with_the_next_payment()
    {
        await using (var stack = await SendingAsync())
            await TypeAsync(stack, "*500#", dialled: true, afterStep: 0);
        await ExecuteAsync("""update subscribers set dialogue = convert_to(replace(convert_from(dialogue, 'UTF8'), '"InputAt":"20', '"InputAt":"19'), 'UTF8') where id = 1""");
        await using var later = await SendingAsync();
        await later.TextAsync(1, "PAY NEWS");
        await later.TextAsync(1, $"Y {LaneStack.CodeOf(1, 1)}");
        Assert.That(await ReadAsync<long>("select count(*) from subscribers where dialogue is not null"), Is.Zero);
    }

    [Test]
    public async Task An_input_that_always_fails_is_parked_and_its_answer_comes_by_SMS_when_it_is_tried_again()
    {
        var isBroken = true;
        await using var stack = await LaneStack.StartAsync(Database, (subscriber, subscriberEvent, in given, changes) =>
        {
            if (isBroken)
                throw new InvalidOperationException("A rule is broken.");
            Decisions.Decide(subscriber, subscriberEvent, given, changes);
        });
        stack.Outgoing.CanSend = true;
        Assert.That(await TypeAsync(stack, "*500#", dialled: true, afterStep: 0, answerWithin: TimeSpan.Zero), Is.EqualTo(EventFate.Parked));
        isBroken = false;
        await ParkedEventQueries.AskRetryAsync(Database.Owner, await ReadAsync<long>("select id from parked_events"));
        var menu = await NextMessageAsync(stack);
        Assert.That((menu.Template, menu.Ussd), Is.EqualTo((TextTemplate.Menu, default(UssdAnswer))));
    }

    private static Task<EventFate> TypeAsync(LaneStack stack, string text, bool dialled, long afterStep, TimeSpan? answerWithin = null) => stack.PostAsync(
        1,
        new ReceiveUssd.UssdReceived(text, dialled, afterStep, SHA256.HashData(Encoding.UTF8.GetBytes(text))[..16])
        {
            From = LaneStack.NumberOf(1),
            ReplyPath = LaneStack.ShortCode,
            Ussd = new("link", "s/1", stack.Get<TimeProvider>().GetUtcNow() + (answerWithin ?? TimeSpan.FromMinutes(1))),
        });

    private static async Task<OutboundMessage> NextScreenAsync(LaneStack stack)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        return await stack.Outgoing.Screens.ReadAsync(deadline.Token);
    }

    private async Task<LaneStack> SendingAsync()
    {
        var stack = await LaneStack.StartAsync(Database);
        stack.Outgoing.CanSend = true;
        return stack;
    }
}
