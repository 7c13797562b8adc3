using System.Threading.Channels;
using CarrierPay.Engine.Protocols.Iso8583.Macs;
using CarrierPay.Engine.Protocols.Iso8583.Messages;
using CarrierPay.Engine.Protocols.Iso8583.Wire;
using Microsoft.Extensions.Logging;

namespace CarrierPay.Engine.Protocols.Iso8583.Links;

/// <summary>What went over the connections of one bank since the start. Read at any time.</summary>
public sealed class BankCounters
{
    private long _signOns, _answered, _late, _lateLost, _unmatched, _unreadable, _macWrong, _unknownRequests;

    /// <summary>How often a connection was signed on.</summary>
    public long SignOns => Volatile.Read(ref _signOns);

    public long Answered => Volatile.Read(ref _answered);

    /// <summary>Answers to requests that had been given up, or answered otherwise before.</summary>
    public long Late => Volatile.Read(ref _late);

    /// <summary>Late answers that nobody had read when the room for them was full.</summary>
    public long LateLost => Volatile.Read(ref _lateLost);

    /// <summary>Answers that belong to nobody: another STAN, a second answer after a yes, a request of yesterday.</summary>
    public long Unmatched => Volatile.Read(ref _unmatched);

    /// <summary>Messages with a field that could not be read; the connection stayed.</summary>
    public long Unreadable => Volatile.Read(ref _unreadable);

    public long MacWrong => Volatile.Read(ref _macWrong);

    /// <summary>Requests of the bank that we do not serve.</summary>
    public long UnknownRequests => Volatile.Read(ref _unknownRequests);

    internal void CountSignOn() => Interlocked.Increment(ref _signOns);
    internal void CountAnswered() => Interlocked.Increment(ref _answered);
    internal void CountLate() => Interlocked.Increment(ref _late);
    internal void CountLateLost() => Interlocked.Increment(ref _lateLost);
    internal void CountUnmatched() => Interlocked.Increment(ref _unmatched);
    internal void CountUnreadable() => Interlocked.Increment(ref _unreadable);
    internal void CountMacWrong() => Interlocked.Increment(ref _macWrong);
    internal void CountUnknownRequest() => Interlocked.Increment(ref _unknownRequests);
}

/// <summary>What the connections of one bank share.</summary>
internal sealed class BankLinkParts
{
    private const int LateAnswersKept = 1024;
    private const int RequestsRemembered = 10_000;
    private const int LargestStan = 999_999;

    private int _networkStan;

    public BankLinkParts(BankSettings settings, BankDialect dialect, IMacKeys? keys, TimeProvider time, ILogger logger, Func<object?, bool>? mayGo = null)
    {
        (Settings, Dialect, Keys, Time, Logger, MayGo) = (settings, dialect, keys, time, logger, mayGo ?? (_ => true));
        LateAnswers = Channel.CreateBounded<LateAnswer>(new BoundedChannelOptions(LateAnswersKept) { FullMode = BoundedChannelFullMode.DropOldest }, _ => Counters.CountLateLost());
        // Not from 1: after a restart within the same second a key would come again.
        _networkStan = Random.Shared.Next(LargestStan);
    }

    public BankSettings Settings { get; }

    public BankDialect Dialect { get; }

    public IMacKeys? Keys { get; }

    public TimeProvider Time { get; }

    public ILogger Logger { get; }

    public Func<object?, bool> MayGo { get; }

    public BankCounters Counters { get; } = new();

    public InFlightTable InFlight { get; } = new(RequestsRemembered);

    public Channel<LateAnswer> LateAnswers { get; }

    /// <summary>A number for a network message. It need not be stored: nothing about money hangs on it.</summary>
    public int NextNetworkStan() => (int)((uint)Interlocked.Increment(ref _networkStan) % LargestStan) + 1;

    public bool HasMac(IsoMessage message) => Keys is not null && (Settings.MacScope == MacScope.All || Mti.ClassOf(message.Mti) != Mti.Network);

    /// <summary>Length, header and message, sealed if it has to be.</summary>
    /// <param name="header">Of the request when this is an answer.</param>
    public async ValueTask<byte[]> FrameAsync(IsoMessage message, ReadOnlyMemory<byte>? header, CancellationToken cancellationToken)
    {
        var octets = HasMac(message) ? await MessageMac.SealAsync(message, Dialect.Profile, Keys!, cancellationToken) : MessageWriter.Encode(message, Dialect.Profile);
        return IsoFrame.Write(octets, Dialect.Profile, header);
    }
}
