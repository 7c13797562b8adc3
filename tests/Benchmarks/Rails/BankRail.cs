using System.Globalization;
using CarrierPay.Engine.Primitives;
using CarrierPay.Engine.Protocols.Iso8583.Links;
using CarrierPay.Engine.Protocols.Iso8583.Macs;
using CarrierPay.Engine.Protocols.Iso8583.Messages;
using CarrierPay.Engine.Protocols.Iso8583.Wire;
using Microsoft.Extensions.Logging.Abstractions;

namespace CarrierPay.Benchmarks.Rails;

/// <summary>Debits by ISO 8583, as the engine makes them: a trace that would be stored, the message, what its outcome says about the money.</summary>
internal sealed class BankRail : IRail
{
    private static readonly Currency Euro = Currency.Of("EUR");

    /// <summary>Terminals used so far in this run: a day's numbers of one last for a minute.</summary>
    private static int _terminals;

    private readonly BankClient _bank;
    private readonly IMacKeys? _keys;

    private BankRail(BankClient bank, IMacKeys? keys) => (_bank, _keys) = (bank, keys);

    public int FrameLength
    {
        get
        {
            _ = default(TraceCounter).TryNext(TimeProvider.System.GetUtcNow(), out var trace, out _);
            var mac = _keys is null ? 0 : MessageMac.Length;
            return mac + IsoFrame.Write(MessageWriter.Encode(Debit(new(Amounts.Of(0), Euro), trace, 0, "00000000"), _bank.Dialect.Profile), _bank.Dialect.Profile).Length;
        }
    }

    public static async Task<BankRail> ConnectAsync(int port, int window, IMacKeys? keys)
    {
        var settings = new BankSettings
        {
            Code = "BENCH",
            Host = "127.0.0.1",
            Port = port,
            Window = window,
            Dialect = { Profile = KnownProfiles.Settings(KnownProfiles.A1987), Acquirer = "123456" },
        };
        var bank = new BankClient(settings, keys, TimeProvider.System, NullLogger.Instance);
        bank.Start();
        await bank.WaitUntilSignedOnAsync();
        return new(bank, keys);
    }

    public Func<Task<long>> Payer(int account)
    {
        var (counter, terminal, number) = (default(TraceCounter), NextTerminal(), 0L);
        return async () =>
        {
            var amount = new Money(Amounts.Of(++number), Euro);
            Trace trace;
            while (!counter.TryNext(TimeProvider.System.GetUtcNow(), out trace, out counter))
                (counter, terminal) = (default, NextTerminal());
            var debit = Debit(amount, trace, account, terminal);
            var verdict = BankVerdict.Of(_bank.Dialect, debit, await _bank.RequestAsync(debit));
            return verdict.Kind == BankVerdictKind.Approved ? amount.MinorUnits : throw new InvalidOperationException($"A debit was not approved: {verdict}");
        };
    }

    public ValueTask DisposeAsync() => _bank.DisposeAsync();

    private IsoMessage Debit(Money amount, Trace trace, int account, string terminal) =>
        BankMessages.Debit(_bank.Dialect, new(amount, trace, trace.At, RailPeers.BankAccount(account), terminal, "COFFEE"));

    private static string NextTerminal() => Interlocked.Increment(ref _terminals).ToString("D8", CultureInfo.InvariantCulture);
}
