using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using CarrierPay.Engine.Subscribers;

namespace CarrierPay.Engine.Tests.Settlement.Files;

/// <summary>The octets, and what others make of them.</summary>
[TestFixture]
public sealed class RatedFileTextTests : RatedBooksFixture
{
    [Test]
    public async Task A_file_reads_like_this_octet_for_octet()
    {
        await Rated.RateAsync(1001, imsi: "234150999999999", cycle: new(2026, 12, 1), tax: 250);
        await Rated.RateAsync(1002, net: 300, lane: 3, merchant: "Ann's \"Tea\", London", service: "");
        await Rated.RateAsync(1003, net: 50, lane: 31, merchant: "星光咖啡", kind: RatedEventKind.Refund, original: 900);
        await Rated.Books.CloseAsync();
        await Rated.LookAsync();

        const string lines = """
            H,CPAY,1,1,2026-11-23T12:00:00Z,2026-11-01T00:00:00Z,2026-11-23T12:00:00Z
            D,1002,C,447700900007,,2026-11-23T12:00:00Z,,,3,"Ann's ""Tea"", London",300,0,EUR,,K7Q2M9
            D,1001,C,447700900007,234150999999999,2026-11-23T12:00:00Z,2026-12-01,LATTE,3,Star Coffee,1250,250,EUR,,K7Q2M9
            D,1003,R,447700900007,,2026-11-23T12:00:00Z,,LATTE,3,星光咖啡,50,0,EUR,900,K7Q2M9

            """;
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(lines)));
        Assert.That(Rated.Files, Is.EqualTo(new[] { "CPAY_acme_20261123_000001.csv" }));
        Assert.That(Encoding.UTF8.GetString(Rated.Read(Rated.Files[0])), Is.EqualTo($"{lines}T,3,1800,50,{hash}\n"));
    }

    [Test]
    public async Task Sqlite_reads_it_and_comes_to_the_same_count_and_sums()
    {
        if (!File.Exists("/usr/bin/sqlite3"))
            Assert.Ignore("sqlite3 is not installed (apt install sqlite3)");
        // More than one chunk, with everything in the names that a reader may stumble over.
        await Rated.Books.ExecuteAsync("""
            insert into rated_events (lane, period, id, kind, subscriber_id, msisdn, at, service, merchant_id, merchant_name, net_minor, tax_minor, currency, reference)
            select i % 32, 1, i, 1, i, 447700900000 + i, now(), case i % 3 when 0 then '' else 'A,"B' end, i % 50,
                   case i % 5 when 0 then 'Comma, Inc' when 1 then 'Quote "Q" Ltd' when 2 then E'Two\nlines' when 3 then '星光' else 'Plain' end, 1 + i * 7919 % 5000, 0, 978, 'K7Q2M9'
            from generate_series(1, 20000) i
            """);
        await Rated.Books.CloseAsync();
        await Rated.LookAsync();

        var file = (await Rated.ListAsync()).Single();
        var seen = Sqlite(Path.Combine(Rated.Options.Folder, file.Name), "select count(*), sum(c11), count(distinct c2), count(distinct c10) from f where c1 = 'D'");
        Assert.That(seen, Is.EqualTo($"{file.Events}|{file.DebitMinor}|20000|5"));
        Assert.That(file.DebitMinor, Is.EqualTo(await Rated.Books.ScalarAsync<decimal>("select sum(net_minor) from rated_events")));
        Assert.That(Sqlite(Path.Combine(Rated.Options.Folder, file.Name), "select c2, c3, c4 from f where c1 = 'T'"), Is.EqualTo($"20000|{file.DebitMinor}|0"));
    }

    [Test]
    public async Task Sums_at_the_edge_of_64_bits_are_exact()
    {
        for (var id = 1; id <= 3; id++)
            await Rated.RateAsync(id, net: long.MaxValue);
        await Rated.Books.CloseAsync();
        await Rated.LookAsync();
        Assert.That((await Rated.ListAsync()).Single().DebitMinor, Is.EqualTo(3m * long.MaxValue));
        Assert.That(Encoding.UTF8.GetString(Rated.Read(Rated.Files[0])), Does.Contain("\nT,3,27670116110564327421,0,"));
    }

    private static string Sqlite(string file, string query)
    {
        // The lines differ in length: as many columns as the longest has, empty where there are none.
        var columns = string.Join(", ", Enumerable.Range(1, 15).Select(i => $"c{i}"));
        var start = new ProcessStartInfo("/usr/bin/sqlite3", [":memory:", $"create table f({columns});", ".mode csv", $".import '{file}' f", ".mode list", query])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true, // it says that some lines are short
        };
        using var sqlite = Process.Start(start)!;
        sqlite.ErrorDataReceived += (_, _) => { };
        sqlite.BeginErrorReadLine();
        var output = sqlite.StandardOutput.ReadToEnd().Trim();
        sqlite.WaitForExit();
        return output;
    }
}
