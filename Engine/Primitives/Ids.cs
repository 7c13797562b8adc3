namespace CarrierPay.Engine.Primitives;

/// <summary>A subscriber's account. Numbers come and go; the id stays.</summary>
public readonly record struct SubscriberId(long Value)
{
    public override string ToString() => $"sub {Value}";
}

/// <summary>A payment, numbered in order of time by the engine that took it.</summary>
public readonly record struct PaymentId(long Value)
{
    public override string ToString() => $"payment {Value}";
}

/// <summary>A merchant, numbered at its registration.</summary>
public readonly record struct MerchantId(int Value)
{
    public override string ToString() => $"merchant {Value}";
}
