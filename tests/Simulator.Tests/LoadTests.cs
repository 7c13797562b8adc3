using CarrierPay.Simulator.Load;
using CarrierPay.SmppAdapter.Pdu;
using static CarrierPay.Simulator.Tests.ScriptedEsme;

namespace CarrierPay.Simulator.Tests;

[TestFixture]
public sealed class LoadTests
{
    private RunningSimulator _simulator = null!;

    [SetUp]
    public async Task StartAsync() => _simulator = await SimulatorApp.StartAsync();

    [TearDown]
    public async Task StopAsync() => await _simulator.DisposeAsync();

    [Test]
    public async Task A_conversation_goes_on_with_what_the_reply_asked_for()
    {
        await using var esme = await BindAsync(_simulator, (pdu, number) => pdu.ShortMessage.Length == "PAY COFFEE".Length
            ? new Answer(CommandStatus.ROK, $"Coffee 12.50. To pay, reply Y {number + 1000}")
            : new Answer(CommandStatus.ROK, "Paid. Thank you."));
        _ = _simulator.Load.Start(new LoadOrder(Phones: 10, Seconds: 600, Open: 2, Steps: [new LoadStep("PAY COFFEE", "reply (Y [0-9]+)"), new LoadStep("$1", "^Paid")]));

        await Eventually.True(() => _simulator.Load.Report!.Completed >= 30, "thirty conversations", () => _simulator.Load.Report!.ToString());
        var report = (await _simulator.Load.StopAsync())!;

        Assert.That(esme.Texts.Where(text => text != "PAY COFFEE"), Is.Not.Empty.And.All.Match("^Y 1[0-9]{3}$"));
        Assert.That(esme.Received.Select(pdu => pdu.SourceAddr.Digits).Distinct().Order(), Is.EqualTo(Enumerable.Range(0, 10).Select(phone => $"99900000000{phone}")));
        Assert.That((report.State, report.Refused, report.Unanswered), Is.EqualTo(("stopped", 0, 0)));
        Assert.That(report.Replies, Is.GreaterThanOrEqualTo(2 * report.Completed));
        Assert.That(report.ReplyLatency.Count, Is.EqualTo(report.Replies));
        Assert.That(new[] { report.ReplyLatency.P50, report.ReplyLatency.P90, report.ReplyLatency.P99, report.ReplyLatency.P999, report.ReplyLatency.Max }, Is.Ordered.And.All.Positive);
    }

    [Test]
    public async Task A_load_at_a_rate_ends_by_itself_and_every_text_is_accounted_for()
    {
        await using var esme = await BindAsync(_simulator);

        var report = await _simulator.Load.Start(new LoadOrder(Phones: 1000, Seconds: 1, Rate: 500, Text: "BAL"));

        Assert.That(report.State, Is.EqualTo("finished"));
        Assert.That(report.Sent, Is.EqualTo(esme.Received.Count).And.EqualTo(report.Answered).And.Positive);
        Assert.That(report.Begun, Is.EqualTo(report.Completed).And.LessThanOrEqualTo(500));
        Assert.That(report.Seconds.Sum(second => second.Answered), Is.Positive.And.LessThanOrEqualTo(report.Answered));
        Assert.That(report.DeliverLatency.Count, Is.EqualTo(report.Answered));
    }

    [Test]
    public async Task Refusals_are_counted_by_their_status_and_end_their_conversation()
    {
        await using var esme = await BindAsync(_simulator, (_, _) => new Answer(CommandStatus.RX_T_APPN));
        _ = _simulator.Load.Start(new LoadOrder(Phones: 5, Seconds: 600, Open: 5, Text: "BAL"));

        await Eventually.True(() => _simulator.Load.Report!.Refused >= 5, "refusals");
        var report = (await _simulator.Load.StopAsync())!;

        Assert.That(report.RefusedBy.Keys, Is.EqualTo(new[] { "0x64 RX_T_APPN" }));
        Assert.That((report.Answered, report.Completed), Is.EqualTo((0, 0)));
    }

    [Test]
    public async Task A_reply_that_does_not_come_in_time_is_counted()
    {
        await using var esme = await BindAsync(_simulator, (_, _) => new Answer(CommandStatus.ROK, "Something else"));
        _ = _simulator.Load.Start(new LoadOrder(Phones: 1, Seconds: 600, Open: 1, ReplyTimeoutMs: 50, Steps: [new LoadStep("BAL", "Balance")]));

        await Eventually.True(() => _simulator.Load.Report is { Unanswered: >= 2, Taken: >= 2 }, "unanswered conversations");
        Assert.That(_simulator.Load.Report!.Replies, Is.Zero);
    }

    [Test]
    public async Task Without_a_text_what_comes_to_the_phones_is_counted()
    {
        await using var esme = await BindAsync(_simulator);
        _ = _simulator.Load.Start(new LoadOrder(Phones: 100, Seconds: 600));

        for (var phone = 0; phone < 100; phone++)
            Assert.That((await esme.SubmitAsync($"9990000000{phone:00}", "Hello")).Single().IsAccepted, Is.True);

        Assert.That(_simulator.Load.Report, Has.Property("Taken").EqualTo(100).And.Property("Sent").EqualTo(0));
        Assert.That(_simulator.Phones.All.Select(phone => phone.MessagesAfter(0).Count), Is.All.Zero);
    }

    [Test]
    public async Task A_reply_in_several_parts_is_put_together_before_it_is_matched()
    {
        await using var esme = await BindAsync(_simulator, (_, _) => new Answer(CommandStatus.ROK, new string('x', 200) + "-END"));
        _ = _simulator.Load.Start(new LoadOrder(Phones: 1, Seconds: 600, Open: 1, Steps: [new LoadStep("LONG", "^x{200}-END$")]));

        await Eventually.True(() => _simulator.Load.Report!.Completed >= 2, "completed conversations");
    }

    [Test]
    public async Task Texts_wait_for_a_bind()
    {
        _ = _simulator.Load.Start(new LoadOrder(Phones: 3, Seconds: 600, Open: 3, Text: "BAL"));
        await using var esme = await BindAsync(_simulator);

        await Eventually.True(() => esme.Received.Count >= 3, "texts");
    }

    [Test]
    public async Task One_load_runs_at_a_time_and_a_stopped_one_makes_room()
    {
        _ = _simulator.Load.Start(new LoadOrder(Phones: 3, Seconds: 600, Open: 3, Text: "BAL"));
        Assert.That(() => _simulator.Load.Start(new LoadOrder(Phones: 3, Seconds: 1)), Throws.InvalidOperationException);

        await _simulator.Load.StopAsync();

        _ = _simulator.Load.Start(new LoadOrder(Phones: 3, Seconds: 600));
        Assert.That(_simulator.Load.Report!.State, Is.EqualTo("running"));
    }

    [TestCaseSource(nameof(WrongOrders))]
    public void An_order_that_makes_no_sense_is_refused(LoadOrder order, string reason) =>
        Assert.That(() => _simulator.Load.Start(order), Throws.ArgumentException.With.Message.Contains(reason));

    private static readonly TestCaseData[] WrongOrders =
    [
        new(new LoadOrder(Phones: 0, Seconds: 1), "phones"),
        new(new LoadOrder(Phones: 1, Seconds: 0), "seconds"),
        new(new LoadOrder(Phones: 1, Seconds: 1, Text: "BAL"), "needs a rate"),
        new(new LoadOrder(Phones: 1, Seconds: 1, Rate: 5), "takes neither"),
        new(new LoadOrder(Phones: 1, Seconds: 1, Rate: 0, Text: "BAL"), "rate"),
        new(new LoadOrder(Phones: 1, Seconds: 1, Open: 1, Text: "BAL", Steps: [new LoadStep("BAL")]), "Only one"),
        new(new LoadOrder(Phones: 1, Seconds: 1, Open: 1, Steps: []), "steps"),
        new(new LoadOrder(Phones: 1, Seconds: 1, Open: 1, Text: ""), "text"),
        new(new LoadOrder(Phones: 1, Seconds: 1, Open: 1, Steps: [new LoadStep("BAL", "(")]), "reply"),
        new(new LoadOrder(Phones: 2, Seconds: 1, First: "99999"), "first"),
        new(new LoadOrder(Phones: 1, Seconds: 1, First: "+4477009"), "first"),
        new(new LoadOrder(Phones: 1, Seconds: 1, To: "123"), "short code"),
        new(new LoadOrder(Phones: 1, Seconds: 1, Open: 1, Text: "BAL", ReplyTimeoutMs: 1), "replyTimeoutMs"),
    ];

    [Test]
    public void Percentiles_are_at_most_two_percent_too_high()
    {
        var histogram = new LatencyHistogram();
        for (var value = 1; value <= 100_000; value++) histogram.Add(TimeSpan.FromMicroseconds(value));

        var view = histogram.View();

        Assert.That((view.Count, view.Max), Is.EqualTo((100_000L, 100.0)));
        Assert.That(view.P50, Is.InRange(50.0, 51.0));
        Assert.That(view.P90, Is.InRange(90.0, 91.8));
        Assert.That(view.P99, Is.InRange(99.0, 100.0));
        Assert.That(view.P999, Is.InRange(99.9, 100.0));
    }

    [Test]
    public void A_histogram_takes_any_latency()
    {
        var histogram = new LatencyHistogram();
        Assert.That(histogram.View(), Is.EqualTo(new LatencyView(0, 0, 0, 0, 0, 0)));

        foreach (var latency in new[] { TimeSpan.Zero, TimeSpan.FromTicks(-5), TimeSpan.FromDays(30), TimeSpan.MaxValue }) histogram.Add(latency);

        Assert.That(histogram.View().Count, Is.EqualTo(4));
    }
}
