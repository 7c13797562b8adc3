using System.Diagnostics;
using System.IO.Pipelines;
using System.Net.Sockets;
using CarrierPay.SmppAdapter.Pdu;
using CarrierPay.SmppAdapter.Trace;

namespace CarrierPay.SmppAdapter.Session;

/// <summary>What a session writes. Callers append under the session's gate; one loop sends whatever has gathered, so that many PDUs share one system call.</summary>
internal sealed class Outbound(SessionTransport transport, TracedConnection? traced)
{
    // No threshold: appending never waits. The window, the limit on unanswered requests and UnsentOctets bound what can gather here.
    private readonly Pipe _pipe = new(new PipeOptions(pauseWriterThreshold: 0, resumeWriterThreshold: 0, minimumSegmentSize: 32 * 1024, useSynchronizationContext: false));
    private bool _isDirty;
    private bool _isComplete;
    private bool _hasStopped;
    private long _handedOver;
    private TaskCompletionSource? _room;

    /// <summary>Octets appended so far.</summary>
    public long Appended { get; private set; }

    /// <summary>Octets that the operating system has taken, or may have.</summary>
    public long HandedOver => Volatile.Read(ref _handedOver);

    public long UnsentOctets => Appended - HandedOver;

    /// <summary>Appends a PDU; nothing happens when the session has said its last word. A PDU that breaks the specification throws and leaves no trace.</summary>
    public void Append(SmppPdu pdu, uint sequenceNumber)
    {
        if (!_isComplete)
        {
            var octets = PduWriter.WriteOctets(_pipe.Writer, pdu, sequenceNumber);
            if (traced is { IsOn: true })
            {
                traced.Sent(octets);
            }
            Appended += octets.Length;
            _isDirty = true;
        }
    }

    /// <summary>Wakes the sending loop if there is something new.</summary>
    public void Flush()
    {
        if (_isDirty && !_isComplete)
        {
            _isDirty = false;
            MustBeDone(_pipe.Writer.FlushAsync(CancellationToken.None));
        }
    }

    /// <summary>Nothing more is appended; the loop sends what is there and then shuts the sending side down.</summary>
    public void Complete()
    {
        if (!_isComplete)
        {
            Flush();
            _isComplete = true;
            _pipe.Writer.Complete();
        }
    }

    /// <summary>Under the gate: a task that ends when everything so far is sent or sending is over.</summary>
    public Task WhenRoom() =>
        _hasStopped ? Task.CompletedTask : (_room ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    /// <summary>Sends until <see cref="Complete"/> or an error. <paramref name="gate"/> is the session's.</summary>
    public async Task<SocketError> RunAsync(Lock gate)
    {
        var error = SocketError.Success;
        while (error == SocketError.Success)
        {
            var result = await _pipe.Reader.ReadAsync(CancellationToken.None).ConfigureAwait(false);
            foreach (var segment in result.Buffer)
            {
                (error, var sent) = await transport.SendAsync(segment).ConfigureAwait(false);
                Volatile.Write(ref _handedOver, _handedOver + sent);
                if (error != SocketError.Success)
                {
                    break;
                }
            }
            _pipe.Reader.AdvanceTo(result.Buffer.End);
            Release(gate, isLast: false);
            if (result.IsCompleted)
            {
                break;
            }
        }
        await _pipe.Reader.CompleteAsync().ConfigureAwait(false);
        await transport.ShutdownSendAsync().ConfigureAwait(false);
        Release(gate, isLast: true);
        return error;
    }

    private static void MustBeDone(ValueTask<FlushResult> flush)
    {
        if (!flush.IsCompleted)
        {
            throw new UnreachableException("A pipe without a threshold does not wait.");
        }
    }

    private void Release(Lock gate, bool isLast)
    {
        lock (gate)
        {
            _hasStopped = isLast;
            _room?.SetResult();
            _room = null;
        }
    }
}
