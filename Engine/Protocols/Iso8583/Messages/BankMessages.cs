using System.Globalization;
using CarrierPay.Engine.Primitives;
using CarrierPay.Engine.Protocols.Iso8583.Wire;

namespace CarrierPay.Engine.Protocols.Iso8583.Messages;

/// <summary>What is wanted of a bank.</summary>
/// <param name="LocalTime">With the offset of the place where it is bought: fields 12 and 13.</param>
/// <param name="Account">Field 102: account or token from linking.</param>
/// <param name="Terminal">Field 41, up to 8 characters.</param>
/// <param name="Acceptor">Field 42, up to 15: the merchant.</param>
public sealed record BankOrder(Money Amount, Trace Trace, DateTimeOffset LocalTime, string Account, string Terminal, string Acceptor)
{
    /// <summary>Field 2: the bank's token for the link, if it is shaped like a card number.</summary>
    public string? Pan { get; init; }

    /// <summary>Field 18, ISO 18245.</summary>
    public string? MerchantType { get; init; }

    /// <summary>Field 43: what the statement shows.</summary>
    public string? NameLocation { get; init; }

    /// <summary>The permission that the account's holder gave, in the field that the dialect says.</summary>
    public string? Mandate { get; init; }

    /// <summary>Shows nothing of the account.</summary>
    public override string ToString() => $"{Amount}, STAN {Trace.StanText}, RRN {Trace.Rrn}";
}

/// <summary>The messages that move money. Pure: the same order gives the same message, which is stored before it is sent and repeated as it was.</summary>
public static class BankMessages
{
    private const string NoAnswer1987 = "68";
    private const string FullReversal1993 = "400";
    private const string NoAnswer1993 = "4021";
    private const string FinancialFunction1993 = "200";

    private static readonly int[] CarriedByReversal = [2, 3, 4, 18, 22, 25, 32, 37, 41, 42, 43, 48, 49, 63, 102];

    /// <summary>0200 that takes money from the account.</summary>
    /// <exception cref="Iso8583Exception">The amount cannot be said in the field.</exception>
    public static IsoMessage Debit(BankDialect dialect, BankOrder order) => Financial(dialect, order, static d => d.DebitCode, withAmount: true);

    /// <summary>0200 that gives money back to the account: its own trace, and never a reversal.</summary>
    /// <inheritdoc cref="Debit"/>
    public static IsoMessage Refund(BankDialect dialect, BankOrder order) => Financial(dialect, order, static d => d.RefundCode, withAmount: true);

    /// <summary>0200 that asks what is on the account; it changes nothing and needs no reversal. The order's amount only says the currency.</summary>
    public static IsoMessage Balance(BankDialect dialect, BankOrder order) => Financial(dialect, order, static d => d.BalanceCode, withAmount: false);

    /// <summary>0420 that undoes a message, whatever became of it. Its repeats are <see cref="Repeat"/> of this very message.</summary>
    /// <param name="original">As it was sent.</param>
    /// <param name="trace">The reversal's own; its reference is not used: field 37 is the original's.</param>
    /// <param name="approval">Field 38 of the original's answer, if there was one.</param>
    /// <exception cref="Iso8583Exception">The original has no STAN or time, so it could not be named.</exception>
    public static IsoMessage Reversal(BankDialect dialect, IsoMessage original, Trace trace, DateTimeOffset localTime, string? approval = null)
    {
        ArgumentNullException.ThrowIfNull(dialect);
        ArgumentNullException.ThrowIfNull(original);
        var is1987 = dialect.Version == Iso8583Version.V1987;
        var fields = new List<(int, string?)>();
        // Functions of 1993 stand in 24 and 25; the original's are not the reversal's.
        foreach (var field in CarriedByReversal)
            if (is1987 || field != 25) fields.Add((field, original[field]));
        fields.AddRange([(7, trace.TransmissionTime), (11, trace.StanText), (38, approval)]);
        fields.AddRange(LocalTime(dialect.Version, localTime));
        fields.AddRange(is1987 ? [(39, NoAnswer1987)] : [(24, FullReversal1993), (25, NoAnswer1993)]);
        fields.Add((OriginalData.FieldOf(dialect.Version), OriginalData.Of(original, dialect.Version).Format(dialect.Version)));
        return new($"{dialect.Profile.VersionDigit}420", [.. fields]);
    }

    /// <summary>The same message as a repeat: 0421 for 0420, every field as it was.</summary>
    public static IsoMessage Repeat(IsoMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        return message.WithMti(Mti.RepeatOf(message.Mti));
    }

    private static IsoMessage Financial(BankDialect dialect, BankOrder order, Func<BankDialect, string> code, bool withAmount)
    {
        ArgumentNullException.ThrowIfNull(dialect);
        ArgumentNullException.ThrowIfNull(order);
        var is1987 = dialect.Version == Iso8583Version.V1987;
        var fields = new List<(int, string?)>
        {
            (2, order.Pan), (3, code(dialect)), (4, withAmount ? AmountField.Format(order.Amount, dialect.AmountDecimals) : null),
            (7, order.Trace.TransmissionTime), (11, order.Trace.StanText), (18, order.MerchantType), (22, dialect.EntryMode), (25, is1987 ? dialect.Condition : null),
            (24, is1987 ? null : FinancialFunction1993), (32, dialect.Acquirer), (37, order.Trace.Rrn), (41, order.Terminal), (42, order.Acceptor), (43, order.NameLocation),
            (49, order.Amount.Currency.Numeric.ToString("D3", CultureInfo.InvariantCulture)), (102, order.Account),
        };
        fields.AddRange(LocalTime(dialect.Version, order.LocalTime));
        if (dialect.MandateField != 0) fields.Add((dialect.MandateField, order.Mandate));
        return new($"{dialect.Profile.VersionDigit}200", [.. fields]);
    }

    // 1987: hhmmss and MMDD; 1993: YYMMDDhhmmss in one.
    private static (int, string?)[] LocalTime(Iso8583Version version, DateTimeOffset at) => version == Iso8583Version.V1987
        ? [(12, at.ToString("HHmmss", CultureInfo.InvariantCulture)), (13, at.ToString("MMdd", CultureInfo.InvariantCulture))]
        : [(12, at.ToString("yyMMddHHmmss", CultureInfo.InvariantCulture))];
}
