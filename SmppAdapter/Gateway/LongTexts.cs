using CarrierPay.Engine.Lanes;
using CarrierPay.Engine.Storage;
using CarrierPay.SmppAdapter.Pdu;
using CarrierPay.SmppAdapter.Text;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace CarrierPay.SmppAdapter.Gateway;

/// <summary>A part of a long text, and whose it is.</summary>
internal sealed record LongTextPart(Route Owner, ReceivedPart Part)
{
    /// <summary>Set on the last part once its text was decided: it is kept, and every part that comes again is known.</summary>
    public bool IsDecided { get; init; }

    /// <param name="replyPath">The short code that it was sent to.</param>
    public static LongTextPart Of(Route owner, string replyPath, DecodedText text, DateTimeOffset receivedAt) =>
        new(owner, ReceivedPart.Of(SenderOf(owner), Address.ShortCode(replyPath), text, receivedAt));

    /// <summary>A subscriber instead of a number: another number's parts are never joined, and the number stands in no further table.</summary>
    internal static Address SenderOf(Route owner) => new(Ton.Unknown, Npi.Unknown, $"{owner.Subscriber.Value}");
}

/// <summary>Puts long texts together whose parts come over several links and engines, before and after a restart.</summary>
/// <remarks>
/// Each part but the last is stored before it is answered OK. The last one is answered when the text is decided, and stored only then: if the engine dies in
/// between, the SMSC brings it again, and the text is whole again. So a text is decided at least once, and its repeats are known by their fingerprint like any
/// other's. Engines that get parts of one sender at the same moment take turns by an advisory lock.
/// </remarks>
internal sealed partial class LongTexts : BackgroundService
{
    private static readonly PartResult NoRoom = new(PartOutcome.NoRoom, "", []);
    private static readonly TimeSpan SweepInterval = TimeSpan.FromSeconds(30);

    private readonly LongTextStore _store;
    private readonly GatheredWrites<LongTextPart, PartResult> _writes;
    private readonly IOptions<SmppOptions> _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private volatile bool _isFull;

    public LongTexts(LongTextStore store, IOptions<SmppOptions> options, TimeProvider time, ILogger<LongTexts> logger)
    {
        (_store, _options, _time, _logger) = (store, options, time, logger);
        _writes = new(AddAsync, most: 100);
    }

    /// <summary>Takes a part. Complete = the text is whole and to be decided; call <see cref="DecidedAsync"/> after it.</summary>
    /// <exception cref="NpgsqlException">It could not be stored: the SMSC must bring it again.</exception>
    public Task<PartResult> AddAsync(LongTextPart part) => _writes.WriteAsync(part);

    /// <summary>Notes that the text which this part made whole was decided.</summary>
    /// <exception cref="NpgsqlException">It could not be stored: a repeat of this part will be decided again, as a repeated text.</exception>
    public Task DecidedAsync(LongTextPart last) => _writes.WriteAsync(last with { IsDecided = true });

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(SweepInterval, _time);
        try
        {
            do
            {
                try
                {
                    await SweepAsync(stoppingToken).ConfigureAwait(false);
                }
                catch (Exception e) when (e is NpgsqlException or TimeoutException)
                {
                    LogSweepFailed(e.Message);
                }
            }
            while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The process stops.
        }
    }

    /// <summary>Removes what is too old, and says which texts never became whole.</summary>
    internal async Task SweepAsync(CancellationToken cancellationToken)
    {
        var (expired, left) = await _store.RemoveExpiredAsync(_time.GetUtcNow() - _options.Value.LongTextWithin, cancellationToken).ConfigureAwait(false);
        foreach (var text in expired.Where(t => t.Parts < t.Total))
            LogExpired(text.Owner.Subscriber.Value, text.Parts, text.Total);
        var isFull = left >= LongTextStore.MostParts;
        if (isFull && !_isFull)
            LogFull(left);
        _isFull = isFull;
    }

    private async Task<IReadOnlyList<PartResult>> AddAsync(IReadOnlyList<LongTextPart> parts)
    {
        await using var turn = await _store.BeginAsync(parts.Select(p => p.Owner)).ConfigureAwait(false);
        var reassembly = Reassembly.Restore(new() { Expiry = _options.Value.LongTextWithin }, turn.Stored.Select(p => p.Part));
        // What is in the table, and in the end is to be: the reassembly knows texts, not rows.
        var rows = turn.Stored.ToLookup(p => p.Part.Key).ToDictionary(g => g.Key, g => g.ToList());
        foreach (var expired in reassembly.RemoveExpired(_time.GetUtcNow()))
            rows.Remove(expired.Key);
        HashSet<PartKey> undecided = [];
        var results = new PartResult[parts.Count];
        for (var i = 0; i < parts.Count; i++)
        {
            var (part, isDecided) = (parts[i].Part, parts[i].IsDecided);
            results[i] = _isFull && !isDecided ? NoRoom : reassembly.Add(part);
            switch (results[i].Outcome)
            {
                // It was brought twice at a time, and what it made whole is being decided: later it is known whether that went well.
                case PartOutcome.Repeated when undecided.Contains(part.Key):
                    results[i] = NoRoom;
                    break;
                case PartOutcome.Waiting or PartOutcome.Complete:
                    Keep(rows, parts[i], isStored: isDecided == (results[i].Outcome == PartOutcome.Complete));
                    if (results[i].Outcome == PartOutcome.Complete && !isDecided)
                        undecided.Add(part.Key);
                    break;
            }
        }
        await turn.CommitAsync(rows.Values.SelectMany(r => r)).ConfigureAwait(false);
        return results;
    }

    /// <summary>Another text in the place of a stored part means that the sender's numbers have come round: what was there is another message's.</summary>
    private static void Keep(Dictionary<PartKey, List<LongTextPart>> rows, LongTextPart part, bool isStored)
    {
        if (!rows.TryGetValue(part.Part.Key, out var ofText) || ofText.Exists(p => p.Part.Sequence == part.Part.Sequence))
            rows[part.Part.Key] = ofText = [];
        if (isStored)
            ofText.Add(part);
    }

    [LoggerMessage(GatewayEventIds.LongTextExpired, LogLevel.Warning, "A long text of subscriber {SubscriberId} never became whole and was dropped: {Parts} of {Total} parts came")]
    private partial void LogExpired(long subscriberId, int parts, int total);

    [LoggerMessage(GatewayEventIds.LongTextsFull, LogLevel.Error, "{Parts} parts of long texts wait for others: no more are taken until some expire. See who sends them")]
    private partial void LogFull(long parts);

    [LoggerMessage(GatewayEventIds.LongTextsSweepFailed, LogLevel.Warning, "Old parts of long texts could not be removed; tried again later: {Problem}")]
    private partial void LogSweepFailed(string problem);
}
