using CarrierPay.Engine.Protocols.Diameter.Peers;

namespace CarrierPay.Engine.Tests.Protocols.Diameter;

/// <summary>What waits in our memory because the peer takes nothing.</summary>
[TestFixture]
public sealed class MessageStreamTests
{
    [TestCase(true, 2)]
    [TestCase(false, 1)]
    public async Task A_request_that_waited_for_a_slow_peer_is_asked_for_right_before_it_leaves(bool mayGo, int written)
    {
        await using var network = new SlowNetwork();
        var stream = new MessageStream(network);
        var running = stream.RunAsync(_ => { });
        var octets = Requests.Debit().Encode();
        var isHeld = true;
        var first = stream.Append(octets, 1, mayGo: () => Volatile.Read(ref isHeld));
        await network.WriteBegan.InTime();
        var second = stream.Append(octets, 2, mayGo: () => Volatile.Read(ref isHeld));

        Volatile.Write(ref isHeld, mayGo);
        network.TakeAll();
        if (mayGo)
            await Deadlines.Until(() => stream.HasBegun(second));
        else
            Assert.That(await running.InTime(), Is.EqualTo(StreamEnd.Aborted));

        Assert.That((stream.HasBegun(first), stream.HasBegun(second)), Is.EqualTo((true, mayGo)));
        stream.Abort();
        await running.InTime();
        Assert.That(network.Written, Is.EqualTo(written * octets.Length));
    }

    [Test]
    public async Task Each_request_is_asked_for_by_itself_though_a_later_one_may_go()
    {
        await using var network = new SlowNetwork();
        var stream = new MessageStream(network);
        var running = stream.RunAsync(_ => { });
        var octets = Requests.Debit().Encode();
        stream.Append(octets, 1, mayGo: () => true);
        await network.WriteBegan.InTime();
        var mayGo = true;
        var stale = stream.Append(octets, 2, mayGo: () => Volatile.Read(ref mayGo));
        stream.Append(octets, 3, mayGo: () => true);
        Volatile.Write(ref mayGo, false);
        network.TakeAll();

        Assert.That(await running.InTime(), Is.EqualTo(StreamEnd.Aborted));
        Assert.That((stream.HasBegun(stale), network.Written), Is.EqualTo((false, octets.Length)));
    }

    [Test]
    public async Task What_keeps_the_connection_is_not_asked_for()
    {
        await using var network = new SlowNetwork();
        var stream = new MessageStream(network);
        var running = stream.RunAsync(_ => { });
        var octets = Requests.Debit().Encode();
        stream.Append(octets, 1, mayGo: () => true);
        await network.WriteBegan.InTime();
        network.TakeAll();

        var watchdog = stream.Append(octets, 2);
        await Deadlines.Until(() => stream.HasBegun(watchdog));
        stream.Abort();
        await running.InTime();
    }

    /// <summary>Takes octets when it is told to, and brings none.</summary>
    private sealed class SlowNetwork : Stream
    {
        private readonly TaskCompletionSource _writeBegan = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _takes = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private long _written;

        public Task WriteBegan => _writeBegan.Task;

        public long Written => Volatile.Read(ref _written);

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public void TakeAll() => _takes.TrySetResult();

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            _writeBegan.TrySetResult();
            await _takes.Task.WaitAsync(cancellationToken);
            Interlocked.Add(ref _written, buffer.Length);
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            return 0;
        }

        public override void Flush() => throw new NotSupportedException();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
