using CarrierPay.Engine.Funding.Airtime;
using CarrierPay.Engine.Funding.Bank;
using CarrierPay.Engine.Subscribers;
using Dapper;
using Npgsql;

namespace CarrierPay.Engine.Host.Tests.Rails;

/// <summary>Between which two steps of a charge an engine was killed.</summary>
internal enum KillStep { PersistAndSend, SendAndAnswer, AnswerAndCommit }

/// <summary>One way to charge, and how a payment on it is brought to a step and no further.</summary>
/// <param name="gate">On the way to who keeps the money.</param>
internal sealed class RailUnderTest(RailsStage stage, Gate gate, ConnectorKind debit) : IAsyncDisposable
{
    private NpgsqlConnection? _holder;

    public ConnectorKind Debit => debit;

    /// <summary>Has a subscriber pay until the payment stands at a step. Only the death of the engine, and <see cref="LetGoAsync"/>, take it from there.</summary>
    public async Task<Payer.Order> BringToAsync(Payer payer, KillStep step)
    {
        while (true)
        {
            var order = await payer.AskAsync();
            var valve = step == KillStep.PersistAndSend ? gate.ToRail : gate.ToEngine;
            valve.Close();
            payer.Confirm(order);
            string? trace = null;
            await Eventually.True(async () => (trace = (await OpenAsync(payer.Msisdn)).SingleOrDefault()) is not null || await payer.EndOfAsync(order) is not null, "the debit is stored");
            if (trace is null)
            {
                // Declined: the engine that has just started is not connected yet.
                valve.Open();
                await payer.EndAsync(order);
                continue;
            }
            if (step == KillStep.PersistAndSend)
                return order;
            await Eventually.True(() => gate.ToEngine.HasCome(trace), "the rail has answered");
            if (step == KillStep.AnswerAndCommit)
                await HoldDecisionAsync(payer.Msisdn, trace);
            return order;
        }
    }

    /// <summary>After the kill: which step each open debit was at, by its row, by what came to the rail, and by what the rail's answer came to.</summary>
    public async Task<IReadOnlyDictionary<KillStep, int>> StepsAsync(long? msisdn = null)
    {
        Dictionary<KillStep, int> steps = [];
        foreach (var trace in await OpenAsync(msisdn))
        {
            var step = gate.ToEngine.HasPassed(trace) ? KillStep.AnswerAndCommit : gate.ToRail.HasPassed(trace) ? KillStep.SendAndAnswer : KillStep.PersistAndSend;
            steps[step] = steps.GetValueOrDefault(step) + 1;
        }
        return steps;
    }

    /// <summary>What was held up is lost with the engine; the next one finds the way open.</summary>
    public async Task LetGoAsync()
    {
        await gate.CutAsync();
        gate.ToRail.Open();
        gate.ToEngine.Open();
        if (_holder is not null)
            await _holder.DisposeAsync();
        _holder = null;
    }

    /// <summary>What names a stored debit on the wire, in question and answer alike.</summary>
    public static string TraceOf(ConnectorKind debit, string request) => debit == ConnectorKind.OcsDebit ? OcsRequest.FromJson(request).SessionId : BankRequest.FromJson(request).Fields[37];

    public async ValueTask DisposeAsync()
    {
        if (_holder is not null)
            await _holder.DisposeAsync();
    }

    /// <summary>The trace of each debit that has no outcome.</summary>
    private async Task<IReadOnlyList<string>> OpenAsync(long? msisdn)
    {
        await using var connection = await stage.Stage.Database.Owner.OpenConnectionAsync();
        var requests = await connection.QueryAsync<string>(
            """
            select c.request from connector_calls c join subscribers s on s.lane = c.lane and s.id = c.subscriber_id
            where c.kind = @kind and c.attempts = 0 and (@msisdn is null or s.msisdn = @msisdn)
            """, new { kind = (short)debit, msisdn });
        return [.. requests.Select(r => TraceOf(debit, r))];
    }

    /// <summary>The subscriber's row is held, so that the answer arrives and cannot be decided.</summary>
    private async Task HoldDecisionAsync(long msisdn, string trace)
    {
        _holder = await stage.Stage.Database.Owner.OpenConnectionAsync();
        await _holder.ExecuteAsync("begin; select 1 from subscribers where msisdn = @msisdn for no key update", new { msisdn });
        gate.ToEngine.Open();
        await Eventually.True(() => gate.ToEngine.HasPassed(trace), "the answer has come");
        await stage.WaitsForAsync(_holder, "it waits for the subscriber's row");
    }
}
