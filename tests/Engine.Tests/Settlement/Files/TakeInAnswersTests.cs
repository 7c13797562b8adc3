using System.Text;
using CarrierPay.Engine.Settlement.Files;
using CarrierPay.Engine.Subscribers;
using CsCheck;

namespace CarrierPay.Engine.Tests.Settlement.Files;

[TestFixture]
public sealed class TakeInAnswersTests : RatedBooksFixture
{
    private async Task<RatedFile> FileAsync() => (await Rated.ListAsync()).Single();

    private Task<long> RejectionsAsync() => Rated.Books.ScalarAsync<long>("select count(*) from rated_rejections");

    [Test]
    public async Task A_file_that_was_accepted_whole_is_answered()
    {
        var file = await Rated.DeliverAsync(events: 3);
        Rated.Answer(file, "ack", "A,1,3\n");
        await Rated.LookAsync();

        Assert.That(await FileAsync(), Has.Property("State").EqualTo(RatedFileState.Answered).And.Property("Accepted").EqualTo(3).And.Property("Rejected").Null);
        Assert.That((Rated.Answers().Count, Rated.Answers("taken").Single()), Is.EqualTo((0, "CPAY_acme_20261123_000001.ack")));
        Assert.That(Rated.Alarms.Lines, Is.Empty);
    }

    [Test]
    public async Task Rejected_events_are_written_once_with_who_bears_them_and_all_that_a_lane_needs()
    {
        Rated.Options.BorneByOperator.Add("SYS-9");
        var file = await Rated.DeliverAsync(events: 3);
        Rated.Answer(file, "rej", "R,3,NOLINE\r\nR,1,SYS-9\r\nT,2\r\n");
        Rated.Answer(file, "ack", "A,1,1\n");
        await Rated.LookAsync();

        var rejected = await Rated.Books.QueryAsync<(long PaymentId, string Code, short Bearer, long SubscriberId, int MerchantId, string MerchantName, long AmountMinor, string Reference)>(
            "select payment_id, code, bearer, subscriber_id, merchant_id, merchant_name, amount_minor, reference from rated_rejections order by payment_id");
        Assert.That(rejected, Is.EqualTo(new[]
        {
            (1L, "SYS-9", (short)RejectionBearer.Operator, 7L, 3, "Star Coffee", 1250L, "K7Q2M9"),
            (3L, "NOLINE", (short)RejectionBearer.Merchant, 7L, 3, "Star Coffee", 1250L, "K7Q2M9"),
        }));
        Assert.That(await FileAsync(), Has.Property("State").EqualTo(RatedFileState.Answered).And.Property("Accepted").EqualTo(1).And.Property("Rejected").EqualTo(2));
        Assert.That(await Rated.Books.ScalarAsync<string>("select object_id || details::text from audit where action = 'charge rejected' and object_id = '3'"), Does.Contain("NOLINE"));
    }

    [Test]
    public async Task A_count_that_comes_before_its_rejections_waits_for_them()
    {
        var file = await Rated.DeliverAsync(events: 3);
        Rated.Answer(file, "ack", "A,1,2\n");
        await Rated.LookAsync();
        Assert.That((Rated.Answers().Count, (await FileAsync()).State), Is.EqualTo((1, RatedFileState.Delivered)));

        Rated.Answer(file, "rej", "R,2,NOLINE\nT,1\n");
        await Rated.LookAsync();
        Assert.That((Rated.Answers().Count, (await FileAsync()).State), Is.EqualTo((0, RatedFileState.Answered)));
        Assert.That(Rated.Alarms.Lines, Is.Empty);
    }

    [Test]
    public async Task An_answer_that_comes_twice_counts_once_also_after_a_crash_before_it_was_moved()
    {
        var file = await Rated.DeliverAsync(events: 3);
        for (var i = 0; i < 2; i++)
        {
            Rated.Answer(file, "rej", "R,2,NOLINE\nT,1\n");
            Rated.Answer(file, "ack", "A,1,2\n");
            await Rated.LookAsync();
        }
        Assert.That((await RejectionsAsync(), Rated.Answers().Count, Rated.Answers("aside").Count), Is.EqualTo((1L, 0, 0)));
        Assert.That(Rated.Alarms.Lines, Is.Empty);
    }

    [Test]
    public async Task Another_answer_to_the_same_file_is_set_aside()
    {
        var file = await Rated.DeliverAsync(events: 3);
        Rated.Answer(file, "rej", "R,2,NOLINE\nT,1\n");
        await Rated.LookAsync();
        Rated.Answer(file, "rej", "R,3,NOLINE\nT,1\n");
        await Rated.LookAsync();
        Assert.That((await RejectionsAsync(), Rated.Answers("aside").Count), Is.EqualTo((1L, 1)));
        Assert.That(Rated.Alarms.Lines, Has.One.Contains("another one was taken in"));
    }

    [TestCase("rej", "R,2,NOLINE\nT,2\n", "it says that it has 2 events and has 1")]
    [TestCase("rej", "R,2,NOLINE\nR,2,NOLINE\nT,2\n", "it has event 2 twice")]
    [TestCase("rej", "R,1,A\nR,2,A\nR,3,A\nR,4,A\nR,5,A\nT,5\n", "it has more events than the 3 of the file")]
    [TestCase("rej", "R,4711,NOLINE\nT,1\n", "event 4711 is no charge of CPAY_acme_20261123_000001.csv")]
    [TestCase("rej", "R,99999999999999999999,NOLINE\nT,1\n", "line 1 is neither R,event id,code nor T,count")]
    [TestCase("rej", "R,2,NO LINE\nT,1\n", "line 1 is neither R,event id,code nor T,count")]
    [TestCase("rej", "R,2,'; drop table payments --\nT,1\n", "line 1 is neither R,event id,code nor T,count")]
    [TestCase("rej", "R,1,NOLINE\n\nT,1\n", "line 2 is neither R,event id,code nor T,count")]
    [TestCase("rej", "R,1,NOLINE\nT,1\nR,2,NOLINE\n", "something follows its last line T,count")]
    [TestCase("rej", "\uFEFFR,2,NOLINE\nT,1\n", "line 1 is neither R,event id,code nor T,count")]
    [TestCase("ack", "A,2,3\n", "it answers file 2 by its content")]
    [TestCase("ack", "A,1,4\n", "4 accepted and 0 rejected events are not the 3 of the file")]
    [TestCase("ack", "A,1,-3\n", "line 1 is not A,sequence,accepted events")]
    [TestCase("ack", "OK\n", "line 1 is not A,sequence,accepted events")]
    [TestCase("ack", "A,1,3\nA,1,3\n", "it has more than one line")]
    public async Task A_malformed_answer_is_set_aside_with_its_reason_and_nothing_of_it_counts(string end, string content, string problem)
    {
        var file = await Rated.DeliverAsync(events: 3);
        Rated.Answer(file, end, content);
        await Rated.LookAsync();
        await Rated.LookAsync();

        Assert.That(Rated.Alarms.Lines, Has.One.Contains(problem));
        Assert.That((await RatedFileQueries.ListSetAsideAsync(Rated.Books.Engine, 10)).Single().Problem, Is.EqualTo(problem));
        Assert.That((Rated.Answers().Count, Rated.Answers("aside").Count, await RejectionsAsync()), Is.EqualTo((0, 1, 0L)));
        Assert.That((await FileAsync()).State, Is.EqualTo(RatedFileState.Delivered));
        Assert.That(
            File.ReadAllBytes(Path.Combine(Rated.Options.AnswersFolder, "aside", Rated.Answers("aside")[0])), Is.EqualTo(Encoding.UTF8.GetBytes(content)), "nothing is lost");

        // A right one after it is taken in.
        Rated.Answer(file, "ack", "A,1,3\n");
        await Rated.LookAsync();
        Assert.That((await FileAsync()).State, Is.EqualTo(RatedFileState.Answered));
    }

    [TestCase("ack", "A,1,3")]
    [TestCase("rej", "R,1,NOLINE\n")]
    [TestCase("rej", "R,1,NOLINE\nT,1")]
    [TestCase("rej", "")]
    public async Task One_without_its_end_is_perhaps_still_being_written_and_is_set_aside_after_a_minute(string end, string content)
    {
        var file = await Rated.DeliverAsync(events: 3);
        Rated.Answer(file, end, content);
        await Rated.LookAsync();
        Assert.That((Rated.Answers().Count, Rated.Alarms.Lines.Count), Is.EqualTo((1, 0)));

        Rated.Books.Time.Advance(TimeSpan.FromMinutes(2));
        await Rated.LookAsync();
        Assert.That((Rated.Answers().Count, Rated.Answers("aside").Count), Is.EqualTo((0, 1)));
        Assert.That(Rated.Alarms.Lines, Has.One.Contains("its end is missing"));
    }

    [Test]
    public async Task Rejections_after_everything_was_accepted_are_set_aside()
    {
        var file = await Rated.DeliverAsync(events: 3);
        Rated.Answer(file, "ack", "A,1,3\n");
        await Rated.LookAsync();
        Rated.Answer(file, "rej", "R,1,NOLINE\nT,1\n");
        await Rated.LookAsync();
        Assert.That(Rated.Alarms.Lines, Has.One.Contains("3 of 3 events were accepted before"));
        Assert.That(await RejectionsAsync(), Is.Zero);
    }

    [Test]
    public async Task An_answer_to_a_file_that_never_was_is_set_aside_and_other_files_are_left_alone()
    {
        await Rated.DeliverAsync(events: 1);
        Rated.Answer("CPAY_acme_20261123_000002.csv", "ack", "A,2,1\n");
        Rated.Answer("notes.txt", "txt", "hello");
        Rated.Answer("CPAY_acme_20261123_000001.csv", "ack.tmp", "A,1,1\n");
        await Rated.LookAsync();
        Assert.That(Rated.Answers("aside").Single(), Does.StartWith("CPAY_acme_20261123_000002.ack."));
        Assert.That(Rated.Answers(), Is.EqualTo(new[] { "CPAY_acme_20261123_000001.ack.tmp", "notes.txt" }));
    }

    [Test]
    public async Task A_line_without_end_takes_no_memory_and_is_set_aside()
    {
        var file = await Rated.DeliverAsync(events: 1);
        Rated.Answer(file, "rej", new string('R', 5_000_000));
        await Rated.LookAsync();
        Assert.That(Rated.Alarms.Lines, Has.One.Contains("line 1 is longer than 200 octets"));
    }

    [Test]
    public async Task A_rejected_refund_is_no_charge_and_is_set_aside()
    {
        await Rated.RateAsync(1);
        await Rated.RateAsync(2, kind: RatedEventKind.Refund, original: 1);
        await Rated.Books.CloseAsync();
        await Rated.LookAsync();
        Rated.Answer(Rated.Files[0], "rej", "R,2,NOLINE\nT,1\n");
        await Rated.LookAsync();
        Assert.That(Rated.Alarms.Lines, Has.One.Contains("event 2 is no charge"));
    }

    [Test]
    public async Task Many_rejections_are_taken_in_together()
    {
        await Rated.Books.ExecuteAsync("""
            insert into rated_events (lane, period, id, kind, subscriber_id, msisdn, at, service, merchant_id, merchant_name, net_minor, tax_minor, currency, reference)
            select i % 32, 1, i, 1, i, 447700900000 + i, now(), '', 3, 'Star Coffee', 100, 0, 978, 'K7Q2M9' from generate_series(1, 5000) i
            """);
        await Rated.Books.CloseAsync();
        await Rated.LookAsync();
        Rated.Answer(Rated.Files[0], "rej", string.Concat(Enumerable.Range(1001, 3000).Select(i => $"R,{i},X\n")) + "T,3000\n");
        Rated.Answer(Rated.Files[0], "ack", "A,1,2000\n");
        await Rated.LookAsync();
        Assert.That((await RejectionsAsync(), (await FileAsync()).State), Is.EqualTo((3000L, RatedFileState.Answered)));
    }

    [Test]
    public void Arbitrary_octets_are_lines_or_a_problem_and_nothing_else() =>
        Gen.Byte.Select(b => "\r\n,RTA0123456789"[b % 16 % 15] is var c && b < 200 ? (byte)c : b).Array[0, 600].Sample(octets =>
        {
            using var stream = new MemoryStream(octets);
            var lines = new AnswerLines(stream);
            try
            {
                for (string? line; (line = lines.ReadAsync(default).AsTask().GetAwaiter().GetResult()) is not null;)
                {
                    Assert.That(Encoding.UTF8.GetByteCount(line), Is.LessThanOrEqualTo(3 * AnswerLines.LongestLine));
                    RatedAnswer.ReadRejected(line, lines.Number);
                }
            }
            catch (AnswerFileException)
            {
                // A problem with words for a person.
            }
            Assert.That(lines.HashAsync(default).GetAwaiter().GetResult(), Is.EqualTo(System.Security.Cryptography.SHA256.HashData(octets)), "whatever was read of it");
        });
}
