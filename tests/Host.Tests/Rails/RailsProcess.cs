using System.Globalization;

namespace CarrierPay.Engine.Host.Tests.Rails;

/// <summary>A charging system and a bank in a process of their own: killed, they come back with their books, on the same ports.</summary>
internal sealed class RailsProcess : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("carrierpay-rails-").FullName;
    private readonly int _webPort = Stage.FreePort();
    private SimulatorUnderTest _process;
    private volatile bool _isUp = true;

    private RailsProcess() => _process = new(Settings());

    public int OcsPort { get; } = Stage.FreePort();

    public int BankPort { get; } = Stage.FreePort();

    public Uri Address => new($"http://127.0.0.1:{_webPort}");

    public bool IsUp => _isUp;

    public static async Task<RailsProcess> StartAsync()
    {
        var rails = new RailsProcess();
        await rails._process.ReadyAsync();
        return rails;
    }

    /// <summary>kill -9, and another one in its place.</summary>
    public async Task RestartAsync()
    {
        _isUp = false;
        await _process.DisposeAsync();
        _process = new(Settings());
        await _process.ReadyAsync();
        _isUp = true;
    }

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private Dictionary<string, string> Settings() => new()
    {
        ["Simulator__Smsc__Port"] = "0",
        ["Simulator__Web__Urls"] = $"{Address}",
        ["Simulator__Ocs__Port"] = OcsPort.ToString(CultureInfo.InvariantCulture),
        ["Simulator__Bank__Port"] = BankPort.ToString(CultureInfo.InvariantCulture),
        ["Simulator__DataFolder"] = _folder,
    };

    private sealed class SimulatorUnderTest(Dictionary<string, string> settings) : ProcessUnderTest("CarrierPay.Simulator", new(settings["Simulator__Web__Urls"]), settings)
    {
        public Task ReadyAsync() => AnswersAsync("/health", "charging system and bank are there");
    }
}
