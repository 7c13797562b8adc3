using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

namespace CarrierPay.Benchmarks.Smpp;

/// <summary>Runs <see cref="CodecBench"/> and <see cref="TextBench"/>, and compares the first with the goals of the codec: nanoseconds a PDU, and no allocation.</summary>
internal static class CodecFigures
{
    private const double DecodeGoal = 40;
    private const double EncodeGoal = 60;

    public static IReadOnlyList<Figure> Measure(bool quick)
    {
        // In this process: the solution's own output folders and lock files stay untouched.
        var job = (quick ? Job.ShortRun : Job.MediumRun.WithLaunchCount(1)).WithToolchain(InProcessEmitToolchain.Instance);
        var config = ManualConfig.CreateEmpty().AddJob(job).AddDiagnoser(MemoryDiagnoser.Default).AddColumnProvider(DefaultColumnProviders.Instance)
            .AddLogger(ConsoleLogger.Unicode).WithOptions(ConfigOptions.DisableLogFile);
        var summary = BenchmarkRunner.Run<CodecBench>(config);
        BenchmarkRunner.Run<TextBench>(config);
        return
        [
            Judge(summary, "codec decode submit_sm as a view", nameof(CodecBench.DecodeView), DecodeGoal),
            Judge(summary, "codec encode submit_sm", nameof(CodecBench.Encode), EncodeGoal),
        ];
    }

    private static Figure Judge(Summary summary, string name, string method, double goal)
    {
        var report = summary.Reports.Single(r => r.BenchmarkCase.Descriptor.WorkloadMethod.Name == method);
        // The quickest round: what else runs on the machine can only slow one down.
        var nanoseconds = report.ResultStatistics?.Min ?? double.NaN;
        var allocated = report.GcStats.GetBytesAllocatedPerOperation(report.BenchmarkCase) ?? long.MaxValue;
        return new(name, nanoseconds, "ns", goal, nanoseconds / goal, 1, nanoseconds <= goal && allocated == 0);
    }
}
