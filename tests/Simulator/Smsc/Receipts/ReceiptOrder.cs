using System.ComponentModel.DataAnnotations;
using System.Globalization;
using CarrierPay.SmppAdapter.Pdu;

namespace CarrierPay.Simulator.Smsc.Receipts;

/// <summary>What the next receipts are like: the fields of <see cref="ReceiptOptions"/>; those left out are as the settings say.</summary>
/// <param name="Count">For so many messages, 1 to 1,000,000; default 1.</param>
/// <param name="EsmClass">The whole octet of the final receipt, as <c>"0x44"</c> or <c>"68"</c>; it must have the bit of a receipt (0x04).</param>
public sealed record ReceiptOrder(int Count = 1, ReceiptForm? Form = null, ReceiptId? Id = null, ReceiptId? TlvId = null, SmMessageState? State = null, ReceiptTime? When = null,
    int? DelayMs = null, ReceiptBind? Bind = null, int? Copies = null, bool? Intermediate = null, ReceiptDate? Date = null, string? Err = null, int? DataCoding = null,
    string? EsmClass = null, bool? Payload = null, ReceiptLayout? Layout = null)
{
    /// <summary>What it makes of the settings.</summary>
    /// <exception cref="ArgumentException">A field is out of its range; the message says which.</exception>
    internal ReceiptOptions Over(ReceiptOptions settings)
    {
        if (Count is < 1 or > 1_000_000) throw new ArgumentException("count is 1 to 1000000.");
        var options = settings with
        {
            Form = Form ?? settings.Form,
            Id = Id ?? settings.Id,
            TlvId = TlvId ?? settings.TlvId,
            State = State ?? settings.State,
            When = When ?? settings.When,
            DelayMs = DelayMs ?? settings.DelayMs,
            Bind = Bind ?? settings.Bind,
            Copies = Copies ?? settings.Copies,
            Intermediate = Intermediate ?? settings.Intermediate,
            Date = Date ?? settings.Date,
            Err = Err ?? settings.Err,
            DataCoding = DataCoding ?? settings.DataCoding,
            ExtraBits = EsmClass is null ? settings.ExtraBits : ReadEsmClass(EsmClass),
            Payload = Payload ?? settings.Payload,
            Layout = Layout ?? settings.Layout,
        };
        var problems = new List<ValidationResult>();
        if (!Validator.TryValidateObject(options, new ValidationContext(options), problems, validateAllProperties: true)) throw new ArgumentException(problems[0].ErrorMessage);
        return options;
    }

    private static int ReadEsmClass(string text) =>
        (text.StartsWith("0x", StringComparison.OrdinalIgnoreCase)
            ? byte.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var octet)
            : byte.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out octet))
        && (octet & SmppAdapter.Pdu.EsmClass.DeliveryReceipt) != 0
            ? octet
            : throw new ArgumentException($"esmClass \"{text}\" is not an octet with the bit of a receipt, such as \"0x44\".");
}

/// <summary>An order that is still to happen.</summary>
public sealed record ReceiptOrderView(int Remaining, ReceiptOptions Receipt);

/// <summary>What receipts are like: the settings, and what is ordered before them. Safe to use from several threads.</summary>
public sealed class ReceiptOrders
{
    private readonly Lock _lock = new();
    private readonly List<ReceiptOrderView> _pending = [];
    private int _count;

    internal ReceiptOrders(ReceiptOptions settings) => Default = settings;

    /// <summary>As the settings say.</summary>
    public ReceiptOptions Default { get; }

    /// <summary>What is still to happen, first ordered, first done.</summary>
    public IReadOnlyList<ReceiptOrderView> Pending
    {
        get { lock (_lock) return [.. _pending]; }
    }

    /// <exception cref="ArgumentException">A field is out of its range; the message says which.</exception>
    public void Order(ReceiptOrder order)
    {
        ArgumentNullException.ThrowIfNull(order);
        var options = order.Over(Default);
        lock (_lock)
        {
            _pending.Add(new ReceiptOrderView(order.Count, options));
            Volatile.Write(ref _count, _pending.Count);
        }
    }

    /// <summary>Back to the settings.</summary>
    public void Clear()
    {
        lock (_lock)
        {
            _pending.Clear();
            Volatile.Write(ref _count, 0);
        }
    }

    /// <summary>For one message that asks for a receipt.</summary>
    internal ReceiptOptions Take()
    {
        if (Volatile.Read(ref _count) == 0) return Default;
        lock (_lock)
        {
            if (_pending.Count == 0) return Default;
            var (remaining, options) = _pending[0];
            if (remaining == 1) _pending.RemoveAt(0);
            else _pending[0] = new ReceiptOrderView(remaining - 1, options);
            Volatile.Write(ref _count, _pending.Count);
            return options;
        }
    }
}
