using CarrierPay.Engine.Primitives;
using Dapper;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace CarrierPay.Engine.Settlement.Files;

/// <summary>Takes in what billing says of our files. Each answer is taken whole and once, or set aside with the reason; none is thrown away.</summary>
/// <remarks>Safe to repeat: an answer is moved after its transaction, and one that is found again is known by its hash.</remarks>
public sealed partial class TakeInAnswers(NpgsqlDataSource database, IOptions<RatedFilesOptions> options, TimeProvider time, ILogger<TakeInAnswers> logger)
{
    /// <summary>Every expected answer.</summary>
    internal enum Outcome { Waits, AlreadyTaken, SetAside, Taken }

    private const string Taken = "taken";
    private const string Aside = "aside";

    // A file without its end is perhaps still being written: billing should give it its name when it is whole, but not every system does.
    private static readonly TimeSpan TimeToFinish = TimeSpan.FromMinutes(1);

    private const string LockFile = $"select {RatedFile.Columns} from rated_files where name = @name for no key update";
    private const string ReadTaken = "select sha256 from rated_answers where sequence = @Sequence and kind = @kind and problem is null";

    private const string InsertAnswer = """
        insert into rated_answers (name, sha256, sequence, kind, at, events, problem) values (@name, @sha256, @sequence, @kind, @now, @events, @problem)
        on conflict do nothing
        """;

    private const string MarkRejected = "update rated_files set rejected = @events where sequence = @Sequence";
    private const string MarkAccepted = "update rated_files set accepted = @events, answered_at = @now, state = 3 where sequence = @Sequence";

    /// <returns>How many were taken in, and how many set aside.</returns>
    internal async Task<(int Taken, int SetAside)> HandleAsync(IFileExchange exchange, CancellationToken cancellationToken = default)
    {
        var (taken, aside) = (0, 0);
        // Rejections first: only with them the count of the accepted ones is right.
        var answers = from entry in await exchange.ListAnswersAsync(cancellationToken)
                      let answer = RatedFileName.Answered(entry.Name)!.Value
                      orderby answer.Kind == RatedAnswerKind.Accepted, entry.Name
                      select (Entry: entry, answer.File, answer.Kind);
        foreach (var (entry, file, kind) in answers)
        {
            var outcome = await TakeAsync(exchange, entry, file, kind, cancellationToken);
            taken += outcome == Outcome.Taken ? 1 : 0;
            aside += outcome == Outcome.SetAside ? 1 : 0;
        }
        return (taken, aside);
    }

    private async Task<Outcome> TakeAsync(IFileExchange exchange, AnswerEntry entry, string name, RatedAnswerKind kind, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        Answer answer;
        await using (var stream = await exchange.OpenAnswerAsync(entry.Name, cancellationToken))
        await using (var lines = new AnswerLines(stream))
        {
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            answer = await ReadAsync(connection, transaction, lines, entry, name, kind, cancellationToken);
            if (answer.Problem is null && answer.Outcome == Outcome.Taken)
            {
                await WriteAsync(connection, transaction, answer, cancellationToken);
                await transaction.CommitAsync(CancellationToken.None);
            }
        }
        switch (answer.Outcome)
        {
            case Outcome.Taken:
                LogAnswered(entry.Name, kind, answer.Events);
                break;
            case Outcome.SetAside when await InsertAsync(connection, null, answer, cancellationToken) == 1:
                LogSetAside(entry.Name, answer.Problem!);
                break;
            case Outcome.Waits:
                return Outcome.Waits;
        }
        if (answer.Outcome == Outcome.SetAside)
            await exchange.MoveAnswerAsync(entry.Name, Aside, $"{entry.Name}.{Convert.ToHexStringLower(answer.Sha256)[..8]}", cancellationToken);
        else
            await exchange.MoveAnswerAsync(entry.Name, Taken, entry.Name, cancellationToken);
        return answer.Outcome;
    }

    /// <summary>An answer as it was judged.</summary>
    private sealed record Answer(AnswerEntry Entry, RatedFile? File, RatedAnswerKind Kind, byte[] Sha256, long Events, Outcome Outcome, string? Problem = null);

    private async Task<Answer> ReadAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, AnswerLines lines, AnswerEntry entry, string name, RatedAnswerKind kind, CancellationToken cancellationToken)
    {
        var file = await connection.QuerySingleOrDefaultAsync<RatedFile>(new CommandDefinition(LockFile, new { name }, transaction, cancellationToken: cancellationToken));
        if (file is null)
            return new(entry, null, kind, await lines.HashAsync(cancellationToken), 0, Outcome.SetAside, $"there is no file {name}");
        long? events = null;
        string? problem = null;
        try
        {
            events = kind == RatedAnswerKind.Rejected
                ? await RejectedEvents.ReadAsync(connection, transaction, lines, file.Events, cancellationToken)
                : await ReadAcceptedAsync(lines, file, cancellationToken);
        }
        catch (AnswerFileException malformed)
        {
            problem = malformed.Message;
        }
        var answer = new Answer(entry, file, kind, await lines.HashAsync(cancellationToken), events ?? 0, Outcome.SetAside, problem);
        if (await TakenAsync(connection, transaction, file, kind, cancellationToken) is { } before)
        {
            return before.AsSpan().SequenceEqual(answer.Sha256)
                ? answer with { Outcome = Outcome.AlreadyTaken, Problem = null }
                : answer with { Problem = "another one was taken in for the same file before" };
        }
        if (problem is not null)
            return answer;
        if (events is null)
        {
            return entry.ChangedAt + TimeToFinish > time.GetUtcNow()
                ? answer with { Outcome = Outcome.Waits }
                : answer with { Problem = "its end is missing" };
        }
        return kind == RatedAnswerKind.Rejected
            ? await JudgeRejectedAsync(connection, transaction, answer, file, cancellationToken)
            : JudgeAccepted(answer, file);
    }

    private static async Task<Answer> JudgeRejectedAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, Answer answer, RatedFile file, CancellationToken cancellationToken)
    {
        var problem = file.Accepted is { } accepted
            ? $"{accepted} of {file.Events} events were accepted before, so that none can be rejected any more"
            : await RejectedEvents.ProblemAsync(connection, transaction, file, cancellationToken);
        return problem is null ? answer with { Outcome = Outcome.Taken } : answer with { Problem = problem };
    }

    private static Answer JudgeAccepted(Answer answer, RatedFile file)
    {
        var expected = file.Events - (file.Rejected ?? 0);
        if (answer.Events == expected)
            return answer with { Outcome = Outcome.Taken };
        // Fewer, and no rejections yet: they come. If they never do, the file stays without its answer, which is an alarm of its own.
        return answer.Events < expected && file.Rejected is null
            ? answer with { Outcome = Outcome.Waits }
            : answer with { Problem = $"{answer.Events} accepted and {file.Rejected ?? 0} rejected events are not the {file.Events} of the file" };
    }

    /// <summary>How many were accepted; null if the line has no end.</summary>
    private static async Task<long?> ReadAcceptedAsync(AnswerLines lines, RatedFile file, CancellationToken cancellationToken)
    {
        if (await lines.ReadAsync(cancellationToken) is not { } line)
            return null;
        var (sequence, accepted) = RatedAnswer.ReadAccepted(line);
        if (await lines.ReadAsync(cancellationToken) is not null || lines.HasUnfinishedLine)
            throw new AnswerFileException("it has more than one line");
        return file.Sequence == sequence ? accepted : throw new AnswerFileException($"it answers file {sequence} by its content");
    }

    private static Task<byte[]?> TakenAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, RatedFile file, RatedAnswerKind kind, CancellationToken cancellationToken) =>
        connection.QuerySingleOrDefaultAsync<byte[]>(new CommandDefinition(ReadTaken, new { file.Sequence, kind = (short)kind }, transaction, cancellationToken: cancellationToken));

    private async Task WriteAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, Answer answer, CancellationToken cancellationToken)
    {
        var (file, now) = (answer.File!, time.GetUtcNow());
        if (answer.Kind == RatedAnswerKind.Rejected)
            await RejectedEvents.WriteAsync(connection, transaction, file, answer.Events, options.Value.BorneByOperator, now, cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(
            answer.Kind == RatedAnswerKind.Rejected ? MarkRejected : MarkAccepted, new { file.Sequence, answer.Events, now }, transaction, cancellationToken: cancellationToken));
        if (await InsertAsync(connection, transaction, answer, cancellationToken) != 1)
            throw new InvalidOperationException($"The answer {answer.Entry.Name} was taken in by somebody else at the same time.");
    }

    private Task<int> InsertAsync(NpgsqlConnection connection, NpgsqlTransaction? transaction, Answer answer, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(new CommandDefinition(
            InsertAnswer,
            new { answer.Entry.Name, answer.Sha256, answer.File?.Sequence, kind = (short)answer.Kind, now = time.GetUtcNow(), answer.Events, answer.Problem },
            transaction, cancellationToken: cancellationToken));

    [LoggerMessage(EventIds.RatedFileAnswered, LogLevel.Information, "The answer {Answer} was taken in ({Kind}): {Events} events")]
    private partial void LogAnswered(string answer, RatedAnswerKind kind, long events);

    [LoggerMessage(EventIds.RatedAnswerSetAside, LogLevel.Error, "The answer {Answer} was not taken in but moved to the folder aside: {Problem}. Nothing of it counts; ask billing for a right one")]
    private partial void LogSetAside(string answer, string problem);
}
