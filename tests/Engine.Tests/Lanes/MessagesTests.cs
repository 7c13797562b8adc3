using CarrierPay.Engine.Lanes;

namespace CarrierPay.Engine.Tests.Lanes;

/// <summary>Rule 25: a message stands in the outbox until an SMSC has accepted it or refused it for good.</summary>
[TestFixture]
internal sealed class MessagesTests : LaneFixture
{
    [Test]
    public async Task A_message_that_was_accepted_leaves_the_outbox()
    {
        await using var stack = await SendingAsync();
        await stack.TextAsync(1, "BAL");
        stack.Door.Sent(await NextMessageAsync(stack));
        await OutboxIsEmptyAsync();
    }

    [Test]
    public async Task A_message_that_was_given_back_is_taken_up_again_word_for_word()
    {
        await using var stack = await SendingAsync();
        await stack.TextAsync(1, "PAY NEWS");
        var first = await NextMessageAsync(stack);
        stack.Door.GiveBack(first);

        var again = await NextMessageAsync(stack);
        Assert.That((again.Id, again.Parameters), Is.EqualTo((first.Id, first.Parameters)));
        stack.Door.Sent(again);
        await OutboxIsEmptyAsync();
    }

    [Test]
    public async Task A_prompt_ends_with_its_payment_also_when_it_is_taken_up_again()
    {
        await using var stack = await SendingAsync();
        await stack.TextAsync(1, "PAY NEWS");
        var first = await NextMessageAsync(stack);
        var due = await ReadAsync<DateTime>("select due_at from open_payments");
        Assert.That(first.Until?.UtcDateTime, Is.EqualTo(due).Within(1).Milliseconds);

        stack.Door.GiveBack(first);
        Assert.That((await NextMessageAsync(stack)).Until?.UtcDateTime, Is.EqualTo(due));
    }

    [Test]
    public async Task A_prompt_that_is_taken_up_after_its_payment_ended_has_no_time_left()
    {
        await using var stack = await SendingAsync();
        await stack.TextAsync(1, "PAY NEWS");
        var prompt = await NextMessageAsync(stack);
        await ExecuteAsync("delete from open_payments");
        stack.Door.GiveBack(prompt);
        Assert.That((await NextMessageAsync(stack)).Until, Is.EqualTo(DateTimeOffset.MinValue));
    }

    [Test]
    public async Task A_message_without_a_code_may_come_at_any_time()
    {
        await using var stack = await SendingAsync();
        await stack.TextAsync(1, "BAL");
        var first = await NextMessageAsync(stack);
        stack.Door.GiveBack(first);
        Assert.That((first.Until, (await NextMessageAsync(stack)).Until), Is.EqualTo(((DateTimeOffset?)null, (DateTimeOffset?)null)));
    }

    [Test]
    public async Task A_message_that_was_refused_for_good_is_noted_and_leaves_the_outbox()
    {
        await using var stack = await SendingAsync();
        await stack.TextAsync(1, "BAL");
        var message = await NextMessageAsync(stack);
        stack.Door.Refused(message, "RINVDSTADR");

        await OutboxIsEmptyAsync();
        Assert.That(await ReadAsync<string>($"select reason from message_failures where message_id = {message.Id}"), Is.EqualTo("RINVDSTADR"));
    }

    [Test]
    public async Task What_the_links_report_while_the_database_refuses_is_kept_for_the_next_sweep()
    {
        await using var stack = await SendingAsync();
        await stack.TextAsync(1, "BAL");
        await stack.TextAsync(2, "BAL");
        var (refused, givenBack) = (await NextMessageAsync(stack), await NextMessageAsync(stack));
        await ExecuteAsync("revoke insert on message_failures, outbox from carrierpay_engine");
        stack.Door.Refused(refused, "RINVDSTADR");
        stack.Door.GiveBack(givenBack);
        var failed = await ReadAsync<long>("select xact_rollback from pg_stat_database where datname = current_database()");
        await Eventually.True(async () => await ReadAsync<long>("select xact_rollback from pg_stat_database where datname = current_database()") > failed, "a sweep failed");
        await ExecuteAsync("grant insert on message_failures, outbox to carrierpay_engine");

        Assert.That((await NextMessageAsync(stack)).Id, Is.EqualTo(givenBack.Id));
        await Eventually.True(async () => await ReadAsync<long>($"select count(*) from message_failures where message_id = {refused.Id}") == 1, "the refusal is noted");
    }

    [Test]
    public async Task At_the_stop_what_was_sent_leaves_the_outbox_and_the_rest_stays_for_another_engine()
    {
        await using var stack = await SendingAsync();
        foreach (var id in new[] { 1, 2, 3 })
            await stack.TextAsync(id, "BAL");
        var messages = new[] { await NextMessageAsync(stack), await NextMessageAsync(stack), await NextMessageAsync(stack) };
        stack.Door.Sent(messages[0]);
        stack.Door.GiveBack(messages[1]);
        await stack.StopAsync();

        var left = await ReadAsync<long[]>("select array_agg(m order by m) from outbox, unnest(messages) as m");
        Assert.That(left, Is.EqualTo(new[] { messages[1].Id, messages[2].Id }.Order()));
        Assert.That(await ReadAsync<long>("select count(*) from engines"), Is.Zero, "nobody owns them");
    }

    [Test]
    public async Task At_the_stop_what_waits_is_decided_and_what_comes_is_refused()
    {
        await using var stack = await SendingAsync();
        var waiting = Enumerable.Range(1, 100).Select(id => stack.TextAsync(id, "BAL")).ToList();
        var stopping = stack.StopAsync();
        Assert.That(await Task.WhenAll(waiting), Is.All.EqualTo(EventFate.Decided));
        await stopping;
        Assert.That(await stack.TextAsync(1, "BAL"), Is.EqualTo(EventFate.NotDecided));
    }

    private Task OutboxIsEmptyAsync() => Eventually.True(async () => await ReadAsync<long>("select count(*) from outbox") == 0, "the outbox is empty");

    private async Task<LaneStack> SendingAsync()
    {
        var stack = await LaneStack.StartAsync(Database);
        stack.Outgoing.CanSend = true;
        return stack;
    }
}
