using CarrierPay.Engine.Protocols.Diameter;
using CarrierPay.Engine.Protocols.Diameter.CreditControl;
using CsCheck;

namespace CarrierPay.Engine.Tests.Protocols.Diameter;

/// <summary>What is written is read as it was, and octets that were read are written again octet by octet.</summary>
[TestFixture]
public sealed class RoundTripTests
{
    [Test]
    public void Any_message() => Generated.Message.Sample(message => DiameterMessage.Decode(message.Encode()) == message);

    [Test]
    public void Any_message_octet_by_octet() => Generated.Message.Sample(message =>
    {
        var octets = message.Encode();
        return DiameterMessage.Decode(octets).Encode().AsSpan().SequenceEqual(octets);
    });

    [Test]
    public void Credit_control_requests() => Generated.Request.Sample(request => CreditControlRequest.Decode(MessageView.Read(request.Encode())) == request);

    [Test]
    public void Credit_control_answers() => Generated.Answer.Sample(answer =>
        CreditControlAnswer.Decode(MessageView.Read(answer.Encode(new(0, CommandFlags.Request | CommandFlags.Proxiable, CommandCodes.CreditControl, 4, 1, answer.EndToEnd)))) == answer);

    [Test]
    public void Capabilities() => Generated.Capabilities.Sample(said => CapabilitiesExchange.Decode(MessageView.Read(said.EncodeRequest(7))) == said);

    [Test]
    public void A_time_is_kept_to_the_second_beyond_2036()
    {
        foreach (var time in new[] { "1968-01-20T03:14:08Z", "2026-11-23T16:00:00Z", "2036-02-07T06:28:15Z", "2036-02-07T06:28:16Z", "2104-02-26T09:42:23Z" })
        {
            var request = Requests.Debit() with { EventTimestamp = DateTimeOffset.Parse(time) };
            Assert.That(CreditControlRequest.Decode(MessageView.Read(request.Encode())).EventTimestamp, Is.EqualTo(request.EventTimestamp), time);
        }
    }

    [TestCase("1968-01-20T03:14:07Z")]
    [TestCase("2104-02-26T09:42:24Z")]
    public void A_time_that_32_bits_do_not_hold_is_not_written(string time) =>
        Assert.That(() => (Requests.Debit() with { EventTimestamp = DateTimeOffset.Parse(time) }).Encode(), Throws.InstanceOf<ArgumentException>());
}
