using CarrierPay.Engine.Messaging.Texts;
using CarrierPay.Engine.Subscribers;
using CarrierPay.Engine.Tests.Lanes;
using CarrierPay.Simulator.Bank;

namespace CarrierPay.Engine.Tests.Funding;

/// <summary>A bank that was away: what waits for it goes when it is back, however long the pauses had become.</summary>
[TestFixture, Parallelizable] // beside the other rails: what takes its time here is waiting for answers that do not come
internal sealed class BankComesBackTests
{
    private RailStage _stage = null!;

    [SetUp]
    public async Task SetAsync() => _stage = await RailStage.SetAsync(FundingKind.Bank);

    [TearDown]
    public ValueTask StrikeAsync() => _stage.DisposeAsync();

    [Test]
    public async Task A_question_for_an_account_that_was_asked_before_the_connection_was_up_goes_when_it_is()
    {
        await AskToLinkAsync(attempts: 0);
        var engine = await StartWithoutBankAsync();
        await Eventually.True(() => _stage.ReadAsync<bool>("select last_answer = 'not asked: NotSignedOn' from connector_calls"), "it could not be asked");

        _stage.Bank.Faults.Clear();
        Assert.That((await RailStage.NextAsync(engine)).Template, Is.EqualTo(TextTemplate.BankLinked));
    }

    [Test]
    public async Task After_a_long_absence_too()
    {
        await AskToLinkAsync(attempts: 1000);
        var engine = await StartWithoutBankAsync();
        await Eventually.True(() => _stage.ReadAsync<bool>("select attempts > 1000 and owner = 0 from connector_calls"), "it waits");
        await _stage.ExecuteAsync("update connector_calls set next_attempt_at = now() + interval '1 hour'");

        _stage.Bank.Faults.Clear();
        Assert.That((await RailStage.NextAsync(engine)).Template, Is.EqualTo(TextTemplate.BankLinked));
    }

    [Test]
    public async Task A_reversal_does_not_wait_for_the_end_of_its_pause()
    {
        var engine = await _stage.StartEngineAsync();
        _stage.Bank.Faults.Order(new(BankFault.Mute, BankMessageKind.Debit));
        _stage.Bank.Faults.Order(new(BankFault.Lose, BankMessageKind.Reversal, Count: 1_000_000));
        await RailStage.OrderAsync(engine, 1);
        Assert.That((await RailStage.NextAsync(engine)).Template, Is.EqualTo(TextTemplate.BeingChecked));
        await Eventually.True(
            async () =>
            {
                await _stage.ExecuteAsync("update connector_calls set next_attempt_at = now() + interval '1 hour' where kind = 5 and owner = 0");
                return await _stage.ReadAsync<bool>("select count(*) = 1 from connector_calls where kind = 5 and owner = 0 and next_attempt_at > now() + interval '1 minute'");
            },
            "the reversal has a long pause");

        _stage.Bank.Faults.Clear();
        _stage.Bank.Cut();
        Assert.That((await RailStage.NextAsync(engine)).Template, Is.EqualTo(TextTemplate.Reversed));
        Assert.That(_stage.AtBankOf(1), Is.EqualTo(RailStage.Opening));
        await _stage.CheckBooksAsync();
    }

    [Test]
    public async Task What_waits_for_a_person_goes_on_waiting_for_him()
    {
        await AskToLinkAsync(attempts: 0);
        await _stage.ExecuteAsync("update connector_calls set next_attempt_at = 'infinity'");
        var engine = await _stage.StartEngineAsync();
        await RailStage.OrderAsync(engine, 2);
        await RailStage.NextAsync(engine);
        Assert.That(await _stage.ReadAsync<bool>("select next_attempt_at = 'infinity' from connector_calls where kind = 6"), Is.True);
    }

    [Test]
    public async Task A_call_that_is_tried_for_ever_holds_up_no_other()
    {
        await AskToLinkAsync(attempts: short.MaxValue);
        var engine = await StartWithoutBankAsync();
        await Eventually.True(() => _stage.ReadAsync<bool>("select last_answer is not null from connector_calls"), "it was tried once more");

        _stage.Bank.Faults.Clear();
        Assert.That((await RailStage.NextAsync(engine)).Template, Is.EqualTo(TextTemplate.BankLinked));
    }

    private Task AskToLinkAsync(int attempts) => _stage.ExecuteAsync(
        $$"""
        update bank_links set state = 1 where subscriber_id = 1;
        insert into connector_calls (lane, id, subscriber_id, payment_id, kind, owner, bank, request, created_at, next_attempt_at, attempts)
        values (1, 1, 1, 0, 6, 0, 'DEMO', '{"link":1,"currency":978}', now(), now(), {{attempts}})
        """);

    /// <summary>An engine that the bank does not sign on, until its faults are cleared.</summary>
    private Task<LaneStack> StartWithoutBankAsync()
    {
        _stage.Bank.Faults.Order(new(BankFault.Code, BankMessageKind.Network, Count: 1_000_000, ResponseCode: "91"));
        return _stage.StartEngineAsync(isConnected: false);
    }
}
