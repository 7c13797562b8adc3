using CarrierPay.SmppAdapter.Pdu;
using CarrierPay.SmppAdapter.Text;
using CarrierPay.TestSupport;

namespace CarrierPay.SmppAdapter.Gateway.Tests;

[TestFixture]
public sealed class RoutingTests
{
    private static readonly (string, string) ToBThenA = ("Routes:0:Smscs", "b,a");

    private TestDatabase _database = null!;
    private TestSmsc _a = null!;
    private TestSmsc _b = null!;

    [SetUp]
    public async Task SetUp() => (_database, _a, _b) = (await EngineStage.MakeDatabaseAsync(), new(), new());

    [TearDown]
    public async Task TearDown()
    {
        await _a.DisposeAsync();
        await _b.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Test]
    public async Task A_message_goes_to_the_first_smsc_of_its_route_wherever_it_came_from()
    {
        await using var engine = await StartAsync(ToBThenA);
        await _a.TextAsync("BAL");
        await _b.SubmittedToAsync(TestSmsc.Ann);
        Assert.That(_a.Submitted, Is.Empty);
    }

    [Test]
    public async Task Prefix_and_short_code_choose_the_route()
    {
        await using var engine = await StartAsync(
            ("Routes:0:Prefix", "254700000002"), ("Routes:0:Smscs", "b"), ("Routes:1:ShortCodes", "501"), ("Routes:1:Smscs", "b"), ("Routes:2:Smscs", "a"));
        await _a.TextAsync("BAL", TestSmsc.Ben);
        await _a.TextAsync("BAL");
        await _b.SubmittedToAsync(TestSmsc.Ben);
        await _a.SubmittedToAsync(TestSmsc.Ann);
        Assert.That((_a.Submitted.Count, _b.Submitted.Count), Is.EqualTo((1, 1)));
    }

    [Test]
    public async Task Without_a_route_the_smsc_that_serves_the_short_code_is_taken()
    {
        await using var engine = await StartAsync(("Links:0:ShortCodes", "600"), ("Links:1:ShortCodes", "500"));
        await _a.TextAsync("BAL");
        await _b.SubmittedToAsync(TestSmsc.Ann);
        Assert.That(_a.Submitted, Is.Empty);
    }

    [Test]
    public async Task While_the_first_smsc_is_not_bound_the_next_one_is_taken()
    {
        await using var engine = await StartAsync(ToBThenA);
        await _b.DisposeAsync();
        await Eventually.True(() => engine.Get<GatewayLinks>().All.Count(l => l.IsBound) == 1, "the link to b is down");
        await _a.TextAsync("BAL");
        await _a.SubmittedToAsync(TestSmsc.Ann);
    }

    [Test]
    public async Task When_the_first_smsc_throttles_for_too_long_the_next_one_is_taken()
    {
        _b.Judge = _ => CommandStatus.RTHROTTLED;
        await using var engine = await StartAsync(ToBThenA);
        await _a.TextAsync("BAL");
        await _a.SubmittedToAsync(TestSmsc.Ann);
        Assert.That(_b.Submitted, Is.Not.Empty, "it had its chance");
    }

    [Test]
    public async Task When_the_first_smsc_has_no_room_for_too_long_the_next_one_is_taken()
    {
        var isOpen = new TaskCompletionSource();
        _b.BeforeResponse = (_, _) => isOpen.Task;
        await using var engine = await StartAsync(ToBThenA, ("Links:1:WindowSize", "1"));
        await _a.TextAsync("BAL");
        await _b.SubmittedToAsync(TestSmsc.Ann);
        await _a.TextAsync("BAL", TestSmsc.Ben);
        await _a.SubmittedToAsync(TestSmsc.Ben);
        isOpen.SetResult();
        Assert.That(_b.SubmittedTo(TestSmsc.Ben), Is.Empty);
    }

    [Test]
    public async Task When_the_first_smscs_rate_is_used_up_for_too_long_the_next_one_is_taken()
    {
        await using var engine = await StartAsync(ToBThenA, ("Links:1:MaxRate", "1"), ("Links:1:RateSharedBy", "10"));
        await _a.TextAsync("BAL");
        await _b.SubmittedToAsync(TestSmsc.Ann);
        await _a.TextAsync("BAL", TestSmsc.Ben);
        await _a.SubmittedToAsync(TestSmsc.Ben);
        Assert.That(_b.SubmittedTo(TestSmsc.Ben), Is.Empty);
    }

    [Test]
    public async Task After_an_outcome_that_nobody_knows_no_other_smsc_is_asked()
    {
        _b.Judge = _ => null;
        await using var engine = await StartAsync(ToBThenA, ("Links:1:ResponseTimeout", "00:00:00.3"));
        await _a.TextAsync("BAL");
        await _b.SubmittedToAsync(TestSmsc.Ann, 2);
        Assert.That(_a.Submitted, Is.Empty, "it is sent again with the same text, and to the same SMSC");
        Assert.That(_b.Submitted.Select(TestSmsc.TextOf).Distinct().Count(), Is.EqualTo(1));
    }

    [Test]
    public async Task All_parts_of_a_text_go_to_the_smsc_that_took_the_first()
    {
        var isThrottled = true;
        _b.Judge = s => Part(s) == 2 && isThrottled ? CommandStatus.RTHROTTLED : CommandStatus.ROK;
        await using var engine = await StartAsync(ToBThenA);
        var submission = new Submission(new(254700000001), "500", new('x', 400), 7, TimeProvider.System.GetTimestamp());
        var submitter = engine.Get<TextSubmitter>();
        await Eventually.True(
            async () =>
            {
                isThrottled = _b.Submitted.Count < 4; // for longer than the time after which another SMSC would be asked
                await Task.Yield();
                return (await submitter.SubmitAsync(submission)).Outcome == SubmitOutcome.Accepted;
            },
            "the whole text is accepted");
        Assert.That(_a.Submitted, Is.Empty);
        Assert.That(_b.Submitted.Select(Part), Is.EqualTo(new[] { 1, 2, 2, 2, 2, 3 }).Or.EqualTo(new[] { 1, 2, 2, 2, 3 }), "and no part twice that was taken");
    }

    [Test]
    public async Task A_slow_smsc_does_not_hold_up_the_others()
    {
        var isOpen = new TaskCompletionSource();
        _b.BeforeResponse = (_, _) => isOpen.Task;
        await using var engine = await StartAsync(
            ("Links:0:WindowSize", "1"), ("Links:1:WindowSize", "1"), ("Routes:0:Smscs", "b"), ("Routes:1:Prefix", "254700000001"), ("Routes:1:Smscs", "a"));
        await Task.WhenAll(Enumerable.Range(2, 18).Select(i => _a.TextAsync("BAL", $"{254700000000 + i}")));
        await Eventually.True(() => _b.Submitted.Count == 1, "b has its window full");
        await _a.TextAsync("BAL");
        await _a.SubmittedToAsync(TestSmsc.Ann);
        isOpen.SetResult();
        await Eventually.True(() => _b.Submitted.Count == 18, "the others follow");
    }

    [Test]
    public async Task Two_links_to_one_smsc_share_its_messages()
    {
        await using var engine = await EngineStage.StartAsync(_database, [_a, _a], ("Links:1:Smsc", "a"), ("Routes:0:Smscs", "a"));
        await _a.BoundAsync(2);
        Assert.That(engine.Get<GatewayLinks>().Smscs.All, Has.Count.EqualTo(1));
        await _a.TextAsync("BAL");
        await _a.SubmittedToAsync(TestSmsc.Ann);
    }

    [Test]
    public async Task A_text_that_needs_more_parts_than_its_link_sends_is_refused()
    {
        await using var engine = await StartAsync(("Links:0:MaxParts", "2"), ("Links:1:MaxParts", "2"));
        var result = await engine.Get<TextSubmitter>().SubmitAsync(new(new(254700000001), "500", new('x', 400), 7, TimeProvider.System.GetTimestamp()));
        Assert.That((result.Outcome, result.Reason), Is.EqualTo((SubmitOutcome.Refused, "needs 3 parts")));
        Assert.That(_a.Submitted, Is.Empty);
    }

    [Test]
    public async Task What_nobody_asked_for_comes_from_the_first_short_code_of_its_link()
    {
        await using var engine = await StartAsync(("Links:0:ShortCodes", "500,501"));
        await engine.Get<TextSubmitter>().SubmitAsync(new(new(254700000001), "", "TAKEN OFF your phone bill", 7, TimeProvider.System.GetTimestamp()));
        Assert.That((await _a.SubmittedToAsync(TestSmsc.Ann)).SourceAddr.Digits, Is.EqualTo("500"));
    }

    private static int Part(SubmitSm submit) => MessageText.Decode(submit).Concatenation?.Sequence ?? 0;

    private async Task<EngineStage> StartAsync(params (string, string)[] settings)
    {
        var engine = await EngineStage.StartAsync(_database, [_a, _b], settings);
        await _a.BoundAsync();
        await _b.BoundAsync();
        return engine;
    }
}
