using System.Collections.Frozen;
using System.Text;

namespace CarrierPay.SmppAdapter.Trace;

/// <summary>What is recorded at the moment. Immutable: switching the trace makes a new one.</summary>
internal sealed class TraceSelection
{
    /// <summary>Shorter ones are short codes, which a number may end with by chance.</summary>
    private const int ShortestNumber = 7;

    private readonly bool _allLinks;
    private readonly FrozenSet<string> _links;
    private readonly byte[][] _numbers;

    public TraceSelection(PduTraceOptions options)
    {
        Options = options;
        _allLinks = options.Links.Contains(PduTraceOptions.AllLinks);
        _links = options.Links.ToFrozenSet();
        _numbers = [.. options.Numbers.Select(number => Encoding.ASCII.GetBytes(number.TrimStart('+')))];
    }

    public PduTraceOptions Options { get; }

    public bool IsEmpty => _links.Count == 0 && _numbers.Length == 0;

    public bool HasNumbers => _numbers.Length > 0;

    public bool HasLink(string link) => _allLinks || _links.Contains(link);

    /// <summary>True if the PDU comes from, goes to, or speaks of a selected number.</summary>
    public bool HasNumberOf(ReadOnlySpan<byte> pdu)
    {
        var fields = new PduFields(pdu);
        while (fields.Next())
        {
            if (fields.Kind == PduFieldKind.Address && HasNumber(fields.Value))
            {
                return true;
            }
        }
        return false;
    }

    private bool HasNumber(ReadOnlySpan<byte> address)
    {
        address = address.TrimStart("+0"u8);
        if (address.Length < ShortestNumber)
        {
            return false;
        }
        foreach (var number in _numbers)
        {
            if (number.AsSpan().EndsWith(address))
            {
                return true;
            }
        }
        return false;
    }
}
