using System.ComponentModel.DataAnnotations;

namespace CarrierPay.SmppAdapter.Gateway;

/// <summary>What PDUs are recorded for Wireshark, and where. It can be switched while the engine runs: see <see cref="TraceSwitch"/>.</summary>
public sealed class SmppTraceOptions
{
    /// <summary>The folder of the trace files and of the switch; made if it is missing, one for each engine. Empty: no trace at all.</summary>
    public string Directory { get; set; } = "";

    /// <summary>Names of links whose every PDU is recorded, separated by commas; * for all.</summary>
    public string Links { get; set; } = "";

    /// <summary>Subscribers' numbers in international form, separated by commas: their messages are recorded, whatever the link.</summary>
    [RegularExpression("^ *([+]?[0-9]{7,15} *(, *[+]?[0-9]{7,15} *)*)?$", ErrorMessage = "is a list of numbers with country code separated by commas, such as 8613800138000.")]
    public string Msisdns { get; set; } = "";

    /// <summary>A file is closed and the next begun at this size, in octets. Default 50 MB.</summary>
    [Range(10_000, 10_000_000_000)]
    public long MaxFileOctets { get; set; } = 50_000_000;

    /// <summary>The oldest files are deleted beyond this number. Default 10.</summary>
    [Range(1, 10_000)]
    public int MaxFiles { get; set; } = 10;
}
