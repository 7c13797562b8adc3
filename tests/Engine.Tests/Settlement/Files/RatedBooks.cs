using CarrierPay.Engine.Lanes;
using CarrierPay.Engine.Settlement.Files;
using CarrierPay.Engine.Subscribers;
using CarrierPay.TestSupport;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace CarrierPay.Engine.Tests.Settlement.Files;

/// <summary>Books with rated events, the use cases of their files, and the two folders that billing shares with us.</summary>
internal sealed class RatedBooks : IAsyncDisposable
{
    private const string InsertEvent = """
        insert into rated_events (lane, period, id, kind, subscriber_id, msisdn, imsi, at, bill_cycle, service, merchant_id, merchant_name, net_minor, tax_minor, currency, original_id, reference)
        values (@lane, (select id from open_period), @id, @kind, 7, 447700900007, @imsi, @at, @cycle, @service, 3, @merchant, @net, @tax, @currency, @original, 'K7Q2M9')
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("carrierpay-rated-").FullName;
    private readonly RatedFilesMetrics _metrics = new();

    private RatedBooks(Books books)
    {
        Books = books;
        Options.Operator = "acme";
        Options.Folder = Path.Combine(_folder, "out");
        Options.AnswersFolder = Path.Combine(_folder, "in");
    }

    public Books Books { get; }
    public RatedFilesOptions Options { get; } = new();
    public Alarms Alarms { get; } = new();

    /// <summary>Where rejected charges go; the test may put lanes here.</summary>
    public PostToLane Post { get; set; } = (_, _) => Task.FromResult(EventFate.NotDecided);

    public MakeRatedFiles Make => new(Books.Engine, Wrapped, Books.Time, Alarms.Of<MakeRatedFiles>());
    public DeliverRatedFiles Deliver => new(Books.Engine, Books.Time, Alarms.Of<DeliverRatedFiles>());
    public TakeInAnswers TakeIn => new(Books.Engine, Wrapped, Books.Time, Alarms.Of<TakeInAnswers>());
    public FolderExchange Exchange => new(Options.Folder, Options.AnswersFolder);

    private IOptions<RatedFilesOptions> Wrapped => Microsoft.Extensions.Options.Options.Create(Options);

    public static async Task<RatedBooks> OpenAsync(TestDatabase database) => new(await Books.OpenAsync(database));

    public static async Task<RatedBooks> OpenAsync() => new(await Books.OpenAsync());

    /// <summary>One look of an engine.</summary>
    public async Task LookAsync()
    {
        using var engine = new ExchangeRatedFiles(
            Books.Engine, Make, Deliver, TakeIn, new(Books.Engine, Post, Books.Time, Alarms.Of<UndoRejectedCharges>()), _metrics, Wrapped, Books.Time, Alarms.Of<ExchangeRatedFiles>());
        Assert.That(await engine.LookAsync(), "nobody else is at it");
    }

    /// <summary>An event in the open period.</summary>
    public Task RateAsync(
        long id, long net = 1250, short lane = 7, string merchant = "Star Coffee", string service = "LATTE", RatedEventKind kind = RatedEventKind.Charge, long? original = null,
        long tax = 0, string? imsi = null, DateOnly? cycle = null, short currency = 978) =>
        Books.ExecuteAsync(InsertEvent, new { lane, id, kind = (short)kind, imsi, at = Books.Time.GetUtcNow(), cycle, service, merchant, net, tax, currency, original });

    /// <summary>A delivered file of so many events with the ids 1, 2, 3, ...</summary>
    public async Task<string> DeliverAsync(int events)
    {
        for (var id = 1; id <= events; id++)
            await RateAsync(id);
        await Books.CloseAsync();
        await LookAsync();
        return Files.Single();
    }

    public async Task<IReadOnlyList<RatedFile>> ListAsync() => await RatedFileQueries.ListAsync(Books.Engine, null, 100);

    /// <summary>What stands in the folder for billing.</summary>
    public IReadOnlyList<string> Files => Names(Options.Folder);

    public IReadOnlyList<string> Answers(string subfolder = "") => Names(Path.Combine(Options.AnswersFolder, subfolder));

    public byte[] Read(string file) => File.ReadAllBytes(Path.Combine(Options.Folder, file));

    /// <param name="end">ack or rej.</param>
    public string Answer(string file, string end, string content)
    {
        Directory.CreateDirectory(Options.AnswersFolder);
        var path = Path.Combine(Options.AnswersFolder, Path.ChangeExtension(file, end));
        File.WriteAllText(path, content);
        File.SetLastWriteTimeUtc(path, Books.Time.GetUtcNow().UtcDateTime);
        return path;
    }

    public async ValueTask DisposeAsync()
    {
        _metrics.Dispose();
        await Books.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private static IReadOnlyList<string> Names(string folder) =>
        Directory.Exists(folder) ? [.. Directory.EnumerateFiles(folder).Select(f => Path.GetFileName(f)).Order()] : [];
}

/// <summary>What somebody must act on: the lines of level error.</summary>
internal sealed class Alarms
{
    public List<string> Lines { get; } = [];

    public ILogger<T> Of<T>() => new Logger<T>(Lines);

    private sealed class Logger<T>(List<string> lines) : ILogger<T>
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (logLevel >= LogLevel.Error)
                lines.Add($"{formatter(state, exception)} {exception?.Message}".Trim());
        }
    }
}
