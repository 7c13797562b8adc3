using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading.Channels;

namespace CarrierPay.Engine.Host.Tests.Rails;

/// <summary>The wire between an engine and a rail. A test can hold up what goes on it, each way by itself, cut it, and read what has passed.</summary>
internal sealed class Gate : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentDictionary<CancellationTokenSource, Task> _wires = new();
    private readonly int _port;
    private readonly Task _accepting;
    private volatile bool _isDown;

    /// <param name="port">Where the rail listens on this machine.</param>
    public Gate(int port)
    {
        _port = port;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public Valve ToRail { get; } = new();

    public Valve ToEngine { get; } = new();

    /// <summary>Ends all connections; what was held up in them has never left.</summary>
    public async Task CutAsync()
    {
        var wires = _wires.ToArray();
        foreach (var (wire, _) in wires)
            await wire.CancelAsync();
        await Task.WhenAll(wires.Select(wire => wire.Value));
    }

    /// <summary>Nobody gets through, until <see cref="Up"/>.</summary>
    public Task DownAsync()
    {
        _isDown = true;
        return CutAsync();
    }

    public void Up() => _isDown = false;

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Stop();
        await _accepting;
        await CutAsync();
        _listener.Dispose();
        _stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                var engine = await _listener.AcceptSocketAsync(_stopping.Token);
                var wire = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
                var isListed = new TaskCompletionSource();
                _wires[wire] = CarryAsync(engine, wire, isListed.Task);
                isListed.SetResult();
            }
            catch (Exception over) when (over is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                // A caller who was gone before it was accepted; or the end.
            }
        }
    }

    private async Task CarryAsync(Socket engine, CancellationTokenSource wire, Task isListed)
    {
        await isListed;
        using var rail = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (_isDown)
                return;
            await rail.ConnectAsync(IPAddress.Loopback, _port, wire.Token);
            await Task.WhenAll(PumpAsync(engine, rail, ToRail, wire), PumpAsync(rail, engine, ToEngine, wire));
        }
        catch (Exception over) when (over is OperationCanceledException or SocketException)
        {
            // The rail is not there, or the wire was cut.
        }
        finally
        {
            engine.Close(0);
            rail.Close(0);
            _wires.TryRemove(wire, out _);
        }
    }

    private static async Task PumpAsync(Socket from, Socket to, Valve valve, CancellationTokenSource wire)
    {
        // Read on while the valve is closed: a test wants to know what has come.
        var waiting = Channel.CreateUnbounded<byte[]>();
        try
        {
            await Task.WhenAll(ReadAsync(), WriteAsync());
        }
        catch (Exception over) when (over is OperationCanceledException or SocketException)
        {
            // One side has gone, or the wire was cut.
        }

        async Task ReadAsync()
        {
            try
            {
                var octets = new byte[16 * 1024];
                while (await from.ReceiveAsync(octets, wire.Token) is > 0 and var count)
                {
                    valve.Came(octets.AsSpan(0, count));
                    waiting.Writer.TryWrite(octets[..count]);
                }
            }
            finally
            {
                await wire.CancelAsync(); // the other side is told
            }
        }

        async Task WriteAsync()
        {
            await foreach (var octets in waiting.Reader.ReadAllAsync(wire.Token))
            {
                await valve.PassAsync(octets, wire.Token);
                await to.SendAsync(octets, wire.Token);
            }
        }
    }
}

/// <summary>One way of a <see cref="Gate"/>: open, or closed for as long as a test wants. It remembers what came to it, and what it let through.</summary>
internal sealed class Valve
{
    private readonly Lock _lock = new();
    private readonly StringBuilder _came = new();
    private readonly StringBuilder _passed = new();
    private TaskCompletionSource _open = Opened();

    public void Close()
    {
        lock (_lock)
        {
            if (_open.Task.IsCompleted)
                _open = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    public void Open()
    {
        lock (_lock)
            _open.TrySetResult();
    }

    /// <summary>Whether a message with this in it has come, held up or not.</summary>
    public bool HasCome(string text) => Contains(_came, text);

    /// <summary>Whether a message with this in it was let through.</summary>
    public bool HasPassed(string text) => Contains(_passed, text);

    /// <summary>All that has come, held up or not: an octet a character.</summary>
    public string AllThatCame
    {
        get
        {
            lock (_lock)
                return _came.ToString();
        }
    }

    public void Came(ReadOnlySpan<byte> octets)
    {
        lock (_lock)
            _came.Append(Encoding.Latin1.GetString(octets));
    }

    /// <summary>Waits until it is open.</summary>
    public async Task PassAsync(byte[] octets, CancellationToken cancellationToken)
    {
        Task open;
        lock (_lock)
            open = _open.Task;
        await open.WaitAsync(cancellationToken);
        lock (_lock)
            _passed.Append(Encoding.Latin1.GetString(octets));
    }

    private bool Contains(StringBuilder where, string text)
    {
        lock (_lock)
            return where.ToString().Contains(text, StringComparison.Ordinal);
    }

    private static TaskCompletionSource Opened()
    {
        var opened = new TaskCompletionSource();
        opened.SetResult();
        return opened;
    }
}
