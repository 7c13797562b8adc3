using CarrierPay.Engine.Primitives;
using CarrierPay.Engine.Subscribers;
using Dapper;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace CarrierPay.Engine.Funding.Bank;

/// <summary>Sees to it that no bank runs out of numbers, that each bank's circuit knows how many reversals wait for it, and that what waits for a bank that was away goes when it is back.</summary>
public sealed partial class TendBanks(BankNodes banks, NpgsqlDataSource database, TimeProvider time, ILogger<TendBanks> logger) : BackgroundService
{
    private const int Block = 1000;
    private const int Low = 500;
    private const int MostInMemory = 3 * Block;
    private const int Most = 500;
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan CountInterval = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan WithWrongClock = TimeSpan.FromHours(1);

    // One that waits for people says nothing about the bank: it must not keep the others from paying.
    private const string CountReversals =
        "select bank, count(*)::integer as waiting from connector_calls where kind = @reversal and next_attempt_at < 'infinity' group by bank";

    // Pauses grow while a bank is away; nobody is to wait an hour for his money when it is back. Undoing comes before linking, and there is a limit: what does
    // not fit into the bank's window would be put off again. A call that is under way has an owner.
    private const string BringForward =
        """
        with waiting as (
          select lane, id from connector_calls
          where bank = @bank and owner = 0 and next_attempt_at > @now and next_attempt_at < 'infinity'
          order by kind = @linking, next_attempt_at
          limit @most
          for update skip locked)
        update connector_calls c set next_attempt_at = @now
        from waiting w
        where c.lane = w.lane and c.id = w.id
        """;

    private readonly HashSet<string> _out = [];
    private readonly Dictionary<string, long> _signOns = [];
    private long _countedAt;
    private (DateOnly Day, long Since)? _clockWrong;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            do
            {
                try
                {
                    await TendAsync(stoppingToken);
                }
                catch (Exception e) when (e is NpgsqlException or TimeoutException)
                {
                    LogFailed(e.Message);
                }
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The process stops.
        }
    }

    private async Task TendAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var today = DateOnly.FromDateTime(now.UtcDateTime);
        var mayTake = _clockWrong is not { } wrong || wrong.Day != today || time.GetElapsedTime(wrong.Since) >= WithWrongClock;
        // Yesterday's still serve while today's are fetched; what is older does not.
        var low = banks.ByCode.Values.Where(bank => mayTake && bank.Rail.Numbers.FreshOn(now) < Low && bank.Rail.Numbers.Free < MostInMemory).ToList();
        var isCountDue = _countedAt == 0 || time.GetElapsedTime(_countedAt) >= CountInterval;
        var cameUp = banks.ByCode.Values.Where(bank => bank.Client.Counters.SignOns != _signOns.GetValueOrDefault(bank.Rail.Code)).ToList();
        if (low.Count == 0 && cameUp.Count == 0 && !isCountDue)
            return;
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        foreach (var bank in low)
        {
            if (await TraceBlocks.TakeAsync(connection, bank.Rail.Code, bank.Rail.Terminal, Block, cancellationToken) is { } block)
                Add(bank, block, today);
            else if (_out.Add(bank.Rail.Code))
                LogOut(bank.Rail.Code, bank.Rail.Terminal);
        }
        foreach (var bank in cameUp)
        {
            var signOns = bank.Client.Counters.SignOns;
            var parameters = new { bank = bank.Rail.Code, now = time.GetUtcNow().UtcDateTime, linking = (short)ConnectorKind.BankLinking, most = Most };
            await connection.ExecuteAsync(new CommandDefinition(BringForward, parameters, cancellationToken: cancellationToken));
            _signOns[bank.Rail.Code] = signOns;
        }
        if (!isCountDue)
            return;
        var waiting = (await connection.QueryAsync<(string Bank, int Waiting)>(
            new CommandDefinition(CountReversals, new { reversal = (short)ConnectorKind.BankReversal }, cancellationToken: cancellationToken))).ToDictionary(r => r.Bank, r => r.Waiting);
        foreach (var bank in banks.ByCode.Values)
            bank.Client.ReversalsWaiting = waiting.GetValueOrDefault(bank.Rail.Code);
        _countedAt = time.GetTimestamp();
    }

    private void Add(BankNode bank, TraceBlock block, DateOnly today)
    {
        _out.Remove(bank.Rail.Code);
        if (Math.Abs(block.Day.DayNumber - today.DayNumber) <= 1)
        {
            _clockWrong = null;
            bank.Rail.Numbers.Add(block.Day, block.Stans);
            return;
        }
        // By this engine's clock they are too old, or of a time to come: it would take block after block, until none is left for the others.
        _clockWrong = (today, time.GetTimestamp());
        LogClockWrong(today, block.Day);
    }

    [LoggerMessage(EventIds.BankClockWrong, LogLevel.Error, "ALARM: it is {Today} by this engine's clock and {Day} by the database's. It takes no numbers for banks for an hour")]
    private partial void LogClockWrong(DateOnly today, DateOnly day);

    [LoggerMessage(EventIds.BankNumbersOut, LogLevel.Error, "ALARM: terminal {Terminal} has used up today's numbers at bank {Bank}: nothing more is charged there today. Give it another Terminal")]
    private partial void LogOut(string bank, string terminal);

    [LoggerMessage(EventIds.BankTendFailed, LogLevel.Warning, "Numbers for the banks could not be taken, and are tried again: {Problem}")]
    private partial void LogFailed(string problem);
}
