using BenchmarkDotNet.Attributes;
using CarrierPay.SmppAdapter.Text;

namespace CarrierPay.Benchmarks.Smpp;

/// <summary>Texts of 60 characters in the GSM alphabet, and a Chinese one of two parts. Nanoseconds and octets allocated per text.</summary>
/// <remarks>Run by <c>scripts/bench codec</c>; the last figures stand in SmppAdapter/README.md.</remarks>
[MemoryDiagnoser]
public class TextBench
{
    private readonly string _text = "Your coffee at {Cafe Central} is paid: EUR 12.50. Ref K7Q2M9";

    private readonly byte[] _septets = new byte[160];
    private readonly byte[] _received;
    private readonly string _chinese = new('\u4E2D', 100);

    public TextBench() => _received = ShortMessageText.Split(_text).Parts[0].ShortMessage.Memory.ToArray();

    [Benchmark]
    public bool EncodeGsm() => GsmAlphabet.Default.TryEncode(_text, _septets, out _);

    [Benchmark]
    public string DecodeGsm() => GsmAlphabet.Default.Decode(_received);

    [Benchmark]
    public DecodedText DecodeMessage() => MessageText.Decode(0, 0, _received);

    [Benchmark]
    public Segments SplitGsm() => ShortMessageText.Split(_text);

    [Benchmark]
    public Segments SplitChinese() => ShortMessageText.Split(_chinese);
}
