using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using CarrierPay.Engine.Primitives;
using CarrierPay.Engine.Subscribers;
using Npgsql;

namespace CarrierPay.Engine.Settlement.Files;

/// <summary>What a file's first line says, besides what its events say.</summary>
internal readonly record struct RatedFileHead(int Sequence, int Period, DateTimeOffset MadeAt, DateTimeOffset FromAt, DateTimeOffset ToAt);

/// <summary>What was counted while a file was written.</summary>
/// <param name="Sha256">Of the whole file, trailer included.</param>
internal sealed record RatedFileSums(long Events, decimal DebitMinor, decimal CreditMinor, byte[] Sha256);

/// <summary>The octets of a file of rated events: the same for the same period, whenever and by whomever they are written.</summary>
/// <remarks>
/// UTF-8 without a mark, lines end in LF, fields by RFC 4180. Streamed from the database: its memory does not grow with the file.
/// <code>
/// H,CPAY,1,sequence,made,from,to
/// D,event id,C|R,MSISDN,IMSI,time,bill cycle,service,merchant id,merchant name,net,tax,currency,original event id,reference
/// T,count,sum of C,sum of R,SHA-256 of all lines before in hexadecimal
/// </code>
/// Times are UTC to the second, amounts minor units of their line's currency; the README has each field.
/// </remarks>
internal sealed class RatedFileText : IDisposable
{
    private const int Chunk = 64 * 1024;
    private const int TimeoutSeconds = 1800;

    // By key: no two events of a lane have one id, so that the order is the same each time.
    private const string Read = """
        select id, kind, msisdn, imsi, at, bill_cycle, service, merchant_id, merchant_name, net_minor, tax_minor, currency, original_id, reference
        from rated_events where period = $1 order by lane, id
        """;

    private readonly IncrementalHash _before = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly IncrementalHash _whole = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly StringBuilder _line = new();
    private readonly MemoryStream _octets = new(2 * Chunk);
    private readonly Stream _output;
    private long _events;

    // 28 digits hold more than any number of events can sum up to, and exactly.
    private decimal _debit;
    private decimal _credit;

    private RatedFileText(Stream output) => _output = output;

    /// <summary>Writes the file; <see cref="Stream.Null"/> for its sums and hash alone.</summary>
    /// <exception cref="UnreachableException">An event is of a kind that has no letter.</exception>
    public static async Task<RatedFileSums> WriteAsync(NpgsqlConnection connection, RatedFileHead head, Stream output, CancellationToken cancellationToken)
    {
        using var text = new RatedFileText(output);
        text.Line("H", "CPAY", "1", Number(head.Sequence), Time(head.MadeAt), Time(head.FromAt), Time(head.ToAt));
        await using var command = new NpgsqlCommand(Read, connection) { CommandTimeout = TimeoutSeconds, Parameters = { new NpgsqlParameter<int> { TypedValue = head.Period } } };
        await using (var events = await command.ExecuteReaderAsync(cancellationToken))
        {
            while (await events.ReadAsync(cancellationToken))
            {
                text.Event(events);
                if (text._octets.Length >= Chunk)
                    await text.FlushAsync(cancellationToken);
            }
        }
        await text.FlushAsync(cancellationToken);
        text.Line("T", Number(text._events), Number(text._debit), Number(text._credit), Convert.ToHexStringLower(text._before.GetHashAndReset()));
        await text.FlushAsync(cancellationToken);
        return new(text._events, text._debit, text._credit, text._whole.GetHashAndReset());
    }

    public void Dispose()
    {
        _before.Dispose();
        _whole.Dispose();
        _octets.Dispose();
    }

    private void Event(NpgsqlDataReader row)
    {
        var kind = (RatedEventKind)row.GetInt16(1);
        var (net, tax) = (row.GetInt64(9), row.GetInt64(10));
        _events++;
        if (kind == RatedEventKind.Charge)
            _debit += (decimal)net + tax;
        else
            _credit += (decimal)net + tax;
        Line(
            "D", Number(row.GetInt64(0)), Letter(kind), Number(row.GetInt64(2)), row.IsDBNull(3) ? "" : row.GetString(3), Time(new(row.GetDateTime(4), TimeSpan.Zero)),
            row.IsDBNull(5) ? "" : row.GetFieldValue<DateOnly>(5).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), row.GetString(6), Number(row.GetInt32(7)), row.GetString(8),
            Number(net), Number(tax), Currency.Of(row.GetInt16(11)).Code, row.IsDBNull(12) ? "" : Number(row.GetInt64(12)), row.GetString(13));
    }

    private static string Letter(RatedEventKind kind) => kind switch
    {
        RatedEventKind.Charge => "C",
        RatedEventKind.Refund => "R",
        _ => throw new UnreachableException($"There is no letter for a rated event of kind {kind}."),
    };

    private void Line(params ReadOnlySpan<string> fields)
    {
        _line.Clear();
        for (var i = 0; i < fields.Length; i++)
        {
            if (i > 0)
                _line.Append(',');
            if (fields[i].AsSpan().IndexOfAny(",\"\r\n") < 0)
                _line.Append(fields[i]);
            else
                _line.Append('"').Append(fields[i].Replace("\"", "\"\"", StringComparison.Ordinal)).Append('"');
        }
        _octets.Write(Encoding.UTF8.GetBytes(_line.Append('\n').ToString()));
    }

    private async Task FlushAsync(CancellationToken cancellationToken)
    {
        var octets = _octets.GetBuffer().AsMemory(0, (int)_octets.Length);
        _before.AppendData(octets.Span);
        _whole.AppendData(octets.Span);
        await _output.WriteAsync(octets, cancellationToken);
        _octets.SetLength(0);
    }

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Number(decimal value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
