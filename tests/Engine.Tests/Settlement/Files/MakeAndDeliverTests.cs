using CarrierPay.Engine.Settlement.Files;

namespace CarrierPay.Engine.Tests.Settlement.Files;

[TestFixture]
public sealed class MakeAndDeliverTests : RatedBooksFixture
{
    [Test]
    public async Task A_period_without_rated_events_has_no_file_and_no_number()
    {
        await Rated.RateAsync(1);
        await Rated.Books.CloseAsync();
        await Rated.Books.CloseAsync();
        await Rated.RateAsync(2);
        await Rated.Books.CloseAsync();
        await Rated.LookAsync();

        Assert.That((await Rated.ListAsync()).Select(f => (f.Sequence, f.Period)), Is.EqualTo(new[] { (2, 3), (1, 1) }));
        Assert.That(Rated.Files, Is.EqualTo(new[] { "CPAY_acme_20261123_000001.csv", "CPAY_acme_20261123_000002.csv" }));
    }

    [Test]
    public async Task The_open_period_has_no_file_yet()
    {
        await Rated.RateAsync(1);
        await Rated.LookAsync();
        Assert.That(await Rated.ListAsync(), Is.Empty);
    }

    [Test]
    public async Task A_period_that_somebody_still_writes_into_waits_and_so_do_those_after_it()
    {
        await Rated.RateAsync(1);
        await Rated.Books.CloseAsync();
        await Rated.RateAsync(2);
        await Rated.Books.CloseAsync();
        await Rated.Books.ExecuteAsync("update periods set drained_at = null where id = 1");
        await Rated.LookAsync();
        Assert.That(await Rated.ListAsync(), Is.Empty);

        await Rated.Books.ExecuteAsync("update periods set drained_at = now() where id = 1");
        await Rated.LookAsync();
        Assert.That((await Rated.ListAsync()).Select(f => (f.Sequence, f.Period)), Is.EqualTo(new[] { (2, 2), (1, 1) }));
    }

    [Test]
    public async Task Several_engines_at_once_make_one_file_for_each_period_without_gaps()
    {
        for (var id = 1; id <= 6; id++)
        {
            await Rated.RateAsync(id);
            await Rated.Books.CloseAsync();
        }
        var made = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => Rated.Make.HandleAsync())));
        await Rated.Make.HandleAsync();

        Assert.That((await Rated.ListAsync()).Select(f => (f.Sequence, f.Period)), Is.EqualTo(Enumerable.Range(1, 6).Reverse().Select(n => (n, n))));
        Assert.That(made.Sum(), Is.LessThanOrEqualTo(6));
    }

    [Test]
    public async Task A_delivered_file_is_not_delivered_again()
    {
        var file = await Rated.DeliverAsync(events: 2);
        File.Delete(Path.Combine(Rated.Options.Folder, file)); // billing has fetched it
        await Rated.LookAsync();
        Assert.That((Rated.Files.Count, (await Rated.ListAsync()).Single().Deliveries), Is.EqualTo((0, 1)));
    }

    [Test]
    public async Task A_person_can_have_it_sent_again_and_gets_the_same_octets_under_the_same_name()
    {
        var file = await Rated.DeliverAsync(events: 2);
        var first = Rated.Read(file);
        File.Delete(Path.Combine(Rated.Options.Folder, file));
        Rated.Books.Time.Advance(TimeSpan.FromDays(3));
        Assert.That(await RatedFileQueries.AskResendAsync(Rated.Books.Engine, 1, "nora", Rated.Books.Time.GetUtcNow()));
        await Rated.LookAsync();

        Assert.That(Rated.Read(file), Is.EqualTo(first));
        Assert.That((await Rated.ListAsync()).Single(), Has.Property("Deliveries").EqualTo(2).And.Property("SendAskedAt").Null);
        Assert.That(await Rated.Books.ScalarAsync<string>("select who from audit where action = 'rated file asked for again'"), Is.EqualTo("nora"));
        Assert.That(await RatedFileQueries.AskResendAsync(Rated.Books.Engine, 2, "nora", Rated.Books.Time.GetUtcNow()), Is.False);
    }

    [Test]
    public async Task After_an_unknown_outcome_the_same_octets_replace_what_may_be_there()
    {
        var file = await Rated.DeliverAsync(events: 2);
        var first = Rated.Read(file);
        await Rated.Books.ExecuteAsync("update rated_files set state = 1, delivered_at = null, deliveries = 0"); // the engine died after the renaming
        File.WriteAllText(Path.Combine(Rated.Options.Folder, file), "half");
        await Rated.LookAsync();
        Assert.That(Rated.Read(file), Is.EqualTo(first));
        Assert.That(Rated.Files, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task What_a_killed_engine_left_half_written_is_swept_away()
    {
        await Rated.RateAsync(1);
        await Rated.Books.CloseAsync();
        Directory.CreateDirectory(Rated.Options.Folder);
        var left = Path.Combine(Rated.Options.Folder, "CPAY_acme_20261123_000001.csv.4711.tmp");
        File.WriteAllText(left, "H,CPAY");
        await Rated.LookAsync();
        Assert.That(Rated.Files, Is.EqualTo(new[] { "CPAY_acme_20261123_000001.csv" }));
    }

    [Test]
    public async Task Events_that_were_changed_afterwards_are_an_alarm_and_are_not_sent()
    {
        await Rated.RateAsync(1);
        await Rated.Books.CloseAsync();
        await Rated.Make.HandleAsync();
        await TamperAsync("net_minor = 1");
        await Rated.LookAsync();
        await Rated.LookAsync();

        Assert.That(Rated.Files, Is.Empty);
        Assert.That((await Rated.ListAsync()).Single().State, Is.EqualTo(RatedFileState.Differs));
        Assert.That(Rated.Alarms.Lines, Has.One.Contains("are not what they were"));

        await TamperAsync("net_minor = 1250");
        await RatedFileQueries.AskResendAsync(Rated.Books.Engine, 1, "nora", Rated.Books.Time.GetUtcNow());
        await Rated.LookAsync();
        Assert.That((Rated.Files.Count, (await Rated.ListAsync()).Single().State), Is.EqualTo((1, RatedFileState.Delivered)));
    }

    [Test]
    public async Task A_place_that_cannot_be_reached_is_tried_again_and_files_keep_their_order()
    {
        var place = Rated.Options.Folder;
        Rated.Options.Folder = "/dev/null/out";
        await Rated.RateAsync(1);
        await Rated.Books.CloseAsync();
        await Rated.LookAsync();
        Assert.That((await Rated.ListAsync()).Single().State, Is.EqualTo(RatedFileState.Made));

        Rated.Options.Folder = place;
        await Rated.LookAsync();
        Assert.That((await Rated.ListAsync()).Single().State, Is.EqualTo(RatedFileState.Delivered));
    }

    [Test]
    public async Task Without_an_answer_in_time_somebody_is_alarmed_once_and_nothing_is_sent_again()
    {
        var file = await Rated.DeliverAsync(events: 1);
        File.Delete(Path.Combine(Rated.Options.Folder, file));
        Rated.Books.Time.Advance(TimeSpan.FromHours(25));
        await Rated.LookAsync();
        await Rated.LookAsync();
        Assert.That(Rated.Alarms.Lines, Has.One.Contains($"has not accounted for {file}"));
        Assert.That(Rated.Files, Is.Empty);
    }

    [Test]
    public async Task The_rows_of_a_file_cannot_be_taken_away_or_given_other_sums_by_an_engine()
    {
        await Rated.DeliverAsync(events: 1);
        foreach (var sql in new[] { "update rated_files set events = 2", "update rated_files set sha256 = '\\x'", "delete from rated_files", "delete from rated_rejections" })
        {
            await using var command = Rated.Books.Engine.CreateCommand(sql);
            Assert.That(async () => await command.ExecuteNonQueryAsync(), Throws.InstanceOf<Npgsql.PostgresException>().With.Property("SqlState").EqualTo("42501"), sql);
        }
    }

    private Task TamperAsync(string set) => Rated.Books.ExecuteAsync($"""
        alter table rated_events disable trigger rated_events_append_only;
        update rated_events set {set};
        alter table rated_events enable trigger rated_events_append_only
        """);
}
