using System.Collections.Frozen;
using System.Text.Json;
using CarrierPay.Engine.Merchants;
using CarrierPay.Engine.Messaging.Texts;
using CarrierPay.Engine.Primitives;
using CarrierPay.Engine.Staff;
using CarrierPay.Engine.Subscribers;

namespace CarrierPay.Engine.Accounts;

/// <summary>A subscriber as the file describes it.</summary>
/// <param name="Status">Null = active if it is new, else as it was.</param>
/// <param name="Sources">One bit (1 &lt;&lt; kind) for each kind of funding.</param>
/// <param name="OpeningMinor">What a new prepaid account is filled with.</param>
/// <param name="BillLimitMinor">The most that may go on the phone bill in a month; null = no phone bill.</param>
/// <param name="BankAccount">Null = none is linked.</param>
/// <param name="Sim">Null = not known, or as it was.</param>
public sealed record SubscriberEntry(
    Msisdn Msisdn, SubscriberStatus? Status, Language Language, KycTier KycTier, short Sources, FundingKind DefaultSource, long OpeningMinor, long? BillLimitMinor,
    BankAccountEntry? BankAccount = null, SimCard? Sim = null);

/// <summary>A bank account to be linked, if its bank agrees.</summary>
/// <param name="Bank">Its code.</param>
public sealed record BankAccountEntry(string Bank, string Account)
{
    /// <summary>Shows nothing of the account.</summary>
    public override string ToString() => Bank;
}

/// <summary>The file has errors; nothing of it was loaded.</summary>
public sealed class ProvisionFileException : Exception
{
    public ProvisionFileException()
        : this([])
    {
    }

    public ProvisionFileException(string message)
        : this([message])
    {
    }

    public ProvisionFileException(string message, Exception innerException)
        : base(message, innerException) => Errors = [message];

    public ProvisionFileException(IReadOnlyList<string> errors)
        : base(string.Join(Environment.NewLine, errors)) => Errors = errors;

    /// <summary>Each names its place, as <c>subscribers[3].msisdn</c>. Numbers in them are masked.</summary>
    public IReadOnlyList<string> Errors { get; }
}

/// <summary>What <c>scripts/provision</c> loads, read strictly: what is not understood is an error, never passed over.</summary>
public sealed record ProvisionFile(
    IReadOnlyList<SubscriberEntry> Subscribers, IReadOnlyList<MerchantRegistration> Merchants, IReadOnlyList<StaffEntry> Staff)
{
    /// <param name="tiers">Whose balance caps the opening balances must keep.</param>
    /// <exception cref="ProvisionFileException">The file has errors; up to 20 are given.</exception>
    public static ProvisionFile Read(ReadOnlyMemory<byte> json, FrozenDictionary<KycTier, TierLimits> tiers)
    {
        try
        {
            using var document = JsonDocument.Parse(json, new() { MaxDepth = 16, AllowDuplicateProperties = false });
            return new ProvisionReader(tiers).Read(document.RootElement);
        }
        catch (JsonException wrong)
        {
            // The message may quote the file, so only the place is given.
            throw new ProvisionFileException($"The file is not JSON: line {wrong.LineNumber + 1}, octet {wrong.BytePositionInLine + 1}, or a key stands twice.", wrong);
        }
    }
}
