using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace CarrierPay.Demo;

/// <summary>An event as the billing system reads it.</summary>
/// <param name="Amount">Net and tax together, minor units.</param>
public sealed record BilledEvent(string Id, string Msisdn, string Merchant, long Amount, string Reference);

/// <summary>A file as the billing system reads it: by its own arithmetic.</summary>
/// <param name="ComputedTrailer">What the last line must be, by all lines before it.</param>
public sealed record BilledFile(string Path, IReadOnlyList<BilledEvent> Events, long Sum, string Trailer, string ComputedTrailer);

/// <summary>The operator's billing system: reads the files of rated events in its folder and answers them.</summary>
public sealed class Billing(string folder, string answersFolder)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>The only file that there is.</summary>
    public async Task<BilledFile> FileAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!patience.IsCancellationRequested)
        {
            if (Directory.Exists(folder) && Directory.GetFiles(folder, "*.csv") is [var file])
                return await ReadAsync(file);
            await Task.Delay(Pause, CancellationToken.None);
        }
        throw new NoReplyException($"no file for billing came to {folder} within {Patience.TotalSeconds:0} s");
    }

    /// <summary>Takes every event but one.</summary>
    public void Answer(BilledFile file, BilledEvent refused)
    {
        Directory.CreateDirectory(answersFolder);
        var sequence = int.Parse(Name(file).Split('_')[^1], CultureInfo.InvariantCulture);
        // The count waits for what was refused: whoever reads between the two finds nothing to do yet.
        Write($"{Name(file)}.ack", $"A,{sequence},{file.Events.Count - 1}\n");
        Write($"{Name(file)}.rej", $"R,{refused.Id},NOLINE\nT,1\n");
    }

    public bool HasTakenIn(BilledFile file) =>
        File.Exists(Path.Combine(answersFolder, "taken", $"{Name(file)}.rej")) && File.Exists(Path.Combine(answersFolder, "taken", $"{Name(file)}.ack"));

    /// <summary>Answers that nobody has taken in.</summary>
    public string Waiting => string.Join(", ", Directory.EnumerateFiles(answersFolder).Select(Path.GetFileName));

    private static string Name(BilledFile file) => Path.GetFileNameWithoutExtension(file.Path);

    /// <summary>Under its name only when it is whole.</summary>
    private void Write(string name, string content)
    {
        var unfinished = Path.Combine(answersFolder, $"{name}.tmp");
        File.WriteAllText(unfinished, content);
        File.Move(unfinished, Path.Combine(answersFolder, name));
    }

    private static async Task<BilledFile> ReadAsync(string file)
    {
        var lines = (await File.ReadAllTextAsync(file)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        List<BilledEvent> events = [];
        foreach (var line in lines.Where(line => line.StartsWith("D,", StringComparison.Ordinal)))
        {
            var fields = line.Split(','); // no name of the demo needs quotes
            events.Add(new(fields[1], fields[3], fields[9], Minor(fields[10]) + Minor(fields[11]), fields[14]));
        }
        var before = Encoding.UTF8.GetBytes(string.Concat(lines[..^1].Select(line => $"{line}\n")));
        var sum = events.Sum(e => e.Amount);
        return new(file, events, sum, lines[^1], $"T,{events.Count},{sum},0,{Convert.ToHexStringLower(SHA256.HashData(before))}");
    }

    private static long Minor(string field) => long.Parse(field, CultureInfo.InvariantCulture);
}
