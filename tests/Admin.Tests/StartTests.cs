using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using CarrierPay.TestSupport;
using Npgsql;

namespace CarrierPay.Admin.Tests;

[TestFixture]
public sealed class StartTests
{
    [Test]
    public async Task Health_and_metrics_answer_without_a_session_and_tell_no_secrets()
    {
        await using var desk = await Desk.OpenAsync();
        using var client = new AdminClient(desk.Address);
        await client.SignInAsync("rita", "not the password");
        Assert.That((await client.GetAsync("/health/live")).Html, Is.EqualTo("live"));
        Assert.That((await client.GetAsync("/health/ready")).Html, Is.EqualTo("ready"));
        var metrics = await client.GetAsync("/metrics");
        Assert.That((metrics.Status, metrics.Html.Contains("rita", StringComparison.Ordinal)), Is.EqualTo((HttpStatusCode.OK, false)));
        Assert.That(metrics.Html, Does.Contain("carrierpay_admin_sign_ins_total"));
    }

    [Test]
    public async Task Pages_carry_the_headers_that_keep_scripts_and_frames_out()
    {
        await using var desk = await Desk.OpenAsync();
        using var client = new AdminClient(desk.Address);
        using var response = await client.Http.GetAsync(new Uri("/sign-in", UriKind.Relative));
        Assert.That(response.Headers.GetValues("Content-Security-Policy").Single(), Does.StartWith("default-src 'none'").And.Contain("frame-ancestors 'none'"));
        Assert.That(response.Headers.GetValues("Set-Cookie"), Is.All.Contains("httponly"));
        Assert.That(await response.Content.ReadAsStringAsync(), Does.Not.Contain("<script"));
    }

    [Test]
    public async Task Behind_a_proxy_with_TLS_cookies_are_sent_over_TLS_only()
    {
        await using var desk = await Desk.OpenAsync(time: null, ("CarrierPay:Admin:BehindTls", "true"));
        using var client = new AdminClient(desk.Address);
        using var response = await client.Http.GetAsync(new Uri("/sign-in", UriKind.Relative));
        Assert.That(response.Headers.GetValues("Set-Cookie"), Is.All.Contains("secure"));
    }

    [Test]
    public async Task A_database_that_is_away_is_said_in_words_and_readiness_says_it_too()
    {
        await using var desk = await Desk.OpenAsync();
        using var client = await desk.SignInAsync("rita");
        await using (var server = new NpgsqlConnection(TestDatabase.Server))
        {
            await server.OpenAsync();
            foreach (var sql in new[] { $"alter database {desk.Database.Name} allow_connections false", $"select pg_terminate_backend(pid) from pg_stat_activity where datname = '{desk.Database.Name}'" })
            {
                await using var command = new NpgsqlCommand(sql, server);
                await command.ExecuteNonQueryAsync();
            }
        }
        var page = await client.GetAsync("/settlement");
        Assert.That((page.Status, page.Text("error")), Is.EqualTo((HttpStatusCode.ServiceUnavailable, "The database does not answer")));
        Assert.That((await client.GetAsync("/health/ready")).Status, Is.EqualTo(HttpStatusCode.ServiceUnavailable));
        Assert.That((await client.GetAsync("/health/live")).Status, Is.EqualTo(HttpStatusCode.OK));
    }

    [TestCase("CarrierPay__Database__ConnectionString", "", "CarrierPay:Database:ConnectionString is missing")]
    [TestCase("CarrierPay__Admin__Urls", "here", "CarrierPay:Admin:Urls is 'here'")]
    [TestCase("CarrierPay__Admin__SessionIdle", "00:00:00", "CarrierPay:Admin:SessionIdle is 00:00:00")]
    [TestCase("CarrierPay__Admin__SessionIdle", "soon", "CarrierPay:Admin:SessionIdle")]
    [TestCase("CarrierPay__Database__ConnectionString", "Host=127.0.0.1;Port=1;Database=x;Username=y", "Check CarrierPay:Database:ConnectionString")]
    public async Task A_wrong_setting_stops_the_start_and_is_named(string name, string value, string expected)
    {
        await using var database = await TestDatabase.CreateAsync();
        var folder = Directory.CreateTempSubdirectory("carrierpay-admin").FullName;
        var (code, errors) = await RunAsync(new()
        {
            ["CarrierPay__Database__ConnectionString"] = database.OwnerConnectionString,
            ["CarrierPay__Secrets__KeyFolder"] = folder,
            ["CarrierPay__Admin__Urls"] = "http://127.0.0.1:0",
            [name] = value,
        });
        Directory.Delete(folder, recursive: true);
        Assert.That(code, Is.EqualTo(1));
        Assert.That(errors, Does.StartWith("admin: ").And.Contain(expected).And.Not.Contain("   at "));
    }

    [Test]
    public async Task A_taken_port_stops_the_start_and_is_named()
    {
        await using var database = await TestDatabase.CreateAsync();
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var folder = Directory.CreateTempSubdirectory("carrierpay-admin").FullName;
        var (code, errors) = await RunAsync(new()
        {
            ["CarrierPay__Database__ConnectionString"] = database.OwnerConnectionString,
            ["CarrierPay__Secrets__KeyFolder"] = folder,
            ["CarrierPay__Admin__Urls"] = $"http://{taken.LocalEndpoint}",
        });
        Directory.Delete(folder, recursive: true);
        Assert.That((code, errors.Contains("is in use by another program", StringComparison.Ordinal)), Is.EqualTo((1, true)), errors);
    }

    private static async Task<(int Code, string Errors)> RunAsync(Dictionary<string, string> settings, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "CarrierPay.Admin.dll"));
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        foreach (var name in start.Environment.Keys.Where(k => k.StartsWith("CarrierPay__", StringComparison.Ordinal)).ToList())
            start.Environment.Remove(name);
        foreach (var (name, value) in settings)
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var errors = process.StandardError.ReadToEndAsync(deadline.Token);
        var output = process.StandardOutput.ReadToEndAsync(deadline.Token);
        await process.WaitForExitAsync(deadline.Token);
        await output;
        return (process.ExitCode, await errors);
    }
}
