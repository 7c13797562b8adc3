using CarrierPay.SmppAdapter.Pdu;

namespace CarrierPay.SmppAdapter.Tests.Pdu;

/// <summary>Where peers leave the specification: what is forgiven, what is not, and with which status.</summary>
public class LenienceTests
{
    // Pitfall 7: bodies of responses, as seen from real SMSCs (cloudhopper-smpp PduDecoderTest; python-smpplib issue 2).
    [TestCase("0000001080000004000000000a342ee1", "", TestName = "Pitfall_07_a_positive_response_without_a_body_is_read")]
    [TestCase("0000001180000004000000000a342ee139", "9", TestName = "Pitfall_07_a_response_whose_message_id_has_no_nul_is_read")]
    [TestCase("00000013800000040000000a00000007313200", "12", TestName = "Pitfall_07_a_negative_response_with_a_message_id_is_read")]
    [TestCase("000000188000000400000000000000073132000428000132", "12", TestName = "Pitfall_07_a_response_with_a_tlv_is_read")]
    public void Responses_are_read_whatever_their_body(string hex, string messageId)
    {
        var response = (SubmitSmResp)PduReader.Decode(Convert.FromHexString(hex));

        Assert.That(response.MessageId, Is.EqualTo(messageId));
    }

    // The header fields of a response, and parameters where its own fields should be.
    [TestCase("00000015800001030000000a00000007" + "0425000101", TlvTag.DeliveryFailureReason, TestName = "Pitfall_07_a_response_of_parameters_only_is_read")]
    [TestCase("00000015800000090000000000000007" + "0210000134", TlvTag.ScInterfaceVersion, TestName = "Pitfall_07_a_bind_response_without_a_system_id_is_read")]
    [TestCase("00000017800000030000006700000007" + "001D0003626400", TlvTag.AdditionalStatusInfoText, TestName = "Pitfall_07_a_parameter_whose_tag_starts_with_nul_is_no_empty_id")]
    public void Responses_are_read_without_their_fields(string hex, TlvTag tag) =>
        Assert.That(PduReader.Decode(Convert.FromHexString(hex)).Tlvs.Single().Tag, Is.EqualTo(tag));

    [Test]
    public void Every_response_is_read_without_a_body()
    {
        foreach (var command in Enum.GetValues<CommandId>().Where(command => command.IsResponse()))
        {
            var octets = PduWriter.Encode(new RawPdu(command, default) { SequenceNumber = 7 });
            Assert.That(PduReader.Decode(octets), Is.Not.InstanceOf<RawPdu>(), command.ToString());
        }
    }

    [Test]
    public void Pitfall_05_any_sequence_number_is_echoed_exactly([Values(0u, 0x7FFFFFFFu, 0x80000000u, 0x806A179Bu, 0xFFFFFFFFu)] uint sequenceNumber)
    {
        var output = new System.Buffers.ArrayBufferWriter<byte>();
        var request = PduReader.Decode(PduWriter.Encode(new SubmitSm { SequenceNumber = sequenceNumber }));
        PduWriter.Write(output, new SubmitSmResp { MessageId = "1" }, request.SequenceNumber);

        Assert.That(PduHeader.Read(output.WrittenSpan).SequenceNumber, Is.EqualTo(sequenceNumber));
    }

    [TestCase(BindRequest.Version33, false)]
    [TestCase(BindRequest.Version34, true)]
    [TestCase(BindRequest.Version50, true)]
    public void A_bind_tells_whether_the_peer_knows_optional_parameters(byte version, bool knows)
    {
        var bind = (BindRequest)PduReader.Decode(PduWriter.Encode(new BindTransceiver { SystemId = "esme", InterfaceVersion = version }));

        Assert.That((bind.InterfaceVersion, bind.KnowsTlvs), Is.EqualTo((version, knows)));
    }

    [Test]
    public void A_bind_response_without_a_version_comes_from_an_smsc_of_3_3()
    {
        Assert.That(new BindTransceiverResp().InterfaceVersion, Is.EqualTo(BindRequest.Version33));
        Assert.That(new BindTransceiverResp { Tlvs = [Tlv.OfByte(TlvTag.ScInterfaceVersion, 0x50)] }.InterfaceVersion, Is.EqualTo(BindRequest.Version50));
    }

    [Test]
    public void A_dest_flag_that_is_neither_1_nor_2_is_refused_with_RINVDESTFLAG()
    {
        var octets = PduWriter.Encode(new SubmitMulti { Destinations = [Destination.OfDistributionList("staff")] });
        octets[21] = 3;

        Assert.That(Assert.Throws<PduException>(() => PduReader.Decode(octets))!.CommandStatus, Is.EqualTo(CommandStatus.RINVDESTFLAG));
    }

    [TestCase(0)]
    [TestCase(255)]
    public void A_submit_multi_to_none_or_too_many_is_never_written(int destinations) =>
        Assert.Throws<ArgumentException>(() => PduWriter.Encode(new SubmitMulti
        {
            Destinations = ValueList.Create<Destination>(Enumerable.Repeat(Destination.Of(Address.ShortCode("1")), destinations).ToArray()),
        }));

    [Test]
    public void Pitfall_07_a_refused_bind_with_a_system_id_is_read()
    {
        // cloudhopper-smpp PduDecoderTest: "this specific PDU actually failed with legacy smpp library".
        var response = (BindTransceiverResp)PduReader.Decode(Convert.FromHexString("00000015800000090000000e00004db3534d534300"));

        Assert.That(response.CommandStatus, Is.EqualTo(CommandStatus.RINVPASWD));
        Assert.That(response.SystemId, Is.EqualTo("SMSC"));
    }

    [Test]
    public void Pitfall_08_one_stray_nul_at_the_end_is_passed_over()
    {
        var octets = Resized(PduWriter.Encode(new SubmitSm { ShortMessage = "hello"u8.ToArray() }), 1);

        Assert.That(((SubmitSm)PduReader.Decode(octets)).ShortMessage.Span.SequenceEqual("hello"u8));
    }

    [Test]
    public void Pitfall_08_a_message_longer_than_its_pdu_is_refused_with_RINVMSGLEN()
    {
        var octets = PduWriter.Encode(new SubmitSm { SequenceNumber = 0x806A179B, ShortMessage = "hello"u8.ToArray() });
        octets[^6] = 200;

        var refusal = Assert.Throws<PduException>(() => PduReader.Decode(octets))!;

        Assert.That(refusal.CommandStatus, Is.EqualTo(CommandStatus.RINVMSGLEN));
        Assert.That(refusal.CommandId, Is.EqualTo(CommandId.SubmitSm));
        Assert.That(refusal.SequenceNumber, Is.EqualTo(0x806A179B));
        Assert.That(refusal.Offset, Is.EqualTo(octets.Length - 5));
    }

    [Test]
    public void Pitfall_09_unknown_and_repeated_tlvs_are_kept_in_order()
    {
        TlvList tlvs = [new((TlvTag)0x1402, "a"u8.ToArray()), new((TlvTag)0x2001, "b"u8.ToArray()), new((TlvTag)0x1402, "c"u8.ToArray()), new(TlvTag.AlertOnMessageDelivery, default)];

        Assert.That(PduReader.Decode(PduWriter.Encode(new DeliverSm { Tlvs = tlvs })).Tlvs, Is.EqualTo(tlvs));
    }

    [TestCase(1)]
    [TestCase(4)]
    public void Pitfall_09_a_cut_off_tlv_is_refused_with_RINVOPTPARSTREAM(int octetsMissing)
    {
        var octets = Resized(PduWriter.Encode(new DeliverSm { Tlvs = [Tlv.OfUInt32(TlvTag.QosTimeToLive, 1)] }), -octetsMissing);

        Assert.That(Assert.Throws<PduException>(() => PduReader.Decode(octets))!.CommandStatus, Is.EqualTo(CommandStatus.RINVOPTPARSTREAM));
    }

    [Test]
    public void Pitfall_23_a_password_longer_than_allowed_is_read_but_never_written()
    {
        var bind = new BindTransceiver { SystemId = "esme", Password = "123456789" };
        var octets = Convert.FromHexString("0000002300000009000000000000000165736D6500" + "31323334353637383900" + "0034000000");
        octets[3] = (byte)octets.Length;

        Assert.That(((BindTransceiver)PduReader.Decode(octets)).Password, Is.EqualTo("123456789"));
        Assert.Throws<ArgumentException>(() => PduWriter.Encode(bind));
    }

    [TestCase("a\0b")]
    [TestCase("\u0100")]
    [TestCase("123456789012345678901")]
    public void Pitfall_23_an_address_that_does_not_fit_its_field_is_never_written(string digits) =>
        Assert.Throws<ArgumentException>(() => PduWriter.Encode(new SubmitSm { DestinationAddr = Address.International(digits) }));

    [Test]
    public void Pitfall_23_a_string_without_a_nul_is_refused_with_the_status_of_its_field()
    {
        var octets = Resized(PduWriter.Encode(new SubmitSm { SourceAddr = Address.International("86138") }), -15);

        Assert.That(Assert.Throws<PduException>(() => PduReader.Decode(octets))!.CommandStatus, Is.EqualTo(CommandStatus.RINVSRCADR));
    }

    [Test]
    public void Pitfall_20_a_message_in_both_places_is_never_written() =>
        Assert.Throws<ArgumentException>(() => PduWriter.Encode(new SubmitSm { ShortMessage = new byte[1], Tlvs = [new(TlvTag.MessagePayload, new byte[1])] }));

    [Test]
    public void Pitfall_20_a_message_longer_than_254_octets_is_never_written() =>
        Assert.Throws<ArgumentException>(() => PduWriter.Encode(new SubmitSm { ShortMessage = new byte[255] }));

    [Test]
    public void Passwords_texts_and_numbers_are_not_in_the_text_of_a_pdu()
    {
        var message = new SubmitSm { DestinationAddr = Address.International("8613800138000"), ShortMessage = "PIN 1234"u8.ToArray() };
        var bind = new BindTransceiver { Password = "topsecret" };

        Assert.That(message.ToString(), Does.Not.Contain("8613800138000").And.Not.Contain("PIN").And.Contain("861****00"));
        Assert.That(bind.ToString(), Does.Not.Contain("topsecret"));
        Assert.That(new Outbind { Password = "topsecret" }.ToString(), Does.Not.Contain("topsecret"));
    }

    /// <summary>Longer or shorter by some octets, with a command_length that agrees.</summary>
    private static byte[] Resized(byte[] octets, int by)
    {
        Array.Resize(ref octets, octets.Length + by);
        octets[3] = (byte)octets.Length;
        return octets;
    }
}
