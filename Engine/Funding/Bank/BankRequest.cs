using System.Globalization;
using System.Text.Json;
using CarrierPay.Engine.Primitives;
using CarrierPay.Engine.Protocols.Iso8583.Messages;
using CarrierPay.Engine.Protocols.Iso8583.Wire;
using CarrierPay.Engine.Subscribers;

namespace CarrierPay.Engine.Funding.Bank;

/// <summary>What a bank is asked, as it is stored with its call. All fields are there but the account, which stands encrypted in the link and is put in when it is sent.</summary>
/// <param name="Link">The account's: a <see cref="BankLink"/>.</param>
/// <param name="Number">The payment's own number with its subscriber: by it its end is found again.</param>
/// <param name="Mti">Message type.</param>
/// <param name="Fields">By number, as text.</param>
public sealed record BankRequest(long Link, int Number, string Mti, Dictionary<int, string> Fields)
{
    private const int AcceptorField = 42;

    /// <summary>The field of the account.</summary>
    public const int AccountField = 102;

    /// <summary>Takes the price of a payment.</summary>
    /// <param name="keyword">The merchant's, which the account's holder finds on the statement. One that does not fit the field, being too long or of other letters, is replaced by the merchant's number, as M123.</param>
    /// <exception cref="Iso8583Exception">The bank's messages have no room for the amount, or for another field: it could never be sent.</exception>
    public static BankRequest Debit(BankRail rail, BankLink link, OpenPayment payment, string keyword, Trace trace, DateTimeOffset localTime) => Checked(
        rail, link, payment,
        BankMessages.Debit(rail.Dialect, new(
            new(payment.AmountMinor, Currency.Of(payment.Currency)), trace, localTime, "", rail.Terminal, rail.Dialect.Profile.Fits(AcceptorField, keyword) ? keyword : NumberOf(payment.Merchant))));

    /// <summary>Puts the amount of a cash-out on the account.</summary>
    /// <inheritdoc cref="Debit"/>
    public static BankRequest Credit(BankRail rail, BankLink link, OpenPayment payment, Trace trace, DateTimeOffset localTime) => Checked(
        rail, link, payment,
        BankMessages.Refund(rail.Dialect, new(new(payment.AmountMinor, Currency.Of(payment.Currency)), trace, localTime, "", rail.Terminal, "")));

    /// <summary>Undoes this debit, whatever became of it.</summary>
    public BankRequest Reversal(BankRail rail, Trace trace, DateTimeOffset localTime) =>
        Of(Link, Number, BankMessages.Reversal(rail.Dialect, ToMessage(""), trace, localTime));

    /// <summary>The message, as it is sent.</summary>
    /// <param name="account">Of the link.</param>
    public IsoMessage ToMessage(string account) =>
        new IsoMessage(Mti, [.. Fields.Select(field => (field.Key, (string?)field.Value))]).With(AccountField, account);

    public string ToJson() => JsonSerializer.Serialize(this, FundingJson.Default.BankRequest);

    /// <exception cref="JsonException">The text is not what <see cref="ToJson"/> wrote.</exception>
    public static BankRequest FromJson(string json) => JsonSerializer.Deserialize(json, FundingJson.Default.BankRequest) ?? throw new JsonException("A request is not null.");

    /// <summary>After the commit it is too late: a message that cannot be written is found out now, with all its fields but the account.</summary>
    private static BankRequest Checked(BankRail rail, BankLink link, OpenPayment payment, IsoMessage message)
    {
        foreach (var field in message.Fields)
            _ = rail.Dialect.Profile.Canonical(field.Number, field.Value);
        return Of(link.Id, payment.Number, message);
    }

    private static string NumberOf(MerchantId merchant) => string.Create(CultureInfo.InvariantCulture, $"M{merchant.Value}");

    private static BankRequest Of(long link, int number, IsoMessage message) =>
        new(link, number, message.Mti, message.Fields.Where(field => field.Number != AccountField).ToDictionary(field => field.Number, field => field.Value));
}

/// <summary>The question whether an account may be linked, as it is stored with its call.</summary>
/// <param name="Currency">Of the subscriber, ISO 4217 numeric code.</param>
public sealed record BankLinkRequest(long Link, short Currency)
{
    public string ToJson() => JsonSerializer.Serialize(this, FundingJson.Default.BankLinkRequest);

    /// <exception cref="JsonException">The text is not what <see cref="ToJson"/> wrote.</exception>
    public static BankLinkRequest FromJson(string json) => JsonSerializer.Deserialize(json, FundingJson.Default.BankLinkRequest) ?? throw new JsonException("A request is not null.");
}
