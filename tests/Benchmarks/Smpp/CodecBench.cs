using System.Buffers;
using BenchmarkDotNet.Attributes;
using CarrierPay.SmppAdapter.Pdu;

namespace CarrierPay.Benchmarks.Smpp;

/// <summary>The codec on one submit_sm of 76 octets: two addresses, 27 characters of text, no optional parameters. Nanoseconds and octets allocated per PDU.</summary>
/// <remarks>Run by <c>scripts/bench codec</c>; the last figures stand in SmppAdapter/README.md.</remarks>
[MemoryDiagnoser]
public class CodecBench
{
    private readonly SubmitSm _submit = new()
    {
        SequenceNumber = 42,
        SourceAddr = Address.ShortCode("500"),
        DestinationAddr = Address.International("8613800138000"),
        RegisteredDelivery = 1,
        ShortMessage = "Your coffee is paid: K7Q2M9"u8.ToArray(),
    };

    private readonly byte[] _submitOctets;
    private readonly byte[] _respOctets = PduWriter.Encode(new SubmitSmResp { SequenceNumber = 42, MessageId = "94258431594" });

    private readonly Sink _sink = new();

    public CodecBench() => _submitOctets = PduWriter.Encode(_submit);

    [Benchmark]
    public int DecodeView()
    {
        var view = MessageView.Read(_submitOctets);
        return view.ShortMessage.Length + view.DestinationAddr.Length;
    }

    [Benchmark]
    public SmppPdu DecodeRecord() => PduReader.Decode(_submitOctets);

    [Benchmark]
    public SmppPdu DecodeResp() => PduReader.Decode(_respOctets);

    [Benchmark]
    public int Encode() => PduWriter.Write(_sink, _submit, 43);

    /// <summary>Always the same octets, so that only the writer is measured.</summary>
    private sealed class Sink : IBufferWriter<byte>
    {
        private readonly byte[] _octets = new byte[1024];

        public void Advance(int count)
        {
        }

        public Memory<byte> GetMemory(int sizeHint = 0) => _octets;

        public Span<byte> GetSpan(int sizeHint = 0) => _octets;
    }
}
