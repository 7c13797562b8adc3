using CarrierPay.SmppAdapter.Pdu;
using CarrierPay.SmppAdapter.Ussd;

namespace CarrierPay.SmppAdapter.Tests.Ussd;

/// <summary>The gateway's side: how it tells an end from a question, and what it refuses.</summary>
public class UssdNetworkCodecTests
{
    private static readonly Address Subscriber = Address.International("8613800138000");
    private static readonly UssdProfile Its = UssdProfile.Named("its_session_info")!;
    private static readonly UssdProfile None = UssdProfile.Named("none")!;

    [TestCase(UssdEndMarker.Operation, "0x11", 0x0102, UssdStep.End)]
    [TestCase(UssdEndMarker.Operation, "0x02", 0x0103, UssdStep.Ask, TestName = "A_bit_that_marks_nothing_is_no_end")]
    [TestCase(UssdEndMarker.EndBit, "0x02", 0x0102, UssdStep.Ask)]
    [TestCase(UssdEndMarker.EndBit, "0x02", 0x0103, UssdStep.End)]
    [TestCase(UssdEndMarker.OperationAndEndBit, "0x11", 0x0102, UssdStep.End, TestName = "The_operation_ends_though_the_bit_was_forgotten")]
    [TestCase(UssdEndMarker.OperationAndEndBit, "0x02", 0x0103, UssdStep.End, TestName = "The_bit_ends_though_the_operation_asks")]
    [TestCase(UssdEndMarker.OperationAndEndBit, "0x03", 0x0102, UssdStep.Notify)]
    public void An_end_is_what_the_profile_marks(UssdEndMarker marker, string operation, int info, UssdStep step)
    {
        var codec = new UssdNetworkCodec(Its with { EndMarker = marker });
        var message = Submit(Tlv.OfByte(TlvTag.UssdServiceOp, Convert.ToByte(operation, 16)), Tlv.OfUInt16(TlvTag.ItsSessionInfo, (ushort)info));

        Assert.That(codec.TryRead(message, out var output, out _));
        Assert.That((output!.Step, output.Session.ItsSessionInfo), Is.EqualTo((step, (ushort?)0x0102)));
    }

    [Test]
    public void A_text_without_a_number_begins_a_dialogue()
    {
        Assert.That(new UssdNetworkCodec(Its).TryRead(Submit(Tlv.OfByte(TlvTag.UssdServiceOp, 0x02)), out var output, out _));
        Assert.That(output!.Key, Is.Null);
    }

    [Test]
    public void A_text_without_an_operation_is_refused()
    {
        Assert.That(new UssdNetworkCodec(None).TryRead(Submit(), out _, out var refusal), Is.False);
        Assert.That(refusal.Status, Is.EqualTo(CommandStatus.RMISSINGOPTPARAM));
    }

    [Test]
    public void An_operation_of_the_other_side_is_refused_and_named_in_hex()
    {
        Assert.That(new UssdNetworkCodec(None).TryRead(Submit(Tlv.OfByte(TlvTag.UssdServiceOp, 0x12)), out _, out var refusal), Is.False);
        Assert.That((refusal.Status, refusal.Reason), Is.EqualTo((CommandStatus.RINVOPTPARAMVAL, "ussd_service_op 0x12 is none that the profile none knows")));
    }

    [Test]
    public void A_gateway_that_tells_of_no_abort_writes_none() =>
        Assert.That(() => new UssdNetworkCodec(None).Write(UssdSession.ToBegin(Subscriber, default), UssdInputKind.Abort, ""), Throws.InvalidOperationException);

    [TestCase(-1)]
    [TestCase(0x8000)]
    public void A_dialogue_has_a_number_of_fifteen_bits(int number) =>
        Assert.That(() => new UssdNetworkCodec(Its).Numbered(Subscriber, default, number), Throws.InstanceOf<ArgumentOutOfRangeException>());

    private static SubmitSm Submit(params Tlv[] tlvs) => new() { ServiceType = "USSD", DestinationAddr = Subscriber, Tlvs = TlvList.Create(tlvs) };
}
