using System.Buffers;
using System.Buffers.Binary;
using CarrierPay.SmppAdapter.Pdu;
using CsCheck;

namespace CarrierPay.SmppAdapter.Tests.Pdu;

public class RoundTripTests
{
    [Test]
    public void Decoding_what_was_encoded_gives_the_same_pdu() =>
        Generated.Pdu.Sample(pdu => PduReader.Decode(PduWriter.Encode(pdu)) == pdu, iter: 10_000);

    [Test]
    public void An_unknown_command_keeps_its_body_to_the_octet() =>
        Gen.Select(Gen.UInt[0x1000, 0x7FFFFFFF], Gen.UInt, Gen.UInt, Gen.Byte.Array[0, 100], (id, status, sequenceNumber, body) =>
                new RawPdu((CommandId)id, body) { CommandStatus = (CommandStatus)status, SequenceNumber = sequenceNumber })
            .Sample(pdu => PduReader.Decode(PduWriter.Encode(pdu)) == pdu);

    [Test]
    public void A_view_reads_the_same_fields_as_the_record() =>
        Generated.Pdu.Where(pdu => pdu is MessagePdu).Sample(pdu => MessageView.Read(PduWriter.Encode(pdu)).ToPdu() == pdu);

    [Test]
    public void Arbitrary_octets_give_a_pdu_or_a_pdu_exception() =>
        Gen.Byte.Array[0, 200].Sample(DecodesOrRefuses, iter: 10_000);

    [Test]
    public void Arbitrary_bodies_of_known_commands_give_a_pdu_or_a_pdu_exception() =>
        Gen.Select(Gen.OneOf(Enum.GetValues<CommandId>()), Gen.Byte.Array[0, 120], (id, body) => PduWriter.Encode(new RawPdu(id, body)))
            .Sample(DecodesOrRefuses, iter: 10_000);

    [Test]
    public void Mutated_pdus_give_a_pdu_or_a_pdu_exception() =>
        Gen.Select(Generated.Pdu, Gen.Int[0, 1 << 20], Gen.Byte, (pdu, place, octet) =>
        {
            var octets = PduWriter.Encode(pdu);
            octets[place % octets.Length] = octet;
            return octets;
        }).Sample(DecodesOrRefuses, iter: 10_000);

    [Test]
    public void Pdus_cut_off_anywhere_give_a_pdu_or_a_pdu_exception() =>
        Gen.Select(Generated.Pdu, Gen.Int[0, 1 << 20], (pdu, place) =>
        {
            var octets = PduWriter.Encode(pdu);
            Array.Resize(ref octets, PduHeader.Length + (place % (octets.Length - PduHeader.Length + 1)));
            BinaryPrimitives.WriteUInt32BigEndian(octets, (uint)octets.Length);
            return octets;
        }).Sample(DecodesOrRefuses, iter: 10_000);

    [Test]
    public void Strings_of_every_length_are_written_octet_by_octet()
    {
        for (var length = 0; length <= 64; length++)
        {
            var id = string.Concat(Enumerable.Range(0, length).Select(i => (char)(0xFF - i)));
            Assert.That(((SubmitSmResp)PduReader.Decode(PduWriter.Encode(new SubmitSmResp { MessageId = id }))).MessageId, Is.EqualTo(id));
            for (var i = 0; i < length; i++)
            {
                foreach (var wrong in new[] { '\0', '\u0100', '\uFFFF' })
                {
                    var broken = id[..i] + wrong + id[(i + 1)..];
                    Assert.Throws<ArgumentException>(() => PduWriter.Encode(new SubmitSmResp { MessageId = broken }));
                }
            }
        }
    }

    [Test]
    public void Pdus_with_octets_changed_added_and_missing_give_a_pdu_or_a_pdu_exception() =>
        Gen.Select(Generated.Pdu, Gen.Select(Gen.Int[0, 2], Gen.Int[0, 1 << 20], Gen.Byte).Array[1, 8], (pdu, edits) =>
        {
            var octets = PduWriter.Encode(pdu).ToList();
            foreach (var (kind, place, octet) in edits)
            {
                var at = PduHeader.Length + (place % (octets.Count - PduHeader.Length + 1));
                if (kind == 0 || at == octets.Count)
                {
                    octets.Insert(at, octet);
                }
                else if (kind == 1)
                {
                    octets.RemoveAt(at);
                }
                else
                {
                    octets[at] = octet;
                }
            }
            var edited = octets.ToArray();
            BinaryPrimitives.WriteUInt32BigEndian(edited, (uint)edited.Length);
            return edited;
        }).Sample(DecodesOrRefuses, iter: 20_000);

    [Test]
    public void Decoding_garbage_takes_memory_in_proportion_to_the_garbage([Values] CommandId command)
    {
        // Every field that holds a number claims the most it can.
        var octets = Enumerable.Repeat((byte)0xFF, 1000).ToArray();
        new PduHeader(1000, command, 0, 1).Write(octets);
        DecodesOrRefuses(octets);

        var before = GC.GetAllocatedBytesForCurrentThread();
        DecodesOrRefuses(octets);

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(100_000));
    }

    [Test]
    public void Frames_come_out_whole_however_the_stream_is_cut() =>
        Gen.Select(Generated.Pdu.Array[1, 4], Gen.Int[1, 40]).Sample((pdus, step) =>
        {
            var stream = pdus.SelectMany(PduWriter.Encode).ToArray();
            return ReadInSteps(stream, step).SequenceEqual(pdus);
        }, iter: 500);

    [Test]
    public void Frames_come_out_whole_when_the_stream_is_cut_at_any_one_place()
    {
        SmppPdu[] pdus = [new EnquireLink { SequenceNumber = 7 }, new SubmitSm { SequenceNumber = 8, ShortMessage = "hello"u8.ToArray() }, new Unbind { SequenceNumber = 9 }];
        var stream = pdus.SelectMany(PduWriter.Encode).ToArray();
        for (var cut = 0; cut <= stream.Length; cut++)
        {
            var buffer = Segment.Join(stream[..cut], stream[cut..]);
            Assert.That(ReadAll(ref buffer), Is.EqualTo(pdus), $"cut at {cut}");
        }
    }

    [TestCase(0u)]
    [TestCase(15u)]
    [TestCase(66_001u)]
    [TestCase(0x7FFFFFFFu)]
    [TestCase(0xFFFFFFFFu)]
    public void A_length_that_cannot_be_is_refused_as_soon_as_it_is_there(uint length)
    {
        var buffer = new ReadOnlySequence<byte>([(byte)(length >> 24), (byte)((length >> 16) & 0xFF), (byte)((length >> 8) & 0xFF), (byte)(length & 0xFF)]);
        Assert.That(PduReader.TryReadFrame(ref buffer, PduReader.DefaultMaxLength, out _), Is.EqualTo(FrameResult.BadLength));
    }

    private static bool DecodesOrRefuses(byte[] octets)
    {
        try
        {
            return PduReader.Decode(octets) is not null;
        }
        catch (PduException e)
        {
            return e.CommandStatus != CommandStatus.ROK && e.Offset <= octets.Length;
        }
    }

    private static List<SmppPdu> ReadInSteps(byte[] stream, int step)
    {
        var pdus = new List<SmppPdu>();
        var rest = ReadOnlySequence<byte>.Empty;
        for (var i = 0; i < stream.Length; i += step)
        {
            rest = Segment.Join(rest.ToArray(), stream[i..Math.Min(i + step, stream.Length)]);
            pdus.AddRange(ReadAll(ref rest));
        }
        return pdus;
    }

    private static List<SmppPdu> ReadAll(ref ReadOnlySequence<byte> buffer)
    {
        var pdus = new List<SmppPdu>();
        while (PduReader.TryReadFrame(ref buffer, PduReader.DefaultMaxLength, out var frame) == FrameResult.Complete)
        {
            pdus.Add(PduReader.Decode(frame.ToArray()));
        }
        return pdus;
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public static ReadOnlySequence<byte> Join(byte[] first, byte[] second)
        {
            var end = new Segment { Memory = second, RunningIndex = first.Length };
            var start = new Segment { Memory = first, Next = end };
            return new ReadOnlySequence<byte>(start, 0, end, second.Length);
        }
    }
}
