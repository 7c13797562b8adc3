using CarrierPay.SmppAdapter.Pdu;

namespace CarrierPay.Simulator.Smsc.Wire;

/// <summary>Decides what one connection makes of each PDU that passes, by the faults that are ordered. No I/O. Outgoing PDUs by one caller at a time, incoming ones by another.</summary>
internal sealed class WireShaper(Faults faults, UnaskedPdus unasked, SmscLog log)
{
    /// <summary>Far from every number that the bound system has in flight.</summary>
    private const uint ElsewhereInTheRange = 0x01000000;

    private readonly HeldPdus _heldDeliveries = new(faults, FaultKind.DeliverReorder);
    private readonly HeldPdus _heldAnswers = new(faults, FaultKind.ResponseReorder);
    private readonly ChangedSequences _changed = new();

    /// <summary>A bind was accepted.</summary>
    public bool IsBound { get; private set; }

    /// <summary>Nothing more goes out.</summary>
    public bool IsSilent { get; private set; }

    /// <summary>What the centre closes stays open towards the bound system.</summary>
    public bool StaysOpen { get; private set; }

    /// <summary>Every outgoing PDU must be looked at.</summary>
    public bool WatchesOut => !IsBound || IsSilent || !faults.IsEmpty || _heldDeliveries.IsHolding || _heldAnswers.IsHolding;

    /// <summary>Every incoming PDU must be looked at.</summary>
    public bool WatchesIn => !faults.IsEmpty || _changed.Any || HasSentUnasked;

    /// <summary>Answers may come that the centre must not see.</summary>
    public bool HasSentUnasked { get; set; }

    /// <summary>A PDU of the centre.</summary>
    public void Out(ReadOnlyMemory<byte> frame, List<WireAct> acts)
    {
        if (IsSilent) return;
        if (faults.HappensHere(FaultKind.LinkReset))
        {
            IsSilent = true;
            acts.Add(new WireAct(WireActKind.Reset, default));
            return;
        }
        if (Takes(FaultKind.LinkSilent))
        {
            IsSilent = true;
            return;
        }
        var header = FrameEdits.Header(frame);
        switch (header.CommandId)
        {
            case CommandId.DeliverSm:
                Deliver(frame, header, acts);
                break;
            case CommandId.BindReceiverResp or CommandId.BindTransmitterResp or CommandId.BindTransceiverResp:
                AnswerBind(frame, header, acts);
                break;
            case CommandId.SubmitSmResp or CommandId.SubmitMultiResp or CommandId.DataSmResp or CommandId.QuerySmResp or CommandId.CancelSmResp or CommandId.ReplaceSmResp:
                Answer(frame, header, acts);
                break;
            case CommandId.UnbindResp:
                StaysOpen |= Takes(FaultKind.LinkStaysOpen);
                Put(frame, acts);
                break;
            default:
                Put(frame, acts);
                break;
        }
    }

    /// <summary>A PDU of the bound system. Gives what the centre is to see of it, if anything.</summary>
    public ReadOnlyMemory<byte>? In(ReadOnlyMemory<byte> frame, List<WireAct> answers)
    {
        var header = FrameEdits.Header(frame);
        if (header.CommandId.IsBind())
        {
            if (Takes(FaultKind.BindMute))
            {
                StaysOpen = true;
                return null;
            }
            if (Takes(FaultKind.BindRefuseOpen, out var refuse))
            {
                StaysOpen = true;
                Put(FrameEdits.Empty(header.CommandId.ToResponse(), (CommandStatus)refuse.Status, header.SequenceNumber), answers);
                return null;
            }
        }
        if (UnaskedPdus.IsAnswer(header)) return null;
        return header.CommandId == CommandId.DeliverSmResp && _changed.TryTake(header.SequenceNumber, out var original)
            ? FrameEdits.WithSequence(frame, original) : frame;
    }

    /// <summary>Lets go what is held back.</summary>
    public void Release(List<WireAct> acts)
    {
        foreach (var frame in _heldDeliveries.Release()) Put(frame, acts);
        foreach (var frame in _heldAnswers.Release()) Put(frame, acts);
    }

    private void Deliver(ReadOnlyMemory<byte> frame, in PduHeader header, List<WireAct> acts)
    {
        if (Takes(FaultKind.DeliverUnknownTlv)) frame = FrameEdits.WithUnknownParameters(frame);
        if (Takes(FaultKind.DeliverSequence, out var sequence))
        {
            _changed.Add(sequence.Value, header.SequenceNumber);
            frame = FrameEdits.WithSequence(frame, sequence.Value);
        }
        foreach (var next in _heldDeliveries.Pass(frame)) Put(next, acts);
    }

    private void AnswerBind(ReadOnlyMemory<byte> frame, in PduHeader header, List<WireAct> acts)
    {
        Put(Takes(FaultKind.BindBare) ? FrameEdits.WithoutBody(frame) : frame, acts);
        if (header.CommandStatus != CommandStatus.ROK) return;
        IsBound = true;
        foreach (var pdu in unasked.Take())
        {
            HasSentUnasked = true;
            Put(pdu, acts);
        }
    }

    private void Answer(ReadOnlyMemory<byte> frame, in PduHeader header, List<WireAct> acts)
    {
        if (Takes(FaultKind.ResponseNack)) frame = FrameEdits.Nack(header.SequenceNumber, CommandStatus.RSYSERR);
        if (Takes(FaultKind.ResponseNoBody)) frame = FrameEdits.WithoutBody(frame);
        if (Takes(FaultKind.ResponseUnknownTlv)) frame = FrameEdits.WithUnknownParameters(frame);
        if (Takes(FaultKind.ResponseWrongSequence)) frame = FrameEdits.WithSequence(frame, header.SequenceNumber ^ ElsewhereInTheRange);
        var isTwice = Takes(FaultKind.ResponseDuplicate);
        foreach (var next in _heldAnswers.Pass(frame)) Put(next, acts);
        if (isTwice) Put(frame, acts);
    }

    /// <summary>Every PDU goes through here: faults of single octets.</summary>
    private void Put(ReadOnlyMemory<byte> frame, List<WireAct> acts)
    {
        if (Takes(FaultKind.WireGarbage)) acts.Add(WireAct.Send(ForeignOctets.Garbage));
        if (Takes(FaultKind.WireLength, out var length)) frame = FrameEdits.ClaimingLength(frame, length.Value);
        acts.Add(new WireAct(
            Takes(FaultKind.WireOctets) ? WireActKind.SendOctets
            : Takes(FaultKind.WireSplit) ? WireActKind.SendSplit
            : WireActKind.Send, frame));
    }

    private bool Takes(FaultKind kind) => Takes(kind, out _);

    private bool Takes(FaultKind kind, out Fault fault)
    {
        if (!faults.TryTake(kind, out fault)) return false;
        log.Add("fault", $"{kind} happened");
        return true;
    }
}
