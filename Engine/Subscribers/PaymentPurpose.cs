using CarrierPay.Engine.Primitives;

namespace CarrierPay.Engine.Subscribers;

/// <summary>What a payment is for.</summary>
public enum PaymentPurpose
{
    /// <summary>Something of a merchant.</summary>
    Purchase,

    /// <summary>Money from elsewhere into the subscriber's own wallet.</summary>
    TopUp,

    /// <summary>Money out of the wallet to where the subscriber has it elsewhere.</summary>
    CashOut,
}

/// <summary>Who is paid when it is not a merchant: stands in the place of the merchant's number, and no merchant has it.</summary>
public static class OwnMoney
{
    /// <summary>The wallet is topped up.</summary>
    public static readonly MerchantId Wallet = new(0);

    /// <summary>The wallet is cashed out, to the source that the payment names.</summary>
    public static readonly MerchantId Elsewhere = new(-1);

    /// <summary>What a payment to this one is for.</summary>
    public static PaymentPurpose PurposeOf(MerchantId merchant) =>
        merchant == Wallet ? PaymentPurpose.TopUp : merchant == Elsewhere ? PaymentPurpose.CashOut : PaymentPurpose.Purchase;
}
