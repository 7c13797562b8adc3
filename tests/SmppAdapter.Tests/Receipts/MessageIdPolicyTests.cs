using CarrierPay.SmppAdapter.Pdu;
using CarrierPay.SmppAdapter.Receipts;

namespace CarrierPay.SmppAdapter.Tests.Receipts;

[TestFixture]
public sealed class MessageIdPolicyTests
{
    private static readonly MessageIdPolicy HexThenDecimal = new() { Response = MessageIdForm.Hexadecimal, Receipt = MessageIdForm.Decimal };

    [TestCase("38601fa", "0059113978")]
    [TestCase("0E999F21", "244948769")]
    [TestCase("0", "000")]
    public void Hexadecimal_response_finds_its_decimal_receipt(string response, string receipt) =>
        Assert.That(HexThenDecimal.KeyOfReceipt(InText(receipt)), Is.EqualTo(HexThenDecimal.KeyOfResponse(response)));

    [Test]
    public void Parameter_is_written_as_the_response_and_counts_before_the_text() =>
        Assert.That(HexThenDecimal.KeyOfReceipt(InBoth("38601FA", "7")), Is.EqualTo(HexThenDecimal.KeyOfResponse("38601fa")));

    [Test]
    public void Parameter_has_a_form_of_its_own_where_an_smsc_wants_it() =>
        Assert.That((HexThenDecimal with { Parameter = MessageIdForm.Decimal }).KeyOfReceipt(InBoth("59113978", "7")), Is.EqualTo(HexThenDecimal.KeyOfResponse("38601fa")));

    [Test]
    public void By_default_ids_are_characters()
    {
        var policy = MessageIdPolicy.Default;
        Assert.That(policy.KeyOfResponse("0e999f21"), Is.Not.EqualTo(policy.KeyOfReceipt(InText("E999F21"))));
        Assert.That(policy.KeyOfResponse("a-b_c"), Is.EqualTo(policy.KeyOfReceipt(InText("a-b_c"))));
    }

    [Test]
    public void Zeros_and_case_mean_nothing_where_an_smsc_wants_it()
    {
        var policy = new MessageIdPolicy { StripZeros = true, FoldCase = true };
        Assert.That(policy.KeyOfReceipt(InText("E999F21")), Is.EqualTo(policy.KeyOfResponse("0e999f21")));
        Assert.That(policy.KeyOfResponse("000"), Is.EqualTo(policy.KeyOfResponse("0")));
    }

    [Test]
    public void Id_that_is_no_number_stays_as_it_is()
    {
        var policy = new MessageIdPolicy { Response = MessageIdForm.Decimal, Receipt = MessageIdForm.Hexadecimal };
        Assert.That(policy.KeyOfResponse("msg-42"), Is.EqualTo("msg-42"));
        Assert.That(policy.KeyOfReceipt(InText("msg-42")), Is.EqualTo("msg-42"));
    }

    [Test]
    public void Longest_number_is_read()
    {
        var key = HexThenDecimal.KeyOfResponse(new string('F', 64));
        Assert.That(key, Does.StartWith("1157920892373161954235709850086879078532699846656405640394575840079131296399"));
    }

    [Test]
    public void No_id_has_no_key() => Assert.That((HexThenDecimal.KeyOfResponse(""), HexThenDecimal.KeyOfReceipt(InText(""))), Is.EqualTo(("", "")));

    private static DeliveryReceipt InText(string id) => Read(id, []);

    private static DeliveryReceipt InBoth(string parameter, string text) => Read(text, [new(TlvTag.ReceiptedMessageId, System.Text.Encoding.ASCII.GetBytes(parameter + '\0'))]);

    private static DeliveryReceipt Read(string id, TlvList tlvs)
    {
        DeliveryReceipt.TryRead(new DeliverSm { EsmClass = EsmClass.DeliveryReceipt, ShortMessage = System.Text.Encoding.ASCII.GetBytes($"id:{id} stat:DELIVRD"), Tlvs = tlvs }, out var receipt);
        return receipt;
    }
}
