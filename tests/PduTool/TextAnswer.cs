using System.Text;
using CarrierPay.SmppAdapter.Text;

namespace CarrierPay.PduTool;

/// <summary>A text as the short messages that carry it.</summary>
internal static class TextAnswer
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <param name="answers">Where the answer goes.</param>
    /// <param name="line">A text in UTF-8.</param>
    /// <param name="reference">Of its parts.</param>
    public static void Write(AnswerWriter answers, ReadOnlyMemory<byte> line, int reference)
    {
        Segments? segments = null;
        string? error = null;
        try
        {
            segments = ShortMessageText.Split(Utf8.GetString(line.Span), reference);
        }
        catch (DecoderFallbackException)
        {
            error = "The line is not UTF-8.";
        }
        catch (ArgumentException e)
        {
            error = e.Message;
        }
        var json = answers.Json;
        json.WriteStartObject();
        json.WriteString("encoding", segments is null ? null : segments.Encoding == TextEncoding.Ucs2 ? "ucs2" : "gsm7");
        json.WriteNumber("units", segments?.Units ?? 0);
        json.WriteStartArray("parts");
        foreach (var part in segments?.Parts ?? [])
        {
            json.WriteStringValue(part.ShortMessage.ToHex());
        }
        json.WriteEndArray();
        if (error is not null)
        {
            json.WriteString("error", error);
        }
        json.WriteEndObject();
    }
}
