using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Threading.Tasks.Sources;

namespace CarrierPay.SmppAdapter.Session;

/// <summary>A plain connection.</summary>
internal sealed class SocketTransport(Socket socket) : SessionTransport(socket, new NetworkStream(socket, ownsSocket: false))
{
    private readonly SendOperation _send = new();

    public override async ValueTask<(SocketError Error, int Sent)> SendAsync(ReadOnlyMemory<byte> octets)
    {
        var sent = 0;
        while (sent < octets.Length)
        {
            SocketError error;
            try
            {
                error = await _send.SendAsync(Socket, octets[sent..]).ConfigureAwait(false);
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

    public override void Dispose()
    {
        base.Dispose();
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
