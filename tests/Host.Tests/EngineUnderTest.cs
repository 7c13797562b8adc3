namespace CarrierPay.Engine.Host.Tests;

/// <summary>The engine as a process of its own.</summary>
internal sealed class EngineUnderTest : ProcessUnderTest
{
    private EngineUnderTest(IReadOnlyDictionary<string, string> settings, string[] arguments)
        : base("CarrierPay.Engine.Host", new(settings["CarrierPay__Api__Urls"]), settings, arguments)
    {
    }

    public static EngineUnderTest Start(IReadOnlyDictionary<string, string> settings, params string[] arguments) => new(settings, arguments);

    public Task ReadyAsync() => AnswersAsync("/health/ready", "the engine is ready");
}
