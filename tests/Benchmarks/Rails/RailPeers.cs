using System.Globalization;
using System.Net;
using System.Net.Sockets;
using CarrierPay.Simulator;
using CarrierPay.Simulator.Bank;
using CarrierPay.Simulator.Ocs;

namespace CarrierPay.Benchmarks.Rails;

/// <summary>The other side of everything that is measured, in a process of its own: the simulator with its charging system and its bank, and a bare echo.</summary>
internal static class RailPeers
{
    /// <summary>The argument that makes the bench program these peers; how the bank authenticates follows it. It prints its ports, and ends when its standard input does.</summary>
    public const string Argument = "--rails";

    /// <summary>No authentication code at all.</summary>
    public const string NoMac = "none";

    /// <summary>The key of the bank, and of its client.</summary>
    public const string MacKey = "0123456789ABCDEFFEDCBA9876543210";

    /// <summary>One for each request that may be outstanding; the one after them is for other programs.</summary>
    public const int Accounts = 101;

    /// <summary>Minor units on each account of the bank, the most that its messages can say; the charging system has as much.</summary>
    public const long Balance = 999_999_999_999;

    /// <summary>How long the charging system knows a request again. The default of a day would be hundreds of megabytes at this rate.</summary>
    private static readonly TimeSpan DuplicateWindow = TimeSpan.FromSeconds(5);

    public static string Msisdn(int account) => (447_700_000_000 + account).ToString(CultureInfo.InvariantCulture);

    public static string BankAccount(int account) => $"BENCH{account:D4}";

    public static async Task RunAsync(string mac)
    {
        var options = new SimulatorOptions
        {
            Smsc = { Port = 0 },
            Web = { Urls = "http://127.0.0.1:0" },
            Phones = [],
            Ocs = { DuplicateWindow = DuplicateWindow, Accounts = [.. Enumerable.Range(0, Accounts).Select(i => new OcsAccountOptions { Msisdn = Msisdn(i), Balance = Balance })] },
            Bank = { Accounts = [.. Enumerable.Range(0, Accounts).Select(i => new BankAccountOptions { Number = BankAccount(i), Balance = Balance })] },
        };
        if (mac != NoMac)
            (options.Bank.MacKey, options.Bank.MacKind) = (MacKey, Enum.Parse<BankMacKind>(mac));
        await using var simulator = await SimulatorApp.StartAsync(options);
        using var echo = new TcpListener(IPAddress.Loopback, 0);
        echo.Start();
        var echoing = EchoAsync(echo);
        Console.WriteLine($"{simulator.OcsPort} {simulator.BankPort} {simulator.WebPort} {((IPEndPoint)echo.LocalEndpoint).Port}");
        while (await Console.In.ReadLineAsync() is not null)
        {
            // Only its end matters.
        }
        echo.Stop();
        await echoing;
    }

    /// <summary>One connection after the other.</summary>
    private static async Task EchoAsync(TcpListener listener)
    {
        var buffer = new byte[64 * 1024];
        while (true)
        {
            try
            {
                using var socket = await listener.AcceptSocketAsync();
                socket.NoDelay = true;
                while (await socket.ReceiveAsync(buffer) is var read and > 0)
                {
                    for (var sent = 0; sent < read;)
                        sent += await socket.SendAsync(buffer.AsMemory(sent, read - sent));
                }
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }
}
