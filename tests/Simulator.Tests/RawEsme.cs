using System.Net;
using System.Net.Sockets;
using CarrierPay.SmppAdapter.Pdu;

namespace CarrierPay.Simulator.Tests;

/// <summary>A system that sends octets and reads PDUs, nothing more.</summary>
internal sealed class RawEsme : IAsyncDisposable
{
    private readonly TcpClient _client = new(AddressFamily.InterNetwork);

    private RawEsme()
    {
    }

    /// <summary>Its own address and port.</summary>
    public string LocalName { get; private set; } = "";

    public static async Task<RawEsme> ConnectAsync(int port)
    {
        var esme = new RawEsme();
        await esme._client.ConnectAsync(IPAddress.Loopback, port);
        esme.LocalName = esme._client.Client.LocalEndPoint!.ToString()!;
        return esme;
    }

    public async Task<SmppPdu> BindAsync(string systemId, string password)
    {
        await _client.GetStream().WriteAsync(PduWriter.Encode(BindRequest.Of(BindType.Transceiver, systemId, password, "") with { SequenceNumber = 1 }));
        return await ReadAsync();
    }

    public async Task<SmppPdu> ReadAsync()
    {
        using var deadline = new CancellationTokenSource(Eventually.Deadline);
        var header = new byte[PduHeader.Length];
        await _client.GetStream().ReadExactlyAsync(header, deadline.Token);
        var pdu = new byte[PduHeader.Read(header).CommandLength];
        header.CopyTo(pdu, 0);
        await _client.GetStream().ReadExactlyAsync(pdu.AsMemory(PduHeader.Length), deadline.Token);
        return PduReader.Decode(pdu);
    }

    public ValueTask DisposeAsync()
    {
        _client.Dispose();
        return ValueTask.CompletedTask;
    }
}
