using CarrierPay.Engine.Primitives;
using CarrierPay.Engine.Protocols.Iso8583.Links;
using CarrierPay.Engine.Protocols.Iso8583.Macs;
using CarrierPay.Engine.Protocols.Iso8583.Messages;
using CarrierPay.Engine.Protocols.Iso8583.Wire;
using CarrierPay.Simulator.Bank;
using Microsoft.Extensions.Logging.Abstractions;

namespace CarrierPay.Simulator.Tests;

/// <summary>A simulator's bank and an engine's connections to it.</summary>
internal sealed class BankDesk : IAsyncDisposable
{
    public const string Account = "ACC1";
    public const string MacKey = "0123456789ABCDEFFEDCBA9876543210";

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private TraceCounter _traces;

    public required RunningSimulator Simulator { get; init; }

    public required BankClient Client { get; init; }

    public BankHost Bank => Simulator.Bank;

    public long Balance => Bank.Books.Accounts.Single().Balance;

    public IEnumerable<string> Moved => Bank.Books.LedgerAfter(1).Select(entry => $"{entry.Kind} {entry.Amount}");

    /// <summary>Signed on, with one account of 1000.00 EUR.</summary>
    public static async Task<BankDesk> OpenAsync(string profile = KnownProfiles.A1987, BankMacKind? mac = null, Action<BankSettings>? change = null)
    {
        var simulator = await SimulatorApp.StartAsync(new SimulatorOptions
        {
            Smsc = { Port = 0 },
            Web = { Urls = "http://127.0.0.1:0" },
            Bank = { Profile = profile, MacKey = mac is null ? "" : MacKey, MacKind = mac ?? BankMacKind.Retail, Accounts = [new() { Number = Account, Balance = 100_000 }] },
        });
        var settings = new BankSettings
        {
            Code = "DEMO",
            Port = simulator.BankPort,
            Dialect = { Profile = KnownProfiles.Settings(profile), Acquirer = "123456" },
            ResponseTimeout = Deadline,
            ReconnectMin = TimeSpan.FromMilliseconds(10),
            ReconnectMax = TimeSpan.FromMilliseconds(50),
        };
        change?.Invoke(settings);
        var client = new BankClient(settings, Keys(mac), TimeProvider.System, NullLogger.Instance);
        client.Start();
        await SignedOnAsync(client);
        return new() { Simulator = simulator, Client = client };
    }

    private static IMacKeys? Keys(BankMacKind? mac) => mac switch
    {
        BankMacKind.Retail => new RetailMacKeys(Convert.FromHexString(MacKey)),
        BankMacKind.AesCmac => new AesCmacKeys(Convert.FromHexString(MacKey)),
        _ => null,
    };

    public Task SignedOnAsync() => SignedOnAsync(Client);

    public Trace NextTrace() => _traces.TryNext(TimeProvider.System.GetUtcNow(), out var trace, out _traces) ? trace : throw new InvalidOperationException("No numbers are left.");

    public BankOrder Order(long minor, string account = Account) => new(new(minor, Currency.Of("EUR")), NextTrace(), TimeProvider.System.GetUtcNow(), account, "CPAY0001", "COFFEE");

    public IsoMessage Debit(long minor) => BankMessages.Debit(Client.Dialect, Order(minor));

    public IsoMessage Reversal(IsoMessage original) => BankMessages.Reversal(Client.Dialect, original, NextTrace(), TimeProvider.System.GetUtcNow());

    /// <summary>Sends, and judges what comes.</summary>
    public async Task<BankVerdict> AskAsync(IsoMessage request) => BankVerdict.Of(Client.Dialect, request, await Client.RequestAsync(request));

    /// <summary>Sends, and loses patience as soon as the bank has taken a message that it will not answer rightly.</summary>
    public async Task<BankOutcome> RequestImpatientlyAsync(IsoMessage request)
    {
        if (Bank.Faults.All is not [{ Fault: BankFault.Lose or BankFault.Mute or BankFault.Hold or BankFault.WrongStan } fault, ..]) return await Client.RequestAsync(request);
        using var patience = new CancellationTokenSource();
        var asking = Client.RequestAsync(request, cancellationToken: patience.Token);
        await Eventually.True(() => !Bank.Faults.All.Contains(fault), "the bank takes the message");
        await patience.CancelAsync();
        return await asking;
    }

    /// <inheritdoc cref="RequestImpatientlyAsync"/>
    public async Task<BankVerdict> AskImpatientlyAsync(IsoMessage request) => BankVerdict.Of(Client.Dialect, request, await RequestImpatientlyAsync(request));

    /// <summary>Sends a reversal until it is closed, as a queue would do when time has no weight.</summary>
    public async Task<ReversalProgress> ReverseAsync(IsoMessage reversal, int attempts = 20)
    {
        var settings = new ReversalSettings();
        var now = TimeProvider.System.GetUtcNow();
        var progress = ReversalProgress.Begin(now);
        while (progress.State == ReversalState.Open && progress.Attempts < attempts)
        {
            await SignedOnAsync();
            var message = progress.MessageToSend(reversal);
            progress = progress.Sending(settings, now);
            progress = progress.After(Client.Dialect, reversal, await RequestImpatientlyAsync(message), settings, now);
        }
        return progress;
    }

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        await Simulator.DisposeAsync();
    }

    private static async Task SignedOnAsync(BankClient client)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        await client.WaitUntilSignedOnAsync(1, deadline.Token);
    }
}
