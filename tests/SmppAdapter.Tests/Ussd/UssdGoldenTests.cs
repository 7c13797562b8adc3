using System.Globalization;
using CarrierPay.SmppAdapter.Pdu;
using CarrierPay.SmppAdapter.Ussd;

namespace CarrierPay.SmppAdapter.Tests.Ussd;

/// <summary>The octets of dialogues, one gateway kind each.</summary>
/// <remarks>
/// Written by hand from SMPP 3.4: fields 4.4.1 and 4.6.1, ussd_service_op 5.3.2.44, its_session_info 5.3.2.43, user_message_reference 5.3.2.3. Which operations and
/// keys belong to which gateway: the USSD processors of Vumi (github.com/praekeltfoundation/vumi, vumi/transports/smpp/processors: default, sixdee, mica).
/// </remarks>
public class UssdGoldenTests
{
    private const string Subscriber = "0101" + "3836313338303031333830303000"; // 8613800138000
    private const string Service = "0000" + "35303000";                        // 500
    private const string Nowhere = "0000" + "00";
    private const string Dialled = "052A35303023";                             // *500#
    private const string Ussd = "5553534400";
    private const string NoFlags = "000000" + "00" + "00" + "00" + "00";       // esm_class to replace_if_present_flag

    [TestCase("its_session_info", "0501000101" + "138300020102", TestName = "Its_session_info_numbers_the_dialogue")]
    [TestCase("vendor_abort", "0501000101" + "138300020102", TestName = "Vendor_abort_numbers_the_dialogue_by_subscriber")]
    [TestCase("none", "0501000101", TestName = "None_numbers_nothing")]
    public void A_subscriber_dials(string profile, string parameters) =>
        Reads(profile, Deliver(Service, Dialled, parameters), UssdInputKind.Begin, "*500#");

    [Test]
    public void User_message_reference_numbers_the_dialogue_and_the_code_is_only_in_the_text() =>
        Reads("user_message_reference", Deliver(Nowhere, Dialled, "0501000101" + "020400020051"), UssdInputKind.Begin, "*500#");

    [TestCase("its_session_info", "0501000112" + "138300020104")]
    [TestCase("user_message_reference", "0501000112" + "020400020051")]
    [TestCase("none", "0501000112")]
    [TestCase("vendor_abort", "0501000112" + "138300020104")]
    public void A_subscriber_answers(string profile, string parameters) => Reads(profile, Deliver(Service, "0131", parameters), UssdInputKind.Answer, "1");

    [TestCase("its_session_info", "0501000113" + "138300020104")]
    [TestCase("none", "0501000113")]
    public void A_notification_was_seen(string profile, string parameters) => Reads(profile, Deliver(Service, "00", parameters), UssdInputKind.Acknowledged, "");

    [TestCase("vendor_abort", "0501000181" + "138300020104", TestName = "The_vendors_operation_0x81_aborts")]
    [TestCase("user_message_reference", "0501000181" + "020400020051", TestName = "The_vendors_operation_0x81_aborts_by_reference")]
    [TestCase("its_session_info", "0501000112" + "138300020105", TestName = "The_end_bit_aborts_whatever_the_operation")]
    public void A_dialogue_is_given_up(string profile, string parameters) => Reads(profile, Deliver(Service, "0131", parameters), UssdInputKind.Abort, "");

    [TestCase("its_session_info", UssdStep.Ask, "0501000102" + "138300020102")]
    [TestCase("its_session_info", UssdStep.Notify, "0501000103" + "138300020102")]
    [TestCase("its_session_info", UssdStep.End, "0501000111" + "138300020103")]
    [TestCase("user_message_reference", UssdStep.Ask, "0501000102" + "020400020102")]
    [TestCase("user_message_reference", UssdStep.End, "0501000111" + "020400020102")]
    [TestCase("none", UssdStep.Ask, "0501000102")]
    [TestCase("none", UssdStep.End, "0501000111")]
    [TestCase("vendor_abort", UssdStep.End, "0501000111" + "138300020103")]
    public void A_text_is_sent(string profile, UssdStep step, string parameters)
    {
        var codec = new UssdCodec(UssdProfile.Named(profile)!);
        var isByReference = profile == "user_message_reference";
        var session = new UssdSession(Address.International("8613800138000"), Address.ShortCode("500"),
            profile == "none" || isByReference ? null : 0x0102, isByReference ? 0x0102 : null);

        var octets = PduWriter.Encode(codec.Write(session, "1 Pay", step) with { SequenceNumber = 7 });

        Assert.That(Convert.ToHexString(octets), Is.EqualTo(Pdu("00000004", Ussd + Service + Subscriber + NoFlags + "00" + "00" + "053120506179" + parameters)));
    }

    [Test]
    public void A_chinese_text_is_sent_in_ucs_2()
    {
        var codec = new UssdCodec(UssdProfile.Named("none")!);
        var session = UssdSession.ToBegin(Address.International("8613800138000"), Address.ShortCode("500"));

        var octets = PduWriter.Encode(codec.Write(session, "支付", UssdStep.Ask) with { SequenceNumber = 7 });

        Assert.That(Convert.ToHexString(octets), Is.EqualTo(Pdu("00000004", Ussd + Service + Subscriber + NoFlags + "08" + "00" + "04652F4ED8" + "0501000102")));
    }

    /// <summary>Reads the octets, and writes them as the gateway's side.</summary>
    private static void Reads(string profile, string pdu, UssdInputKind kind, string text)
    {
        var message = (DeliverSm)PduReader.Decode(Convert.FromHexString(pdu));
        var codec = new UssdCodec(UssdProfile.Named(profile)!);

        Assert.That(codec.IsUssd(message));
        Assert.That(codec.TryRead(message, out var input, out var refusal), () => refusal.Reason);
        Assert.That((input!.Kind, input.Text, input.Msisdn), Is.EqualTo((kind, text, "8613800138000")));
        if (kind == UssdInputKind.Abort)
            return;
        var written = new UssdNetworkCodec(codec.Profile).Write(input.Session, kind, text);
        Assert.That(Convert.ToHexString(PduWriter.Encode(written with { SequenceNumber = 7 })), Is.EqualTo(pdu));
    }

    private static string Deliver(string service, string shortMessage, string parameters) =>
        Pdu("00000005", Ussd + Subscriber + service + NoFlags + "00" + "00" + shortMessage + parameters);

    private static string Pdu(string commandId, string body) =>
        string.Create(CultureInfo.InvariantCulture, $"{16 + (body.Length / 2):X8}{commandId}0000000000000007{body}");
}
