namespace CarrierPay.Demo;

/// <summary>What a scene plays with.</summary>
/// <remarks><c>ConfirmWithin</c> is how long the engine waits for a code; null if that is not known. <c>Billing</c> is null if it is not known where its files are.</remarks>
public sealed record Stage(SimulatorClient Simulator, Uri Admin, Checks Checks, DemoData Data, TimeSpan? ConfirmWithin, Billing? Billing)
{
    public const string ShortCode = "500";

    /// <summary>What the merchants must have taken, by what was played.</summary>
    public ExpectedBooks Books { get; } = new(Data);

    /// <summary>Nobody waits longer than this to see a payment expire.</summary>
    public static readonly TimeSpan LongestExpiryWaitedFor = TimeSpan.FromSeconds(30);

    /// <summary>A handset with the number of a provisioned subscriber.</summary>
    public Task<Handset> SubscriberAsync(string name) => HandsetAsync(name, Data.Subscriber(name).Msisdn, Data.Subscriber(name).Language);

    public async Task<Handset> HandsetAsync(string name, string msisdn, string language)
    {
        await Simulator.PutPhoneAsync(msisdn, name, language);
        var handset = new Handset(this, name, msisdn);
        await handset.ForgetOldMessagesAsync();
        return handset;
    }

    /// <summary>The place of somebody who works with Admin.</summary>
    public Desk Desk(string name) => new(Admin, name, Data.Password(name));

    /// <summary>Puts the demo's merchant in order: it answers, with this price.</summary>
    public Task MerchantAnswersAsync(string keyword, long price, string text) =>
        Simulator.PutMaspAsync(keyword, new MaspOrder(Data.Merchant(keyword).Secret, price, DemoData.Currency, text, "answer"));
}
