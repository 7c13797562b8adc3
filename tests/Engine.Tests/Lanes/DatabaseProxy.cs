using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace CarrierPay.Engine.Tests.Lanes;

/// <summary>Stands between the lanes and PostgreSQL: cuts connections, and loses the answer to a COMMIT that the server has carried out.</summary>
internal sealed class DatabaseProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly NpgsqlConnectionStringBuilder _server;
    private readonly Task _accepting;
    private readonly List<TcpClient> _open = [];
    private volatile bool _isCut;
    private int _toLose;
    private int _lost;

    public DatabaseProxy(string server)
    {
        _server = new(server);
        _listener.Start();
        _accepting = AcceptAsync();
        ConnectionString = new NpgsqlConnectionStringBuilder(server)
        {
            Host = "127.0.0.1",
            Port = ((IPEndPoint)_listener.LocalEndpoint).Port,
            SslMode = SslMode.Disable,
            GssEncryptionMode = GssEncryptionMode.Disable,
        }.ConnectionString;
    }

    public string ConnectionString { get; }

    public int LostAnswers => Volatile.Read(ref _lost);

    /// <summary>While it is, all connections end at once.</summary>
    public bool IsCut
    {
        get => _isCut;
        set
        {
            _isCut = value;
            lock (_open)
            {
                if (value)
                    _open.ForEach(client => client.Dispose());
            }
        }
    }

    public void LoseNextCommitAnswer() => Volatile.Write(ref _toLose, 1);

    public async ValueTask DisposeAsync()
    {
        IsCut = true;
        _listener.Dispose();
        await _accepting;
    }

    private async Task AcceptAsync()
    {
        var running = new List<Task>();
        try
        {
            while (true)
                running.Add(ServeAsync(await _listener.AcceptTcpClientAsync()));
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(running);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var server = new TcpClient();
        using (client)
        {
            lock (_open)
                _open.AddRange([client, server]);
            try
            {
                if (_isCut)
                    return;
                await server.ConnectAsync(_server.Host!, _server.Port);
                var connection = new Connection();
                await Task.WhenAny(
                    UpAsync(client.GetStream(), server.GetStream(), connection),
                    DownAsync(server.GetStream(), client.GetStream(), connection));
            }
            catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException or InvalidOperationException)
            {
                // Cut.
            }
        }
    }

    private async Task UpAsync(NetworkStream from, NetworkStream to, Connection connection)
    {
        var buffer = new byte[65536];
        for (int read; (read = await from.ReadAsync(buffer)) > 0;)
        {
            if (buffer.AsSpan(0, read).IndexOf("commit\0"u8) >= 0 && Interlocked.Exchange(ref _toLose, 0) == 1)
                connection.LosesAnswer = true;
            await to.WriteAsync(buffer.AsMemory(0, read));
        }
    }

    private async Task DownAsync(NetworkStream from, NetworkStream to, Connection connection)
    {
        var buffer = new byte[65536];
        for (int read; (read = await from.ReadAsync(buffer)) > 0;)
        {
            if (connection.LosesAnswer)
            {
                Interlocked.Increment(ref _lost);
                return;
            }
            await to.WriteAsync(buffer.AsMemory(0, read));
        }
    }

    private sealed class Connection
    {
        public volatile bool LosesAnswer;
    }
}
