using System.Collections.Concurrent;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using CarrierPay.Engine.Protocols.Iso8583.Links;
using CarrierPay.Engine.Protocols.Iso8583.Macs;
using CarrierPay.Engine.Protocols.Iso8583.Messages;
using CarrierPay.Engine.Protocols.Iso8583.Wire;
using Microsoft.Extensions.Logging.Abstractions;

namespace CarrierPay.Engine.Tests.Protocols.Iso8583;

/// <summary>A host on a real socket that signs everybody on and otherwise does what the test says.</summary>
internal sealed class ScriptedBank : IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<TcpClient, Task> _peers = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly Iso8583Profile _profile;
    private Task _accepting = Task.CompletedTask;

    public ScriptedBank(string profile = KnownProfiles.A1987)
    {
        _profile = KnownProfiles.Get(profile);
        Settings = new() { Code = "T", Dialect = { Profile = KnownProfiles.Settings(profile) }, ResponseTimeout = Deadline, ReconnectMin = TimeSpan.FromMilliseconds(10), ReconnectMax = TimeSpan.FromMilliseconds(50) };
    }

    public BankSettings Settings { get; }

    public ConcurrentQueue<IsoMessage> Received { get; } = new();

    /// <summary>The answer to a message that is neither sign-on nor sign-off; null for none.</summary>
    public Func<IsoMessage, IsoMessage?> Answer { get; set; } = request => NetworkMessages.Answer(request, "00");

    public Func<IsoMessage, IsoMessage?> AnswerSignOn { get; set; } = request => NetworkMessages.Answer(request, "00");

    /// <summary>The client's clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>What the client is told when it asks whether a request may go.</summary>
    public Func<bool> MayGo { get; set; } = () => true;

    /// <summary>A client that is signed on.</summary>
    public async Task<BankClient> ConnectAsync(IMacKeys? keys = null)
    {
        var client = Make(keys);
        client.Start();
        using var deadline = new CancellationTokenSource(Deadline);
        await client.WaitUntilSignedOnAsync(Settings.Connections, deadline.Token);
        return client;
    }

    public BankClient Make(IMacKeys? keys = null)
    {
        _listener.Start();
        Settings.Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = AcceptAsync();
        return new(Settings, keys, Time, NullLogger.Instance, _ => MayGo());
    }

    public async Task SendAsync(IsoMessage message) => await SendAsync(IsoFrame.Write(MessageWriter.Encode(message, _profile), _profile));

    public async Task SendAsync(byte[] octets)
    {
        foreach (var peer in _peers.Keys) await peer.GetStream().WriteAsync(octets);
    }

    public void Cut()
    {
        foreach (var peer in _peers.Keys) peer.Close();
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Stop();
        await _accepting;
        Cut();
        await Task.WhenAll(_peers.Values);
        _stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var peer = await _listener.AcceptTcpClientAsync(_stopping.Token);
                _peers[peer] = ServeAsync(peer);
            }
        }
        catch (Exception over) when (over is OperationCanceledException or SocketException)
        {
        }
    }

    private async Task ServeAsync(TcpClient peer)
    {
        try
        {
            var pipe = PipeReader.Create(peer.GetStream());
            while (true)
            {
                var read = await pipe.ReadAsync(_stopping.Token);
                var buffer = read.Buffer;
                while (IsoFrame.TryRead(ref buffer, _profile, out var frame))
                {
                    var request = MessageReader.Decode(frame.Message.Span, _profile);
                    Received.Enqueue(request);
                    if (Mti.IsAnswer(request.Mti)) continue;
                    var answer = request[70] switch
                    {
                        "001" => AnswerSignOn(request),
                        "002" => NetworkMessages.Answer(request, "00"),
                        _ => Answer(request),
                    };
                    if (answer is not null) await peer.GetStream().WriteAsync(IsoFrame.Write(MessageWriter.Encode(answer, _profile), _profile, frame.Header));
                }
                pipe.AdvanceTo(buffer.Start, buffer.End);
                if (read.IsCompleted) break;
            }
        }
        catch (Exception over) when (over is IOException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
        }
        finally
        {
            peer.Close();
            _peers.TryRemove(peer, out _);
        }
    }
}
