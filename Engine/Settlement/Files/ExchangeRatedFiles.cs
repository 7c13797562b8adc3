using System.Net.Sockets;
using CarrierPay.Engine.Primitives;
using Dapper;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;
using Renci.SshNet.Common;

namespace CarrierPay.Engine.Settlement.Files;

/// <summary>Looks again and again for what is to be made, sent, taken in or undone. Every engine does so; one at a time is at it.</summary>
public sealed partial class ExchangeRatedFiles(
    NpgsqlDataSource database, MakeRatedFiles make, DeliverRatedFiles deliver, TakeInAnswers takeIn, UndoRejectedCharges undo, RatedFilesMetrics metrics,
    IOptions<RatedFilesOptions> options, TimeProvider time, ILogger<ExchangeRatedFiles> logger)
    : BackgroundService
{
    // Held for as long as the connection lives. Should it break and another engine begin meanwhile: every step is safe from several at once.
    private const string TakeTurn = "select pg_try_advisory_lock(7230005, 1)";
    private const string GiveTurn = "select pg_advisory_unlock(7230005, 1)";

    private const string HasFiles = "select exists (select from rated_files)";

    // Said once for each delivery.
    private const string AlarmUnanswered = """
        update rated_files set alarmed_at = @now where accepted is null and alarmed_at is null and coalesce(delivered_at, made_at) < @before returning name
        """;

    private const string Count = """
        select (select count(*) from rated_files where state in (1, 4)) as undelivered,
               (select count(*) from rated_files where accepted is null and alarmed_at is not null) as overdue,
               (select count(*) from rated_rejections where undone_at is null) as not_undone
        """;

    /// <summary>One look.</summary>
    /// <returns>False if another engine is at it.</returns>
    public async Task<bool> LookAsync(CancellationToken cancellationToken = default)
    {
        await using var turn = await database.OpenConnectionAsync(cancellationToken);
        if (!await turn.ExecuteScalarAsync<bool>(new CommandDefinition(TakeTurn, cancellationToken: cancellationToken)))
            return false;
        try
        {
            await make.HandleAsync(cancellationToken);
            // What was rejected before is undone whatever the exchange comes to.
            await undo.HandleAsync(cancellationToken);
            if (await turn.ExecuteScalarAsync<bool>(new CommandDefinition(HasFiles, cancellationToken: cancellationToken)))
            {
                await ExchangeAsync(cancellationToken);
                await undo.HandleAsync(cancellationToken);
            }
            await AlarmAsync(turn, cancellationToken);
        }
        finally
        {
            await turn.ExecuteAsync(GiveTurn);
        }
        return true;
    }

#pragma warning disable CA1031 // the outer edge of a loop: whatever failed is tried again, and must not stop the engine
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await LookAsync(stoppingToken);
            }
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
            {
                LogFailed(failure);
            }
            catch (Exception)
            {
                return;
            }
            await Task.Delay(options.Value.LookEvery, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
#pragma warning restore CA1031

    private async Task ExchangeAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using IFileExchange exchange = options.Value.Delivery == RatedFilesDelivery.Sftp
                ? await SftpExchange.ConnectAsync(options.Value, cancellationToken)
                : new FolderExchange(options.Value.Folder, options.Value.AnswersFolder);
            await deliver.HandleAsync(exchange, cancellationToken);
            var (_, setAside) = await takeIn.HandleAsync(exchange, cancellationToken);
            metrics.SetAside(setAside);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or SocketException or SshException or TimeoutException)
        {
            LogNotReached(failure.Message);
        }
    }

    private async Task AlarmAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var late = await connection.QueryAsync<string>(new CommandDefinition(
            AlarmUnanswered, new { now, before = now - options.Value.AnswerWithin }, cancellationToken: cancellationToken));
        foreach (var name in late)
            LogUnanswered(name, options.Value.AnswerWithin);
        var (undelivered, overdue, notUndone) = await connection.QuerySingleAsync<(long, long, long)>(new CommandDefinition(Count, cancellationToken: cancellationToken));
        metrics.Counted(undelivered, overdue, notUndone);
    }

    [LoggerMessage(EventIds.RatedFileNotDelivered, LogLevel.Warning, "Files could not be exchanged with billing: {Problem}. They stay as they are, and it is tried again")]
    private partial void LogNotReached(string problem);

    [LoggerMessage(EventIds.RatedFileUnanswered, LogLevel.Error, "Billing has not accounted for {RatedFile} within {AnswerWithin}. Ask billing whether it has it; if not, rated resend sends the same file again")]
    private partial void LogUnanswered(string ratedFile, TimeSpan answerWithin);

    [LoggerMessage(EventIds.RatedFilesFailed, LogLevel.Error, "A look for files of rated events failed and is repeated")]
    private partial void LogFailed(Exception failure);
}
