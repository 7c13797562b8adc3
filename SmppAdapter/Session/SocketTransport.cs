using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Threading.Tasks.Sources;

namespace CarrierPay.SmppAdapter.Session;

/// <summary>A connected socket: a pipe to read from, and a way to send that knows how many octets the operating system took even when it fails.</summary>
internal sealed class SocketTransport : IDisposable
{
    private readonly Socket _socket;
    private readonly SendOperation _send = new();

    public SocketTransport(Socket socket)
    {
        _socket = socket;
        Input = PipeReader.Create(new NetworkStream(socket, ownsSocket: false), new StreamPipeReaderOptions(bufferSize: 32 * 1024, minimumReadSize: 2048));
        (LocalEndPoint, RemoteEndPoint) = Introduce(socket);
    }

    public PipeReader Input { get; }

    public string RemoteName => RemoteEndPoint?.ToString() ?? "unknown";

    /// <summary>Null when the peer was gone at once.</summary>
    public EndPoint? LocalEndPoint { get; }

    public EndPoint? RemoteEndPoint { get; }

    /// <summary>A peer may be gone before it was looked at; the first read will tell.</summary>
    private static (EndPoint? Local, EndPoint? Remote) Introduce(Socket socket)
    {
        try
        {
            socket.NoDelay = true;
            return (socket.LocalEndPoint, socket.RemoteEndPoint);
        }
        catch (SocketException)
        {
            return (null, null);
        }
    }

    /// <summary>Sends, and says how far it came. One call at a time.</summary>
    public async ValueTask<(SocketError Error, int Sent)> SendAsync(ReadOnlyMemory<byte> octets)
    {
        var sent = 0;
        while (sent < octets.Length)
        {
            SocketError error;
            try
            {
                error = await _send.SendAsync(_socket, octets[sent..]).ConfigureAwait(false);
            }
            catch (ObjectDisposedException)
            {
                return (SocketError.OperationAborted, sent);
            }
            sent += _send.BytesTransferred;
            if (error != SocketError.Success)
            {
                return (error, sent);
            }
        }
        return (SocketError.Success, sent);
    }

    /// <summary>Tells the peer that nothing more comes. What it still sends can be read.</summary>
    public void ShutdownSend() => Shutdown(SocketShutdown.Send);

    /// <summary>Ends reads and writes that are under way. May be called again, from anywhere.</summary>
    /// <remarks>Disposing would do too, but sends a reset, which can overtake what was written last.</remarks>
    public void Abort() => Shutdown(SocketShutdown.Both);

    private void Shutdown(SocketShutdown how)
    {
        try
        {
            _socket.Shutdown(how);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The peer was faster.
        }
    }

    public void Dispose()
    {
        _socket.Dispose();
        _send.Dispose();
    }

    /// <summary>One reusable send. Unlike Socket's awaitable methods it keeps the count of octets when it fails.</summary>
    private sealed class SendOperation() : SocketAsyncEventArgs(true), IValueTaskSource<SocketError>
    {
        private ManualResetValueTaskSourceCore<SocketError> _core;

        public ValueTask<SocketError> SendAsync(Socket socket, ReadOnlyMemory<byte> octets)
        {
            // Sending only reads the memory.
            SetBuffer(MemoryMarshal.AsMemory(octets));
            _core.Reset();
            return socket.SendAsync(this) ? new(this, _core.Version) : new(SocketError);
        }

        protected override void OnCompleted(SocketAsyncEventArgs e) => _core.SetResult(SocketError);

        public SocketError GetResult(short token) => _core.GetResult(token);

        public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

        public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
            _core.OnCompleted(continuation, state, token, flags);
    }
}
