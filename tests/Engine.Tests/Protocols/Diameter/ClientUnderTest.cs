using CarrierPay.Engine.Protocols.Diameter.Peers;
using Microsoft.Extensions.Logging.Abstractions;

namespace CarrierPay.Engine.Tests.Protocols.Diameter;

/// <summary>Clients with settings that suit tests.</summary>
internal static class ClientUnderTest
{
    public static DiameterOptions Options(params IEnumerable<ScriptedPeer> peers)
    {
        var options = new DiameterOptions
        {
            RequestTimeout = TimeSpan.FromSeconds(20),
            ReconnectMin = TimeSpan.FromMilliseconds(10),
            ReconnectMax = TimeSpan.FromMilliseconds(50),
            DrainTimeout = TimeSpan.FromSeconds(5),
        };
        foreach (var (index, peer) in peers.Index())
            options.Peers.Add(new() { Name = $"p{index}", Host = "127.0.0.1", Port = peer.Port, Realm = Requests.Realm, Priority = index, Connections = 1 });
        return options;
    }

    public static async Task<DiameterClient> StartAsync(DiameterOptions options, TimeProvider? time = null, Func<object?, bool>? mayGo = null)
    {
        var client = Start(options, time, mayGo);
        await client.WaitUntilOpenAsync(Requests.Realm).InTime();
        return client;
    }

    public static DiameterClient Start(DiameterOptions options, TimeProvider? time = null, Func<object?, bool>? mayGo = null)
    {
        var client = new DiameterClient(options, time ?? TimeProvider.System, NullLogger<DiameterClient>.Instance, mayGo);
        client.Start();
        return client;
    }
}
