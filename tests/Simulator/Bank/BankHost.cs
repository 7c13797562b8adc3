using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using CarrierPay.Engine.Protocols.Iso8583.Macs;
using CarrierPay.Engine.Protocols.Iso8583.Wire;

namespace CarrierPay.Simulator.Bank;

/// <summary>What the bank is now, for page and API.</summary>
public sealed record BankState(string Address, string Profile, IReadOnlyList<BankPeerView> Peers, long Messages, int Held, IReadOnlyList<BankAccountView> Accounts, IReadOnlyList<BankFaultView> Faults);

/// <summary>A connection to the bank.</summary>
public sealed record BankPeerView(string RemoteAddress, DateTimeOffset Since, bool IsSignedOn);

/// <summary>Listens, and gives each connection to a <see cref="BankPeer"/>. Safe to use from several threads.</summary>
public sealed class BankHost : IAsyncDisposable
{
    private readonly ConcurrentDictionary<BankPeer, Task> _peers = new();
    private readonly ConcurrentQueue<Func<Task>> _held = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly BankOptions _options;
    private readonly TimeProvider _time;
    private TcpListener? _listener;
    private Task _accepting = Task.CompletedTask;
    private long _messages;

    /// <exception cref="ArgumentException">The profile or an account has no possible value.</exception>
    /// <exception cref="SettingException">The journal cannot be had or read.</exception>
    public BankHost(SimulatorOptions options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        (_options, _time) = (options.Bank, time);
        Profile = KnownProfiles.Get(_options.Profile);
        Keys = KeysOf(_options);
        Books = new(Profile.Version, time, _options.ForgetsReversals);
        if (options.DataFolder is { } folder) Books.Keep(Path.Combine(folder, "bank.journal"));
        if (!Books.IsNew) return;
        foreach (var account in _options.Accounts ?? [new() { Number = "DE89370400440532013000" }, new() { Number = "KW0012345678", Currency = "KWD" }])
            Books.Put(account.Number, account.Currency, account.Balance);
    }

    public Iso8583Profile Profile { get; }

    public BankBooks Books { get; }

    public BankFaults Faults { get; } = new();

    internal IMacKeys? Keys { get; }

    /// <summary>With the real port, once it listens.</summary>
    public IPEndPoint EndPoint => (IPEndPoint)(_listener?.LocalEndpoint ?? throw new InvalidOperationException("The bank does not listen yet."));

    public BankState State => new(EndPoint.ToString(), Profile.Name, [.. _peers.Keys.Select(peer => peer.View).OrderBy(peer => peer.Since)], Interlocked.Read(ref _messages), _held.Count, Books.Accounts, Faults.All);

    /// <exception cref="SocketException">The port is taken or may not be opened.</exception>
    public void Start()
    {
        _listener = new TcpListener(_options.Address, _options.Port ?? 0);
        _listener.Start();
        _accepting = AcceptAsync(_listener);
    }

    /// <summary>Does now what was held back, in its order. How many messages there were.</summary>
    public async Task<int> ReleaseAsync()
    {
        var released = 0;
        while (_held.TryDequeue(out var message))
        {
            await message();
            released++;
        }
        return released;
    }

    /// <summary>Cuts all connections. How many there were.</summary>
    public int Cut()
    {
        var peers = _peers.Keys.ToList();
        peers.ForEach(peer => peer.Cut());
        return peers.Count;
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener?.Stop();
        await _accepting;
        Cut();
        await Task.WhenAll(_peers.Values);
        Books.Dispose();
        _stopping.Dispose();
    }

    internal void Count() => Interlocked.Increment(ref _messages);

    internal void Hold(Func<Task> message) => _held.Enqueue(message);

    private async Task AcceptAsync(TcpListener listener)
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                var peer = new BankPeer(this, await listener.AcceptTcpClientAsync(_stopping.Token), _time, _stopping.Token);
                var serving = Task.Run(peer.ServeAsync);
                _peers[peer] = serving;
                _ = serving.ContinueWith(_ => _peers.TryRemove(peer, out var _), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            }
            catch (Exception over) when (over is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                if (_stopping.IsCancellationRequested) return;
            }
        }
    }

    private static IMacKeys? KeysOf(BankOptions options)
    {
        if (options.MacKey.Length == 0) return null;
        var key = Convert.FromHexString(options.MacKey);
        return options.MacKind == BankMacKind.Retail ? new RetailMacKeys(key) : new AesCmacKeys(key);
    }
}
