using CarrierPay.Engine.Subscribers;
using CarrierPay.Engine.Tests.Lanes;

namespace CarrierPay.Engine.Tests.Funding;

/// <summary>Each test has a stage of its own, struck at its end.</summary>
/// <param name="source">The usual one of all subscribers; null = each test sets its stage.</param>
/// <param name="sources">As in <see cref="RailStage.SetAsync"/>.</param>
internal abstract class RailFixture(FundingKind? source = null, short sources = 0)
{
    protected RailStage Stage { get; set; } = null!;

    /// <summary>The engine of a test that has one.</summary>
    protected LaneStack Engine { get; set; } = null!;

    [SetUp]
    public async Task SetStageAsync()
    {
        if (source is { } usual)
            Stage = await RailStage.SetAsync(usual, sources);
    }

    [TearDown]
    public ValueTask StrikeStageAsync() => Stage is null ? ValueTask.CompletedTask : Stage.DisposeAsync();
}
