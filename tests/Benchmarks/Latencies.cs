namespace CarrierPay.Benchmarks;

/// <summary>Durations of requests, for percentiles. Not for several threads at once.</summary>
internal sealed class Latencies
{
    private readonly List<float> _microseconds = [];

    public void Add(TimeSpan duration) => _microseconds.Add((float)duration.TotalMicroseconds);

    public void AddAll(Latencies other) => _microseconds.AddRange(other._microseconds);

    /// <summary>Microseconds below which so many of a hundred lie; 0 if there are none.</summary>
    public double Percentile(double percent)
    {
        if (_microseconds.Count == 0)
            return 0;
        _microseconds.Sort();
        return _microseconds[Math.Min(_microseconds.Count - 1, (int)(_microseconds.Count * percent / 100))];
    }
}
