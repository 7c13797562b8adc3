using CarrierPay.Engine.Subscribers;
using Dapper;
using Npgsql;

namespace CarrierPay.Engine.Settlement.Files;

/// <summary>The events of one <c>.rej</c>, in a table of the transaction that reads it: memory does not grow with the answer.</summary>
internal static class RejectedEvents
{
    private const int Chunk = 1000;

    private const string MakeTable = "create temporary table rejected (line bigint generated always as identity, id bigint not null, code text not null) on commit drop";
    private const string Insert = "insert into rejected (id, code) select * from unnest(@ids, @codes)";

    private const string FindTwice = "select id from rejected group by id having count(*) > 1 order by min(line) limit 1";

    // An answer to another file, or to one of another system with our numbers, shows here.
    private const string FindStrange = """
        select r.id from rejected r left join rated_events e on e.period = @period and e.id = r.id and e.kind = @charge
        group by r.id having count(e.id) <> 1 order by min(r.line) limit 1
        """;

    private const string WriteRejections = """
        insert into rated_rejections (lane, payment_id, sequence, code, bearer, subscriber_id, merchant_id, merchant_name, amount_minor, currency, charged_at, reference, taken_at)
        select e.lane, e.id, @sequence, r.code, case when r.code = any(@borneByOperator) then @operator else @merchant end,
               e.subscriber_id, e.merchant_id, e.merchant_name, e.net_minor + e.tax_minor, e.currency, e.at, e.reference, @now
        from rejected r join rated_events e on e.period = @period and e.id = r.id
        """;

    // Stands in the payment's timeline.
    private const string WriteAudit = """
        insert into audit (at, who, action, object_kind, object_id, details)
        select @now, '(billing)', 'charge rejected', 'payment', r.id::text, jsonb_build_object('sequence', @sequence, 'code', r.code) from rejected r order by r.line
        """;

    /// <summary>Reads all lines into the table.</summary>
    /// <param name="most">As many events as the file has: an answer with more is not read to its end.</param>
    /// <returns>How many events are rejected; null if the end is missing.</returns>
    /// <exception cref="AnswerFileException">A line cannot be read, or the count is another.</exception>
    public static async Task<long?> ReadAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, AnswerLines lines, long most, CancellationToken cancellationToken)
    {
        await connection.ExecuteAsync(new CommandDefinition(MakeTable, null, transaction, cancellationToken: cancellationToken));
        List<RejectedEvent> chunk = [];
        long events = 0;
        while (await lines.ReadAsync(cancellationToken) is { } line)
        {
            var (rejected, count) = RatedAnswer.ReadRejected(line, lines.Number);
            if (rejected is null)
            {
                if (count != events)
                    throw new AnswerFileException($"it says that it has {count} events and has {events}");
                if (await lines.ReadAsync(cancellationToken) is not null || lines.HasUnfinishedLine)
                    throw new AnswerFileException("something follows its last line T,count");
                await FlushAsync();
                return events;
            }
            if (++events > most)
                throw new AnswerFileException($"it has more events than the {most} of the file");
            chunk.Add(rejected.Value);
            if (chunk.Count == Chunk)
                await FlushAsync();
        }
        return null;

        async Task FlushAsync()
        {
            var parameters = new { ids = chunk.ConvertAll(r => r.EventId), codes = chunk.ConvertAll(r => r.Code) };
            await connection.ExecuteAsync(new CommandDefinition(Insert, parameters, transaction, cancellationToken: cancellationToken));
            chunk.Clear();
        }
    }

    /// <summary>Why these events cannot have been rejected; null if they can.</summary>
    public static async Task<string?> ProblemAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, RatedFile file, CancellationToken cancellationToken)
    {
        if (await FindAsync(FindTwice) is { } twice)
            return $"it has event {twice} twice";
        return await FindAsync(FindStrange) is { } strange ? $"event {strange} is no charge of {file.Name}" : null;

        Task<long?> FindAsync(string sql) => connection.ExecuteScalarAsync<long?>(
            new CommandDefinition(sql, new { file.Period, charge = (short)RatedEventKind.Charge }, transaction, commandTimeout: 600, cancellationToken: cancellationToken));
    }

    /// <summary>Writes what the lanes will undo, each charge once for ever.</summary>
    /// <param name="borneByOperator">Codes; the merchant bears all others.</param>
    public static async Task WriteAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, RatedFile file, long events, IEnumerable<string> borneByOperator, DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        var parameters = new
        {
            file.Sequence,
            file.Period,
            now,
            borneByOperator = borneByOperator.ToArray(),
            merchant = (short)RejectionBearer.Merchant,
            @operator = (short)RejectionBearer.Operator,
        };
        var written = await connection.ExecuteAsync(new CommandDefinition(WriteRejections, parameters, transaction, commandTimeout: 600, cancellationToken: cancellationToken));
        if (written != events)
            throw new InvalidOperationException($"{written} rejections of {file.Name} were written instead of {events}.");
        await connection.ExecuteAsync(new CommandDefinition(WriteAudit, parameters, transaction, commandTimeout: 600, cancellationToken: cancellationToken));
    }
}
