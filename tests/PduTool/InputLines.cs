using System.Buffers;

namespace CarrierPay.PduTool;

/// <summary>Lines of a stream as octets. Only a line feed ends a line: a carriage return may belong to a text.</summary>
internal static class InputLines
{
    /// <summary>Each line is valid until the next one is asked for.</summary>
    public static IEnumerable<ReadOnlyMemory<byte>> Read(Stream input)
    {
        var line = new ArrayBufferWriter<byte>();
        var buffer = new byte[64 * 1024];
        int count;
        while ((count = input.Read(buffer)) > 0)
        {
            var rest = buffer.AsMemory(0, count);
            int end;
            while ((end = rest.Span.IndexOf((byte)'\n')) >= 0)
            {
                line.Write(rest.Span[..end]);
                yield return line.WrittenMemory;
                line.ResetWrittenCount();
                rest = rest[(end + 1)..];
            }
            line.Write(rest.Span);
        }
        if (line.WrittenCount > 0)
        {
            yield return line.WrittenMemory;
        }
    }
}
