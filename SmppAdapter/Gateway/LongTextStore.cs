using System.Security.Cryptography;
using CarrierPay.Engine.Lanes;
using CarrierPay.Engine.Storage;
using CarrierPay.SmppAdapter.Pdu;
using CarrierPay.SmppAdapter.Text;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Logging;
using Npgsql;
using NpgsqlTypes;

namespace CarrierPay.SmppAdapter.Gateway;

/// <summary>A long text that is too old.</summary>
/// <param name="Parts">How many had come.</param>
internal readonly record struct ExpiredText(Route Owner, int Parts, int Total);

/// <summary>The parts of long texts in the database. Encrypted, because nobody knows yet what they say.</summary>
internal sealed partial class LongTextStore(NpgsqlDataSource database, IDataProtectionProvider protection, ILogger<LongTextStore> logger)
{
    /// <summary>Stored parts at which no more are taken.</summary>
    public const int MostParts = 50_000;

    /// <summary>First key of the advisory locks on senders.</summary>
    private const int LockClass = 7230004;

    // In the order of the array, which is sorted: two engines that lock several senders never wait for each other in a ring.
    private const string LockSenders = "select pg_advisory_xact_lock($1, sender) from unnest($2::integer[]) as sender";

    private const string Read =
        """
        select p.lane, p.subscriber_id, p.reply_path, p.reference, p.total, p.sequence, p.received_at, p.part
        from long_text_parts p join unnest($1::smallint[], $2::bigint[]) as o (lane, subscriber_id) on o.lane = p.lane and o.subscriber_id = p.subscriber_id
        """;

    private const string Delete =
        """
        delete from long_text_parts p
        using unnest($1::smallint[], $2::bigint[], $3::text[], $4::integer[], $5::smallint[], $6::smallint[]) as o (lane, subscriber_id, reply_path, reference, total, sequence)
        where (p.lane, p.subscriber_id, p.reply_path, p.reference, p.total, p.sequence) = (o.lane, o.subscriber_id, o.reply_path, o.reference, o.total, o.sequence)
        """;

    private const string Insert =
        """
        insert into long_text_parts (lane, subscriber_id, reply_path, reference, total, sequence, received_at, part)
        select * from unnest($1::smallint[], $2::bigint[], $3::text[], $4::integer[], $5::smallint[], $6::smallint[], $7::timestamptz[], $8::bytea[])
        """;

    private const string RemoveExpired =
        """
        with old as (
          select lane, subscriber_id, reply_path, reference, total from long_text_parts
          group by lane, subscriber_id, reply_path, reference, total having min(received_at) <= $1
          limit 5000),
        gone as (
          delete from long_text_parts p using old o
          where (p.lane, p.subscriber_id, p.reply_path, p.reference, p.total) = (o.lane, o.subscriber_id, o.reply_path, o.reference, o.total)
          returning p.lane, p.subscriber_id, p.reply_path, p.reference, p.total)
        select lane, subscriber_id, total, count(*) from gone group by lane, subscriber_id, reply_path, reference, total
        """;

    private const string Count = "select count(*) from long_text_parts";

    private readonly IDataProtector _protector = protection.CreateProtector(SecretPurpose.LongTexts);

    /// <summary>Begins a transaction in which nobody else changes the parts of these senders, and reads them.</summary>
    public async Task<Turn> BeginAsync(IEnumerable<Route> owners)
    {
        Route[] all = [.. owners.Distinct()];
        var connection = await database.OpenConnectionAsync().ConfigureAwait(false);
        var turn = new Turn(this, connection);
        try
        {
            await turn.OpenAsync(all).ConfigureAwait(false);
            return turn;
        }
        catch
        {
            await turn.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Removes the texts whose first part came at this time or before.</summary>
    /// <returns>What was removed, and how many parts are left in all.</returns>
    public async Task<(IReadOnlyList<ExpiredText> Expired, long Left)> RemoveExpiredAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        List<ExpiredText> expired = [];
        await using (var remove = database.CreateCommand(RemoveExpired))
        {
            remove.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = before.UtcDateTime, NpgsqlDbType = NpgsqlDbType.TimestampTz });
            await using var reader = await remove.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
                expired.Add(new(new(new(reader.GetInt64(1)), reader.GetInt16(0)), (int)reader.GetInt64(3), reader.GetInt16(2)));
        }
        await using var count = database.CreateCommand(Count);
        return (expired, (long)(await count.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!);
    }

    /// <remarks>encoding 1, locking shift 1, single shift 1, content.</remarks>
    private byte[] Write(ReceivedPart part) =>
        _protector.Protect([(byte)part.Encoding, (byte)part.LockingShift, (byte)part.SingleShift, .. part.Content.Span]);

    /// <summary>Null if the keys are others: its text will expire.</summary>
    private LongTextPart? ReadPart(NpgsqlDataReader row)
    {
        var owner = new Route(new(row.GetInt64(1)), row.GetInt16(0));
        try
        {
            var octets = _protector.Unprotect(row.GetFieldValue<byte[]>(7));
            var key = new PartKey(LongTextPart.SenderOf(owner), Address.ShortCode(row.GetString(2)), row.GetInt32(3), row.GetInt16(4));
            return new(owner, new(
                key, row.GetInt16(5), (TextEncoding)octets[0], (NationalLanguage)octets[1], (NationalLanguage)octets[2], octets[3..], new(row.GetDateTime(6), TimeSpan.Zero)));
        }
        catch (CryptographicException e)
        {
            LogUnreadable(owner.Subscriber.Value, e.Message);
            return null;
        }
    }

    /// <summary>One transaction over the parts of some senders. Without <see cref="CommitAsync"/> nothing of it is done.</summary>
    internal sealed class Turn(LongTextStore store, NpgsqlConnection connection) : IAsyncDisposable
    {
        private readonly List<LongTextPart> _stored = [];
        private NpgsqlTransaction? _transaction;

        /// <summary>All parts of these senders.</summary>
        public IReadOnlyList<LongTextPart> Stored => _stored;

        internal async Task OpenAsync(Route[] owners)
        {
            _transaction = await connection.BeginTransactionAsync().ConfigureAwait(false);
            await ExecuteAsync(
                LockSenders, new NpgsqlParameter<int> { TypedValue = LockClass },
                new NpgsqlParameter<int[]> { TypedValue = [.. owners.Select(o => o.Subscriber.Value.GetHashCode()).Distinct().Order()] }).ConfigureAwait(false);
            await using var read = new NpgsqlCommand(Read, connection, _transaction);
            read.Parameters.Add(new NpgsqlParameter<short[]> { TypedValue = [.. owners.Select(o => o.Lane)] });
            read.Parameters.Add(new NpgsqlParameter<long[]> { TypedValue = [.. owners.Select(o => o.Subscriber.Value)] });
            await using var rows = await read.ExecuteReaderAsync().ConfigureAwait(false);
            while (await rows.ReadAsync().ConfigureAwait(false))
            {
                if (store.ReadPart(rows) is { } part)
                    _stored.Add(part);
            }
        }

        /// <summary>Leaves these parts in the table and no others of the senders, and commits.</summary>
        public async Task CommitAsync(IEnumerable<LongTextPart> parts)
        {
            List<LongTextPart> wanted = [.. parts];
            var removed = _stored.Except(wanted, ReferenceEqualityComparer.Instance).Cast<LongTextPart>().ToList();
            var added = wanted.Except(_stored, ReferenceEqualityComparer.Instance).Cast<LongTextPart>().ToList();
            if (removed.Count > 0)
                await ExecuteAsync(Delete, KeyColumns(removed)).ConfigureAwait(false);
            if (added.Count > 0)
            {
                await ExecuteAsync(
                    Insert,
                    [
                        .. KeyColumns(added),
                        new NpgsqlParameter<DateTime[]> { TypedValue = [.. added.Select(p => p.Part.ReceivedAt.UtcDateTime)], NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.TimestampTz },
                        new NpgsqlParameter<byte[][]> { TypedValue = [.. added.Select(p => store.Write(p.Part))] },
                    ]).ConfigureAwait(false);
            }
            await _transaction!.CommitAsync().ConfigureAwait(false);
        }

        public ValueTask DisposeAsync() => connection.DisposeAsync();

        private static NpgsqlParameter[] KeyColumns(List<LongTextPart> parts) =>
        [
            new NpgsqlParameter<short[]> { TypedValue = [.. parts.Select(p => p.Owner.Lane)] },
            new NpgsqlParameter<long[]> { TypedValue = [.. parts.Select(p => p.Owner.Subscriber.Value)] },
            new NpgsqlParameter<string[]> { TypedValue = [.. parts.Select(p => p.Part.Key.Destination.Digits)] },
            new NpgsqlParameter<int[]> { TypedValue = [.. parts.Select(p => p.Part.Key.Reference)] },
            new NpgsqlParameter<short[]> { TypedValue = [.. parts.Select(p => (short)p.Part.Key.Total)] },
            new NpgsqlParameter<short[]> { TypedValue = [.. parts.Select(p => (short)p.Part.Sequence)] },
        ];

        private async Task ExecuteAsync(string sql, params NpgsqlParameter[] parameters)
        {
            await using var command = new NpgsqlCommand(sql, connection, _transaction);
            command.Parameters.AddRange(parameters);
            await command.ExecuteNonQueryAsync().ConfigureAwait(false);
        }
    }

    [LoggerMessage(GatewayEventIds.LongTextUnreadable, LogLevel.Error, "A stored part of subscriber {SubscriberId} cannot be read with these keys; its text will expire: {Problem}")]
    private partial void LogUnreadable(long subscriberId, string problem);
}
