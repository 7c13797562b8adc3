using CarrierPay.Simulator.Bank;
using CarrierPay.Simulator.Load;
using CarrierPay.Simulator.Masp;
using CarrierPay.Simulator.Ocs;
using CarrierPay.Simulator.Phones;
using CarrierPay.Simulator.Smsc;
using CarrierPay.Simulator.Smsc.Receipts;
using CarrierPay.Simulator.Ussd;

namespace CarrierPay.Simulator;

/// <summary>A simulator that listens. Dispose it to stop its servers.</summary>
public sealed class RunningSimulator : IAsyncDisposable
{
    private readonly WebApplication _app;

    internal RunningSimulator(WebApplication app)
    {
        _app = app;
        WebAddress = new Uri(app.Urls.First());
    }

    /// <summary>The page, and the base of the HTTP API; with the real port.</summary>
    public Uri WebAddress { get; }

    /// <summary>The real port of the page and the HTTP API.</summary>
    public int WebPort => WebAddress.Port;

    /// <summary>The real port of the SMPP server.</summary>
    public int SmscPort => Smsc.EndPoint.Port;

    /// <summary>The real port of the charging system's Diameter server.</summary>
    public int OcsPort => Ocs.EndPoint.Port;

    public PhoneBook Phones => _app.Services.GetRequiredService<PhoneBook>();

    public Merchants Merchants => _app.Services.GetRequiredService<Merchants>();

    public ShortMessageCentre Smsc => _app.Services.GetRequiredService<ShortMessageCentre>();

    public UssdCentre Ussd => Smsc.Ussd;

    public Faults Faults => Smsc.Faults;

    /// <summary>The charging system: accounts, ledger, faults.</summary>
    public OcsServer Ocs => _app.Services.GetRequiredService<OcsServer>();

    /// <summary>The ISO 8583 host.</summary>
    public BankHost Bank => _app.Services.GetRequiredService<BankHost>();

    /// <summary>The real port of the bank.</summary>
    public int BankPort => Bank.EndPoint.Port;

    public ReceiptOrders Receipts => Smsc.Receipts;

    public LoadGenerator Load => Smsc.Load;

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    internal Task WaitForShutdownAsync(CancellationToken cancellationToken) => _app.WaitForShutdownAsync(cancellationToken);
}
