using System.Buffers;
using CarrierPay.Engine.Protocols.Iso8583.Wire;
using CsCheck;
using static CarrierPay.Engine.Tests.Protocols.Iso8583.Messages8583;

namespace CarrierPay.Engine.Tests.Protocols.Iso8583;

[TestFixture]
public sealed class FrameTests
{
    [Test]
    public void Frames_cut_anywhere_come_out_whole_and_in_order() =>
        Gen.Select(Carried.Where(carried => carried.Message.Fields.Count > 0), Gen.Int[1, 50]).Sample((carried, step) =>
        {
            var message = MessageWriter.Encode(carried.Message, carried.Profile);
            var frame = IsoFrame.Write(message, carried.Profile);
            var stream = new MemoryStream();
            for (var i = 0; i < 3; i++) stream.Write(frame);
            var octets = stream.ToArray();
            var read = new List<byte[]>();
            var start = 0;
            for (var end = 0; end <= octets.Length; end = end == octets.Length ? end + 1 : Math.Min(end + step, octets.Length))
            {
                var buffer = new ReadOnlySequence<byte>(octets, start, end - start);
                while (IsoFrame.TryRead(ref buffer, carried.Profile, out var got)) read.Add(got.Message.ToArray());
                start = end - (int)buffer.Length;
            }
            Assert.That(read, Is.EqualTo(new[] { message, message, message }));
        }, iter: 2_000);

    [TestCase(FrameLength.Binary2, false, "000A")]
    [TestCase(FrameLength.Binary2, true, "000C")]
    [TestCase(FrameLength.Binary4, false, "0000000A")]
    [TestCase(FrameLength.Binary4, true, "0000000E")]
    [TestCase(FrameLength.Ascii4, false, "30303130")]
    [TestCase(FrameLength.Bcd2, false, "0010")]
    public void The_length_is_written_as_the_profile_says(FrameLength length, bool itself, string hex) =>
        Assert.That(Convert.ToHexString(IsoFrame.Write(new byte[10], Framed(new() { Length = length, LengthCountsItself = itself }))), Does.StartWith(hex).And.Length.EqualTo(hex.Length + 20));

    [Test]
    public void The_answer_to_a_TPDU_has_its_addresses_exchanged()
    {
        var profile = Framed(new() { Header = FrameHeader.Tpdu, HeaderOctets = "6000010002" });
        var buffer = new ReadOnlySequence<byte>(IsoFrame.Write(new byte[10], profile));
        Assert.That(IsoFrame.TryRead(ref buffer, profile, out var request), Is.True);
        Assert.That(Convert.ToHexString(IsoFrame.Write(new byte[10], profile, request.Header))[4..14], Is.EqualTo("6000020001"));
    }

    [Test]
    public void A_TPDU_that_begins_otherwise_loses_the_stream()
    {
        var profile = Framed(new() { Header = FrameHeader.Tpdu, HeaderOctets = "6000010002" });
        var refused = Assert.Throws<Iso8583Exception>(() =>
        {
            var buffer = new ReadOnlySequence<byte>(Convert.FromHexString("000F" + "6100010002" + "30383030" + "000000000000"));
            IsoFrame.TryRead(ref buffer, profile, out _);
        })!;
        Assert.That((refused.Fault, refused.StreamIsLost), Is.EqualTo((Iso8583Fault.HeaderMalformed, true)));
    }

    [TestCase("000000000000")]
    [TestCase("0000")]
    public void A_length_of_zero_keeps_the_line_open_and_is_skipped(string hex)
    {
        var buffer = new ReadOnlySequence<byte>(Convert.FromHexString(hex));
        Assert.That(IsoFrame.TryRead(ref buffer, KnownProfiles.Get(KnownProfiles.A1987), out _), Is.False);
        Assert.That(buffer.Length, Is.Zero);
    }

    // "GET " as a length: a foreign protocol on the port.
    [TestCase(FrameLength.Binary2, "47455420")]
    [TestCase(FrameLength.Binary2, "0001")]
    [TestCase(FrameLength.Binary4, "FFFFFFFF")]
    [TestCase(FrameLength.Ascii4, "47455420")]
    [TestCase(FrameLength.Ascii4, "30303035")]
    [TestCase(FrameLength.Bcd2, "0A10")]
    public void A_length_out_of_bounds_loses_the_stream(FrameLength length, string hex)
    {
        var refused = Assert.Throws<Iso8583Exception>(() =>
        {
            var buffer = new ReadOnlySequence<byte>(Convert.FromHexString(hex));
            IsoFrame.TryRead(ref buffer, Framed(new() { Length = length }), out _);
        })!;
        Assert.That((refused.Fault, refused.StreamIsLost), Is.EqualTo((Iso8583Fault.FrameLengthMalformed, true)));
    }

    private static Iso8583Profile Framed(FramingSettings framing) => Iso8583Profile.From(new() { Framing = framing });
}
