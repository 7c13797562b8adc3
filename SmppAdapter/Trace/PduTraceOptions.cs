namespace CarrierPay.SmppAdapter.Trace;

/// <summary>What a <see cref="PduTrace"/> records, and where. Nothing is recorded unless <see cref="Links"/> or <see cref="Numbers"/> name something.</summary>
public sealed class PduTraceOptions
{
    /// <summary>In <see cref="Links"/>: every link.</summary>
    public const string AllLinks = "*";

    /// <summary>The folder of the files; made if it is missing. One folder for each process.</summary>
    public string Directory { get; set; } = "";

    /// <summary>Names of links whose every PDU is recorded; "*" for all.</summary>
    public IReadOnlyCollection<string> Links { get; set; } = [];

    /// <summary>
    /// Subscribers' numbers in international form, digits only: messages from and to them are recorded on every link, with their answers.
    /// A number that stands in a PDU without country code is found too, if it has 7 digits or more.
    /// </summary>
    public IReadOnlyCollection<string> Numbers { get; set; } = [];

    /// <summary>Writes numbers in full; else only the first three and the last two digits of what is longer than a short code.</summary>
    public bool ShowNumbers { get; set; }

    /// <summary>Writes texts as they are; else every octet of a text, and of every parameter that could hold one, is replaced. Passwords are never written.</summary>
    public bool ShowTexts { get; set; }

    /// <summary>A file is closed and the next begun when it has this many octets. Default 50 MB.</summary>
    public long MaxFileOctets { get; set; } = 50_000_000;

    /// <summary>The oldest files of the folder are deleted beyond this number.</summary>
    public int MaxFiles { get; set; } = 10;
}
