using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;

namespace CarrierPay.SmppAdapter.Session;

/// <summary>The connection under a session: a pipe to read from, and a way to send that says how many octets can have reached the peer even when it fails.</summary>
internal abstract class SessionTransport : IDisposable
{
    protected SessionTransport(Socket socket, Stream stream)
    {
        Socket = socket;
        Input = PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: 32 * 1024, minimumReadSize: 2048));
        (LocalEndPoint, RemoteEndPoint) = Introduce(socket);
    }

    public PipeReader Input { get; }

    protected Socket Socket { get; }

    public string RemoteName => RemoteEndPoint?.ToString() ?? "unknown";

    /// <summary>The peer without its port, which is another for each connection.</summary>
    public string RemoteAddress => (RemoteEndPoint as IPEndPoint)?.Address.ToString() ?? "unknown";

    /// <summary>Null when the peer was gone at once.</summary>
    public EndPoint? LocalEndPoint { get; }

    public EndPoint? RemoteEndPoint { get; }

    /// <summary>Sends, and says how far it came. One call at a time.</summary>
    public abstract ValueTask<(SocketError Error, int Sent)> SendAsync(ReadOnlyMemory<byte> octets);

    /// <summary>Tells the peer that nothing more comes. What it still sends can be read.</summary>
    public virtual ValueTask ShutdownSendAsync()
    {
        Shutdown(SocketShutdown.Send);
        return ValueTask.CompletedTask;
    }

    /// <summary>Ends reads and writes that are under way. May be called again, from anywhere.</summary>
    /// <remarks>Disposing would do too, but sends a reset, which can overtake what was written last.</remarks>
    public void Abort() => Shutdown(SocketShutdown.Both);

    public virtual void Dispose() => Socket.Dispose();

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

    private void Shutdown(SocketShutdown how)
    {
        try
        {
            Socket.Shutdown(how);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The peer was faster.
        }
    }
}
