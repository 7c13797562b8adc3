using System.Buffers;
using System.Buffers.Binary;
using CarrierPay.Engine.Protocols.Diameter;
using CarrierPay.Engine.Protocols.Diameter.CreditControl;
using CsCheck;

namespace CarrierPay.Engine.Tests.Protocols.Diameter;

/// <summary>Bad messages: one named error that says what to answer, and nothing else.</summary>
[TestFixture]
public sealed class MalformedTests
{
    [TestCase(263u)]
    [TestCase(264u)]
    [TestCase(296u)]
    [TestCase(283u)]
    [TestCase(461u)]
    [TestCase(416u)]
    [TestCase(415u)]
    [TestCase(436u)]
    public void A_missing_AVP_is_5005_with_an_example_of_it(uint code)
    {
        var fault = Refuse(Without(code));

        Assert.That(fault.ResultCode, Is.EqualTo(ResultCode.MissingAvp));
        Assert.That(BinaryPrimitives.ReadUInt32BigEndian(fault.FailedAvp!.Value.Span), Is.EqualTo(code));
    }

    [TestCase(263u)]
    [TestCase(283u)]
    [TestCase(416u)]
    [TestCase(436u)]
    [TestCase(437u)]
    public void An_AVP_that_stands_twice_is_5009_with_the_second_one(uint code)
    {
        var message = DiameterMessage.Decode(Requests.Debit().Encode());
        var avp = message.Avps.First(a => a.Code == code);
        var fault = Refuse((message with { Avps = [.. message.Avps, avp] }).Encode());

        Assert.That(fault.ResultCode, Is.EqualTo(ResultCode.AvpOccursTooManyTimes));
        Assert.That(fault.FailedAvp!.Value.Length, Is.EqualTo(AvpView.Padded(8 + avp.Data.Length)));
        Assert.That(fault.FailedAvp!.Value.Span[8..(8 + avp.Data.Length)].SequenceEqual(avp.Data.Span), Is.True);
    }

    [Test]
    public void An_unknown_AVP_with_the_M_flag_is_5001_and_comes_back_whole()
    {
        var fault = Refuse((Requests.Debit() with { Others = [new(99_999, 10, AvpFlags.Vendor | AvpFlags.Mandatory, "xyz"u8.ToArray())] }).Encode());

        Assert.That(fault.ResultCode, Is.EqualTo(ResultCode.AvpUnsupported));
        Assert.That(Convert.ToHexStringLower(fault.FailedAvp!.Value.Span), Is.EqualTo("0001869f" + "c000000f" + "0000000a" + "78797a00"));
    }

    [Test]
    public void An_unknown_AVP_without_the_M_flag_is_kept()
    {
        var avp = new Avp(99_999, 10, AvpFlags.Vendor, "xyz"u8.ToArray());
        var octets = (Requests.Debit() with { Others = [avp] }).Encode();
        MessageView.Read(octets).Check();

        Assert.That(CreditControlRequest.Decode(MessageView.Read(octets)).Others, Is.EqualTo(new[] { avp }));
    }

    [Test]
    public void A_number_of_a_wrong_length_is_5014_wherever_it_stands()
    {
        var money = Avp.Of(Avps.RequestedServiceUnit, Avp.Of(Avps.CCMoney, Avp.Of(Avps.UnitValue,
            new Avp(447, 0, AvpFlags.Mandatory, new byte[4]))));
        var fault = Refuse(With(437, money));

        Assert.That(fault.ResultCode, Is.EqualTo(ResultCode.InvalidAvpLength));
        Assert.That(Convert.ToHexStringLower(fault.FailedAvp!.Value.Span), Is.EqualTo("000001bf" + "40000010" + "0000000000000000"));
    }

    [TestCase(416u, 9u)]
    [TestCase(436u, 4u)]
    [TestCase(258u, 3u)]
    public void A_number_without_a_meaning_is_5004(uint code, uint value)
    {
        var data = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(data, value);

        Assert.That(Refuse(With(code, new Avp(code, 0, AvpFlags.Mandatory, data))).ResultCode, Is.EqualTo(ResultCode.InvalidAvpValue));
    }

    [Test]
    public void A_text_that_is_not_UTF_8_is_5004() =>
        Assert.That(Refuse(With(263, new Avp(263, 0, AvpFlags.Mandatory, new byte[] { 0xc3, 0x28 }))).ResultCode, Is.EqualTo(ResultCode.InvalidAvpValue));

    [Test]
    public void A_realm_that_is_empty_is_5004() =>
        Assert.That(Refuse(With(283, new Avp(283, 0, AvpFlags.Mandatory, ReadOnlyMemory<byte>.Empty))).ResultCode, Is.EqualTo(ResultCode.InvalidAvpValue));

    [TestCase(7u)]
    [TestCase(0u)]
    [TestCase(0xffffffu)]
    public void An_AVP_length_that_cannot_be_is_5014(uint length)
    {
        var octets = Requests.Debit().Encode();
        BinaryPrimitives.WriteUInt32BigEndian(octets.AsSpan(DiameterHeader.Size + 4), 0x40000000 | length);

        Assert.That(Refuse(octets).ResultCode, Is.EqualTo(ResultCode.InvalidAvpLength));
    }

    [Test]
    public void A_vendor_AVP_without_room_for_its_vendor_is_5014()
    {
        var octets = Requests.Debit().Encode();
        BinaryPrimitives.WriteUInt32BigEndian(octets.AsSpan(DiameterHeader.Size + 4), 0xc000000b);

        Assert.That(Refuse(octets).ResultCode, Is.EqualTo(ResultCode.InvalidAvpLength));
    }

    [Test]
    public void Groups_that_are_nested_too_deep_are_refused()
    {
        var group = Avp.Of(Avps.CCMoney);
        for (var i = 0; i < MessageView.MaxNesting + 1; i++)
            group = Avp.Of(Avps.CCMoney, group);

        Assert.That(Refuse(With(437, group)).ResultCode, Is.EqualTo(ResultCode.InvalidAvpValue));
    }

    [TestCase("02000014000000000000000000000000000000", "another version")]
    [TestCase("01000010", "a length below the header")]
    [TestCase("01000016", "a length that is no multiple of 4")]
    [TestCase("01ffffff", "a length beyond the limit")]
    [TestCase("474554202f20485454502f312e310d0a", "HTTP")]
    [TestCase("160301", "TLS")]
    public void A_stream_that_is_no_Diameter_is_told_from_its_first_octets(string hex, string what)
    {
        var buffer = new ReadOnlySequence<byte>(Convert.FromHexString(hex.Length % 2 == 0 ? hex : hex + "0"));

        Assert.That(DiameterHeader.TryReadFrame(ref buffer, MessageView.MaxLength, out _), Is.EqualTo(FrameResult.BadFrame), what);
    }

    [Test]
    public void Messages_are_found_wherever_the_stream_is_cut()
    {
        var octets = Requests.Debit().Encode();
        for (var length = 0; length < octets.Length; length++)
        {
            var part = new ReadOnlySequence<byte>(octets, 0, length);
            Assert.That(DiameterHeader.TryReadFrame(ref part, MessageView.MaxLength, out _), Is.EqualTo(FrameResult.Incomplete));
        }
        var twice = new ReadOnlySequence<byte>([.. octets, .. octets]);
        Assert.That(DiameterHeader.TryReadFrame(ref twice, MessageView.MaxLength, out var first), Is.EqualTo(FrameResult.Complete));
        Assert.That(first.ToArray(), Is.EqualTo(octets));
        Assert.That(twice.Length, Is.EqualTo(octets.Length));
    }

    [Test]
    public void An_error_answer_names_the_request_the_fault_and_the_proxies()
    {
        var proxy = Avp.Of(Avps.ProxyInfo, Avp.Of(Avps.ProxyHost, "dra.example"), new Avp(33, 0, AvpFlags.Mandatory, "state"u8.ToArray()));
        var request = DiameterMessage.Decode(Without(436));
        var octets = (request with { Avps = [.. request.Avps, proxy] }).Encode();

        var answer = DiameterMessage.Decode(FailedAvps.Answer(MessageView.Read(octets), Refuse(octets), "ocs.example", "example"));

        Assert.That(answer.Header.Flags, Is.EqualTo(CommandFlags.Proxiable));
        Assert.That((answer.Header.HopByHop, answer.Header.EndToEnd), Is.EqualTo((request.Header.HopByHop, request.Header.EndToEnd)));
        Assert.That(answer.Avps.Select(avp => avp.Code), Is.EqualTo(new uint[] { 263, 264, 296, 268, 281, 284, 279 }));
        Assert.That(answer.Avps, Does.Contain(proxy));
    }

    [Test]
    public void An_error_answer_fits_whatever_the_request_was()
    {
        var giant = new Avp(99_999, 0, AvpFlags.Mandatory, new byte[65_000]);
        var octets = (Requests.Debit() with { Others = [giant] }).Encode();

        Assert.That(FailedAvps.Answer(MessageView.Read(octets), Refuse(octets), "ocs.example", "example"), Has.Length.LessThan(2000));
    }

    [Test]
    public void Arbitrary_octets_are_refused_by_name_or_read() =>
        Gen.Byte.Array[0, 400].Sample(octets => ReadAll(octets), iter: 20_000);

    /// <summary>Most arbitrary octets fail at the header; these get further.</summary>
    [Test]
    public void Messages_with_some_octets_changed_are_refused_by_name_or_read() =>
        Gen.Select(Generated.Request, Gen.Select(Gen.Int[0, 2000], Gen.Byte).Array[1, 6]).Sample((request, changes) =>
        {
            var octets = request.Encode();
            foreach (var (place, octet) in changes)
                octets[4 + (place % (octets.Length - 4))] = octet;
            ReadAll(octets);
        }, iter: 20_000);

    [Test]
    public void Answers_with_some_octets_changed_are_refused_by_name_or_read() =>
        Gen.Select(Generated.Answer, Gen.Select(Gen.Int[0, 2000], Gen.Byte).Array[1, 6]).Sample((answer, changes) =>
        {
            var octets = answer.Encode(Requests.HeaderOf(Requests.Debit()));
            foreach (var (place, octet) in changes)
                octets[4 + (place % (octets.Length - 4))] = octet;
            ReadAll(octets);
        }, iter: 20_000);

    /// <summary>Everything that reads octets of a peer. Any other exception than the named one fails the test.</summary>
    private static void ReadAll(byte[] octets)
    {
        Named(() => DiameterMessage.Decode(octets));
        Named(() => MessageView.Read(octets).Check());
        Named(() => CreditControlRequest.Decode(MessageView.Read(octets)));
        Named(() => CreditControlAnswer.Decode(MessageView.Read(octets)));
        Named(() => CapabilitiesExchange.Decode(MessageView.Read(octets)));
        Named(() => BaseMessages.ReadDisconnectCause(MessageView.Read(octets)));
        Named(() => FailedAvps.Answer(MessageView.Read(octets), new(ResultCode.InvalidAvpLength, "x"), "a", "b"));

        static void Named(Action read)
        {
            try
            {
                read();
            }
            catch (DiameterException)
            {
                // As promised.
            }
        }
    }

    private static DiameterException Refuse(byte[] octets) => Assert.Throws<DiameterException>(() =>
    {
        var message = MessageView.Read(octets);
        message.Check();
        CreditControlRequest.Decode(message);
    })!;

    private static byte[] Without(uint code)
    {
        var message = DiameterMessage.Decode(Requests.Debit().Encode());
        return (message with { Avps = [.. message.Avps.Where(avp => avp.Code != code)] }).Encode();
    }

    private static byte[] With(uint code, Avp avp)
    {
        var message = DiameterMessage.Decode(Requests.Debit().Encode());
        return (message with { Avps = [.. message.Avps.Select(a => a.Code == code ? avp : a)] }).Encode();
    }
}
