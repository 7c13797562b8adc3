using System.Globalization;
using CarrierPay.Engine.Primitives;

namespace CarrierPay.Engine.Protocols.Iso8583.Wire;

/// <summary>One amount of field 54, as a balance: 20 characters.</summary>
/// <remarks>
/// <code>
/// account type  2   n    00 default, 10 savings, 20 current
/// amount type   2   n    01 ledger balance, 02 available balance
/// currency      3   n    ISO 4217
/// sign          1   a    C credit, D debit
/// amount       12   n
/// </code>
/// </remarks>
public sealed record AdditionalAmount(string AccountType, string AmountType, Money Amount, bool IsDebit)
{
    public const string LedgerBalance = "01";
    public const string AvailableBalance = "02";

    private const int Length = 20;
    private const int Field = 54;

    /// <summary>All amounts of the field, in its order.</summary>
    /// <exception cref="Iso8583Exception">It is not a row of such amounts, or in a currency that we do not know.</exception>
    public static IReadOnlyList<AdditionalAmount> Parse(string value, int? decimals = null)
    {
        ArgumentNullException.ThrowIfNull(value);
        if (value.Length % Length != 0) throw Wrong(value.Length / Length, $"{value.Length} characters are no whole number of amounts of {Length}");
        var amounts = new List<AdditionalAmount>(value.Length / Length);
        for (var i = 0; i < value.Length / Length; i++) amounts.Add(ParseOne(value.AsSpan(i * Length, Length), i, decimals));
        return amounts;
    }

    /// <summary>The 20 characters.</summary>
    /// <exception cref="Iso8583Exception">The amount cannot be said in twelve digits.</exception>
    public string Format(int? decimals = null) =>
        $"{AccountType}{AmountType}{Amount.Currency.Numeric:D3}{(IsDebit ? 'D' : 'C')}{AmountField.Format(Amount, decimals, Field)}";

    private static AdditionalAmount ParseOne(ReadOnlySpan<char> text, int index, int? decimals)
    {
        if (!short.TryParse(text.Slice(4, 3), NumberStyles.None, CultureInfo.InvariantCulture, out var numeric)) throw Wrong(index, "the currency is not a number");
        if (text[7] is not ('C' or 'D')) throw Wrong(index, "the sign is neither C nor D");
        Currency currency;
        try
        {
            currency = Currency.Of(numeric);
        }
        catch (ArgumentException)
        {
            throw Wrong(index, $"currency {numeric} is not known");
        }
        return new(new string(text[..2]), new string(text.Slice(2, 2)), AmountField.Parse(text[8..], currency, decimals, Field), text[7] == 'D');
    }

    private static Iso8583Exception Wrong(int index, string problem) => new(Iso8583Fault.WrongContent, Field, $"field {Field} amount {index + 1}", -1, problem);
}
