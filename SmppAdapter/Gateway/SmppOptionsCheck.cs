using System.ComponentModel.DataAnnotations;
using System.Globalization;
using CarrierPay.SmppAdapter.Routing;
using CarrierPay.SmppAdapter.Trace;
using Microsoft.Extensions.Options;

namespace CarrierPay.SmppAdapter.Gateway;

/// <summary>Checks the settings at the start, all of them at once. Each message names its setting in full.</summary>
internal sealed class SmppOptionsCheck : IValidateOptions<SmppOptions>
{
    public ValidateOptionsResult Validate(string? name, SmppOptions options)
    {
        var failures = new List<string>(options.Faults);
        Check(SmppOptions.Section, options, failures);
        if (options.Links.Count == 0)
            failures.Add($"{SmppOptions.Section}:Links has no link: set at least {SmppOptions.Section}:Links:0:Host, Port, SystemId and Password.");
        for (var i = 0; i < options.Links.Count; i++)
            CheckLink(options, i, failures);
        for (var i = 0; i < options.Routes.Count; i++)
            Check(RoutePath(i), options.Routes[i], failures);
        CheckRoutes(options, failures);
        CheckTrace(options, failures);
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    private static void CheckLink(SmppOptions options, int index, List<string> failures)
    {
        var (path, link) = (string.Create(CultureInfo.InvariantCulture, $"{SmppOptions.Section}:Links:{index}"), options.Links[index]);
        Check(path, link, failures);
        link.Profile(out var problems);
        failures.AddRange(problems.Select(problem => $"{path}:{problem}"));
        failures.AddRange(link.Faults().Select(f => $"{path}:{f.Setting} {f.Fault}"));
        var first = options.Links.First(l => l.Smsc == link.Smsc);
        if (first.ToMessageIdPolicy() != link.ToMessageIdPolicy())
            failures.Add($"{path}:Smsc is {link.Smsc}, and another link to it has other settings of its ids: one SMSC writes them in one way.");
    }

    private static void CheckRoutes(SmppOptions options, List<string> failures)
    {
        var known = options.Links.Select(l => l.Smsc).ToHashSet(StringComparer.Ordinal);
        List<(int Setting, SmscRoute<string> Route)> routes = [];
        for (var i = 0; i < options.Routes.Count; i++)
        {
            failures.AddRange(options.Routes[i].SmscList().Where(s => !known.Contains(s)).Select(s =>
                $"{RoutePath(i)}:Smscs names '{s}', which no link leads to: there are {string.Join(", ", known.Order(StringComparer.Ordinal))}."));
            routes.AddRange(options.Routes[i].ToRoutes(s => s).Select(r => (i, r)));
        }
        failures.AddRange(RouteFaults.Of([.. routes.Select(r => r.Route)]).Select(f => $"{RoutePath(routes[f.Route].Setting)} {f.Fault}"));
    }

    private static void CheckTrace(SmppOptions options, List<string> failures)
    {
        const string Path = $"{SmppOptions.Section}:{nameof(SmppOptions.Trace)}";
        var trace = options.Trace;
        Check(Path, trace, failures);
        var links = TraceSwitch.Names(trace.Links);
        if (trace.Directory.Length == 0 && (links.Length > 0 || trace.Msisdns.Length > 0))
            failures.Add($"{Path}:Directory is missing: it says where the files of the trace go.");
        var names = options.Links.Select(link => link.EffectiveName).ToList();
        failures.AddRange(links.Where(link => link != PduTraceOptions.AllLinks && !names.Contains(link))
            .Select(link => $"{Path}:Links: there is no link {link}; the links are {string.Join(", ", names)}."));
    }

    private static string RoutePath(int index) => string.Create(CultureInfo.InvariantCulture, $"{SmppOptions.Section}:Routes:{index}");

    private static void Check(string path, object settings, List<string> failures)
    {
        foreach (var property in settings.GetType().GetProperties())
        {
            var value = property.GetValue(settings);
            if (value is TimeSpan duration && duration <= TimeSpan.Zero)
                failures.Add($"{path}:{property.Name} is {duration}; it must be longer than zero.");

            var results = new List<ValidationResult>();
            var rules = property.GetCustomAttributes(typeof(ValidationAttribute), inherit: true).Cast<ValidationAttribute>();
            if (!Validator.TryValidateValue(value!, new(settings) { MemberName = property.Name }, results, rules))
                failures.AddRange(results.Select(r => $"{path}:{property.Name}: {r.ErrorMessage}"));
        }
    }
}
