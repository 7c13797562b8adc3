using Dapper;
using Npgsql;

namespace CarrierPay.Engine.Host.Tests.Rails;

/// <summary>Holds up the commit of whoever stores a call: that engine has said all, and has not heard that it is stored.</summary>
/// <remarks>The commit waits on the server, in a trigger that runs last. With the barrier away it goes through, whatever has become of the engine.</remarks>
internal sealed class CommitBarrier : IAsyncDisposable
{
    private readonly RailsStage _stage;
    private readonly NpgsqlConnection _holder;

    private CommitBarrier(RailsStage stage, NpgsqlConnection holder) => (_stage, _holder) = (stage, holder);

    /// <summary>Once on a stage.</summary>
    public static async Task<CommitBarrier> SetAsync(RailsStage stage)
    {
        var holder = await stage.Stage.Database.Owner.OpenConnectionAsync();
        await holder.ExecuteAsync(
            """
            create function wait_at_barrier() returns trigger language plpgsql as
            'begin perform pg_advisory_xact_lock_shared(7231109); return null; end';
            create constraint trigger barrier after insert on connector_calls deferrable initially deferred for each row execute function wait_at_barrier()
            """);
        await holder.ExecuteAsync("begin; select pg_advisory_xact_lock(7231109)");
        return new(stage, holder);
    }

    /// <summary>Until a commit waits here.</summary>
    public Task IsReachedAsync() => _stage.WaitsForAsync(_holder, "the commit waits");

    public ValueTask DisposeAsync() => _holder.DisposeAsync();
}
