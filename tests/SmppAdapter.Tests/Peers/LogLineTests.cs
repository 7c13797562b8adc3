using System.Reflection;
using CarrierPay.SmppAdapter.Session;
using Microsoft.Extensions.Logging;

namespace CarrierPay.SmppAdapter.Tests.Peers;

/// <summary>Whoever is woken by a line of the log finds in it what to do.</summary>
public class LogLineTests
{
    private static readonly string[] Words =
        ["check ", "ask ", "look ", "trace ", "report ", "raise ", "mend ", "set ", "try ", "switch ", "{advice}", "comes in {pause}"];

    private static IEnumerable<string> Warnings() => typeof(SmppSession).Assembly.GetTypes()
        .SelectMany(type => type.GetMethods(BindingFlags.Instance | BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
        .Select(method => method.GetCustomAttribute<LoggerMessageAttribute>())
        .OfType<LoggerMessageAttribute>().Where(line => line.Level >= LogLevel.Warning).Select(line => line.Message);

    [Test]
    public void There_are_warnings_to_look_at() => Assert.That(Warnings().Count(), Is.GreaterThan(20));

    [TestCaseSource(nameof(Warnings))]
    public void A_warning_says_what_to_do(string line) => Assert.That(Words.Any(word => line.Contains(word, StringComparison.OrdinalIgnoreCase)), line);

    [Test]
    public void Every_end_of_a_session_and_every_refusal_of_a_bind_has_its_advice()
    {
        Assert.That(Enum.GetValues<SessionEndReason>().Select(Advice.For), Has.All.Not.Empty);
        Assert.That(Enum.GetValues<CarrierPay.SmppAdapter.Pdu.CommandStatus>().Select(Advice.ForRefusedBind), Has.All.Not.Empty);
    }
}
