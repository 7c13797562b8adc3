using System.Buffers;
using System.Text.Json;
using CarrierPay.SmppAdapter.Pdu;

namespace CarrierPay.PduTool;

/// <summary>A stretch of a stream as an array of its PDUs, the last of which may be cut off.</summary>
internal static class StreamAnswer
{
    /// <param name="answers">Where the answer goes.</param>
    /// <param name="line">Hexadecimal digits; blanks between them are passed over.</param>
    public static void Write(AnswerWriter answers, ReadOnlyMemory<byte> line)
    {
        var json = answers.Json;
        json.WriteStartArray();
        if (TryReadHex(line.Span, out var octets, out var error))
        {
            var rest = new ReadOnlySequence<byte>(octets);
            while (!rest.IsEmpty && WriteNext(json, ref rest))
            {
            }
        }
        else
        {
            Begin(json, "frame_error", default);
            End(json, null, error);
        }
        json.WriteEndArray();
    }

    /// <summary>False when nothing behind it can be read.</summary>
    private static bool WriteNext(Utf8JsonWriter json, ref ReadOnlySequence<byte> rest)
    {
        var left = rest.FirstSpan;
        switch (PduReader.TryReadFrame(ref rest, PduReader.DefaultMaxLength, out var frame))
        {
            case FrameResult.Complete:
                WritePdu(json, frame.FirstSpan);
                return true;
            case FrameResult.Incomplete:
                Begin(json, "incomplete", left);
                End(json, null, $"{left.Length} octets are there");
                return false;
            default:
                Begin(json, "frame_error", left);
                End(json, null, $"command_length is not between {PduHeader.Length} and {PduReader.DefaultMaxLength}: the stream is out of step");
                return false;
        }
    }

    private static void WritePdu(Utf8JsonWriter json, ReadOnlySpan<byte> octets)
    {
        try
        {
            var pdu = PduReader.Decode(octets);
            Begin(json, pdu is RawPdu ? "unknown_command" : "ok", octets);
            PduFields.Write(json, pdu);
            End(json, PduFields.TextOf(pdu), pdu is RawPdu ? "The command is not in the specification" : null);
        }
        catch (PduException e)
        {
            Begin(json, "body_error", octets);
            End(json, null, $"ESME_{e.CommandStatus}: {e.Message}");
        }
    }

    /// <summary>Writes the outcome and as many of the header's fields as are there, and leaves the fields open.</summary>
    private static void Begin(Utf8JsonWriter json, string outcome, ReadOnlySpan<byte> octets)
    {
        json.WriteStartObject();
        json.WriteString("outcome", outcome);
        json.WriteStartObject("fields");
        Span<byte> header = stackalloc byte[PduHeader.Length];
        octets[..Math.Min(octets.Length, PduHeader.Length)].CopyTo(header);
        var (commandLength, commandId, commandStatus, sequenceNumber) = PduHeader.Read(header);
        if (octets.Length >= 4)
        {
            json.WriteNumber("command_length", commandLength);
        }
        if (octets.Length >= 8)
        {
            json.WriteString("command_id", $"0x{(uint)commandId:X8}");
            json.WriteString("command", SnakeCase.NameOf(commandId));
        }
        if (octets.Length >= PduHeader.Length)
        {
            json.WriteNumber("command_status", (uint)commandStatus);
            json.WriteNumber("sequence_number", sequenceNumber);
        }
    }

    private static void End(Utf8JsonWriter json, string? text, string? error)
    {
        json.WriteEndObject();
        json.WriteString("text", text);
        json.WriteString("error", error);
        json.WriteEndObject();
    }

    private static bool TryReadHex(ReadOnlySpan<byte> line, out byte[] octets, out string? error)
    {
        var digits = new byte[line.Length];
        var count = 0;
        octets = [];
        error = null;
        foreach (var character in line)
        {
            if (char.IsAsciiHexDigit((char)character))
            {
                digits[count++] = character;
            }
            else if (character is not ((byte)' ' or (byte)'\t' or (byte)'\r'))
            {
                error = "The line is not hexadecimal";
                return false;
            }
        }
        if (count % 2 != 0)
        {
            error = "The number of hexadecimal digits is odd";
            return false;
        }
        octets = Convert.FromHexString(digits.AsSpan(0, count));
        return true;
    }
}
