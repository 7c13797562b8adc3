using System.Net;
using System.Net.Sockets;

namespace CarrierPay.Simulator.Smsc.Wire;

/// <summary>One bound system on its way to the centre: two sockets, and what passes between them.</summary>
internal sealed class WireConnection(Socket outside, Stream front, Socket inside, Faults faults, UnaskedPdus unasked, SmscLog log, TimeProvider time)
{
    private const int SplitPlace = 7;
    private static readonly TimeSpan BetweenSegments = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan HangUp = TimeSpan.FromSeconds(3);

    private readonly NetworkStream _back = new(inside, ownsSocket: false);
    private readonly WireShaper _shaper = new(faults, unasked, log);
    private readonly SemaphoreSlim _writing = new(1);
    private readonly List<WireAct> _acts = [];

    public bool IsBound => _shaper.IsBound && !_shaper.IsSilent;

    /// <summary>Where the bound system really is.</summary>
    public EndPoint? Remote { get; } = outside.RemoteEndPoint;

    /// <summary>Carries both ways until both are over. Lost connections are ordinary ends.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var inward = GuardAsync(CarryInAsync(ending.Token));
        var outward = GuardAsync(CarryOutAsync(ending.Token));
        if (await Task.WhenAny(inward, outward) == outward && !_shaper.StaysOpen)
        {
            // The centre has closed. The bound system may still hang up by itself: a reset would overtake what was sent last.
            Shutdown(outside, SocketShutdown.Send);
            await Task.WhenAny(inward, Task.Delay(HangUp, time, ending.Token));
        }
        else if (!inward.IsCompleted)
        {
            await inward;
        }
        else
        {
            Shutdown(inside, SocketShutdown.Send);
            await Task.WhenAny(outward, Task.Delay(HangUp, time, ending.Token));
        }
        await ending.CancelAsync();
        await Task.WhenAll(inward, outward);
    }

    /// <summary>Sends between two PDUs.</summary>
    public async Task SendAsync(IReadOnlyList<byte[]> pdus, CancellationToken cancellationToken)
    {
        _shaper.HasSentUnasked = true;
        await GuardAsync(WriteAsync([.. pdus.Select(pdu => WireAct.Send(pdu))], cancellationToken));
    }

    /// <summary>Lets go what is held back.</summary>
    public Task ReleaseAsync(CancellationToken cancellationToken) => GuardAsync(ReleaseHeldAsync(cancellationToken));

    private async Task CarryOutAsync(CancellationToken ending)
    {
        var centre = new FrameReader(_back);
        while (await centre.ReadAsync(ending) is { IsEmpty: false } run)
        {
            await _writing.WaitAsync(ending);
            try
            {
                if (centre.IsOutOfStep || !_shaper.WatchesOut)
                {
                    await front.WriteAsync(run, ending);
                    continue;
                }
                _acts.Clear();
                while (!run.IsEmpty) _shaper.Out(FrameReader.Next(ref run), _acts);
                await DoAsync(_acts, ending);
            }
            finally
            {
                _writing.Release();
            }
        }
    }

    private async Task CarryInAsync(CancellationToken ending)
    {
        var system = new FrameReader(front);
        var answers = new List<WireAct>();
        while (await system.ReadAsync(ending) is { IsEmpty: false } run)
        {
            if (system.IsOutOfStep || !_shaper.WatchesIn)
            {
                await PassInAsync(run, ending);
                continue;
            }
            while (!run.IsEmpty)
            {
                var frame = FrameReader.Next(ref run);
                if (faults.TryTake(FaultKind.WireSlow, out var slow)) await Task.Delay(slow.Delay, time, ending);
                answers.Clear();
                var seen = _shaper.In(frame, answers);
                await WriteAsync(answers, ending);
                if (seen is { } octets) await PassInAsync(octets, ending);
            }
        }
    }

    private async Task PassInAsync(ReadOnlyMemory<byte> octets, CancellationToken ending)
    {
        try
        {
            await _back.WriteAsync(octets, ending);
        }
        catch (IOException) when (_shaper.StaysOpen)
        {
            // The centre is done with a connection that stays open: nobody reads what comes.
        }
    }

    private async Task ReleaseHeldAsync(CancellationToken ending)
    {
        var acts = new List<WireAct>();
        await _writing.WaitAsync(ending);
        try
        {
            _shaper.Release(acts);
            await DoAsync(acts, ending);
        }
        finally
        {
            _writing.Release();
        }
    }

    private async Task WriteAsync(List<WireAct> acts, CancellationToken ending)
    {
        if (acts.Count == 0) return;
        await _writing.WaitAsync(ending);
        try
        {
            await DoAsync(acts, ending);
        }
        finally
        {
            _writing.Release();
        }
    }

    private async Task DoAsync(List<WireAct> acts, CancellationToken ending)
    {
        foreach (var act in acts)
        {
            switch (act.Kind)
            {
                case WireActKind.SendSplit:
                    await front.WriteAsync(act.Octets[..SplitPlace], ending);
                    await Task.Delay(BetweenSegments, time, ending);
                    await front.WriteAsync(act.Octets[SplitPlace..], ending);
                    break;
                case WireActKind.SendOctets:
                    for (var place = 0; place < act.Octets.Length; place++) await front.WriteAsync(act.Octets.Slice(place, 1), ending);
                    break;
                case WireActKind.Reset:
                    outside.LingerState = new LingerOption(enable: true, seconds: 0);
                    outside.Close();
                    break;
                default:
                    await front.WriteAsync(act.Octets, ending);
                    break;
            }
        }
    }

    private static async Task GuardAsync(Task carrying)
    {
        try
        {
            await carrying;
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // A connection ends like this, too.
        }
    }

    private static void Shutdown(Socket socket, SocketShutdown how)
    {
        try
        {
            socket.Shutdown(how);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // It was gone already.
        }
    }
}
