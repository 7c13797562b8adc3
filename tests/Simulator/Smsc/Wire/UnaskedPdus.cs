using CarrierPay.SmppAdapter.Pdu;

namespace CarrierPay.Simulator.Smsc.Wire;

/// <summary>What a connection sends though nobody asked. Their sequence numbers are of a range of their own, so that the answers can be told from those to the centre.</summary>
internal sealed class UnaskedPdus(Faults faults)
{
    private const uint First = 0x7E000000;
    private const uint Last = 0x7EFFFFFF;

    private static readonly FaultKind[] Kinds =
        [FaultKind.SendAlert, FaultKind.SendEnquireLink, FaultKind.SendNack, FaultKind.SendStray, FaultKind.SendUnknownCommand, FaultKind.SendUnbind];

    private readonly Lock _lock = new();
    private uint _last = First;

    /// <summary>An answer to one of these: the centre must not see it.</summary>
    public static bool IsAnswer(in PduHeader header) => header.CommandId.IsResponse() && header.SequenceNumber is >= First and <= Last;

    /// <summary>Takes all orders of these kinds, and gives what they send.</summary>
    public List<byte[]> Take()
    {
        var pdus = new List<byte[]>();
        if (faults.IsEmpty) return pdus;
        lock (_lock)
        {
            foreach (var kind in Kinds)
            {
                while (faults.TryTakeAll(kind, out var fault))
                    for (var sent = 0; sent < fault.Remaining; sent++)
                        pdus.Add(Make(kind));
            }
        }
        return pdus;
    }

    private byte[] Make(FaultKind kind) => kind switch
    {
        FaultKind.SendUnbind => PduWriter.Encode(new Unbind { SequenceNumber = Next() }),
        FaultKind.SendEnquireLink => PduWriter.Encode(new EnquireLink { SequenceNumber = Next() }),
        FaultKind.SendAlert => PduWriter.Encode(new AlertNotification
        {
            SequenceNumber = Next(),
            SourceAddr = Address.International("447700900123"),
            EsmeAddr = Address.ShortCode("500"),
        }),
        FaultKind.SendNack => FrameEdits.Nack(0, CommandStatus.RINVCMDLEN),
        FaultKind.SendStray => PduWriter.Encode(new SubmitSmResp { SequenceNumber = Next(), MessageId = "stray" }),
        _ => FrameEdits.Empty((CommandId)0x0000FFFF, CommandStatus.ROK, Next()),
    };

    private uint Next() => _last = _last == Last ? First : _last + 1;
}
