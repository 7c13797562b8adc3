using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace CarrierPay.PduTool;

/// <summary>JSON, one value a line, written out at the end of each line.</summary>
internal sealed class AnswerWriter : IDisposable
{
    private readonly Stream _output;
    private readonly ArrayBufferWriter<byte> _line = new();

    public AnswerWriter(Stream output)
    {
        _output = output;
        Json = new(_line, new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
    }

    public Utf8JsonWriter Json { get; }

    public void EndLine()
    {
        Json.Flush();
        _line.Write("\n"u8);
        _output.Write(_line.WrittenSpan);
        _output.Flush();
        _line.ResetWrittenCount();
        Json.Reset();
    }

    public void Dispose() => Json.Dispose();
}
