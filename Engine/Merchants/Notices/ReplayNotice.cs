using CarrierPay.Engine.Storage;
using Dapper;
using Microsoft.Extensions.Options;
using Npgsql;

namespace CarrierPay.Engine.Merchants.Notices;

/// <summary>Sends a notice once more because somebody asks for it: the same octets under the same webhook-id, whether it was delivered before, is being retried, or is dead.</summary>
/// <remarks>One transaction; an engine sends it within a second or two. The same operation id brings the same answer again.</remarks>
public sealed class ReplayNotice(NpgsqlDataSource database, TimeProvider time, IOptions<NoticesOptions> options)
{
    /// <param name="Reason">For the audit trail; not blank.</param>
    /// <param name="OperationId">Of the form: a double click carries the same.</param>
    public sealed record Request(long NoticeId, string User, string Reason, Guid OperationId);

    /// <summary>Every expected answer. When several apply, the one listed first is given. Only <see cref="Replayed"/> changes anything.</summary>
    public enum Outcome
    {
        ReasonMissing,
        NotFound,

        /// <summary>It is about to be sent anyway.</summary>
        OnItsWay,
        Replayed,
    }

    private const string ObjectKind = "notice";

    private const string Find = "select day, merchant_id from notices where id = @NoticeId";

    private const string Reopen = """
        insert into open_notices (id, day, merchant_id, state, owner, attempts, next_attempt_at, give_up_at)
        values (@NoticeId, @Day, @MerchantId, 1, 0, 0, @Now, @GiveUpAt)
        on conflict (id) do update set state = 1, owner = 0, attempts = 0, next_attempt_at = excluded.next_attempt_at, give_up_at = excluded.give_up_at
        where open_notices.state <> 1
        """;

    /// <exception cref="OperationIdTakenException">The operation id belongs to something else: nothing was done.</exception>
    public async Task<Outcome> HandleAsync(Request request, CancellationToken cancellationToken = default)
    {
        if (string.IsNullOrWhiteSpace(request.Reason))
            return Outcome.ReasonMissing;
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var now = time.GetUtcNow();
        var operation = new Operation(request.OperationId, nameof(ReplayNotice), request.User, $"notice {request.NoticeId}");
        if (await Operations.ClaimAsync<Outcome>(connection, transaction, operation, now, cancellationToken) is { } first)
            return first;

        var outcome = await ReopenAsync(connection, transaction, request.NoticeId, now, cancellationToken);
        if (outcome == Outcome.Replayed)
        {
            await AuditTrail.WriteAsync(
                connection, transaction, now, request.User, "notice replayed", ObjectKind, Notice.WebhookIdOf(request.NoticeId),
                new { reason = request.Reason.Trim(), request.OperationId }, cancellationToken);
        }
        await Operations.RecordAsync(connection, transaction, request.OperationId, outcome, cancellationToken);
        await transaction.CommitAsync(CancellationToken.None);
        return outcome;
    }

    private async Task<Outcome> ReopenAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, long noticeId, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var found = (await connection.QueryAsync<(DateTime Day, int MerchantId)>(new CommandDefinition(
            Find, new { NoticeId = noticeId }, transaction, cancellationToken: cancellationToken))).AsList();
        if (found.Count == 0)
            return Outcome.NotFound;
        var reopened = await connection.ExecuteAsync(new CommandDefinition(
            Reopen,
            new { NoticeId = noticeId, found[0].Day, found[0].MerchantId, Now = now.UtcDateTime, GiveUpAt = (now + options.Value.GiveUpAfter).UtcDateTime },
            transaction, cancellationToken: cancellationToken));
        return reopened == 1 ? Outcome.Replayed : Outcome.OnItsWay;
    }
}
