using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using CarrierPay.SmppAdapter.Session;

namespace CarrierPay.SmppAdapter.Tests.Peers;

/// <summary>Listens to one meter of links, as an exporter does.</summary>
internal sealed class CollectedMetrics : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<string, double> _values = new();

    public CollectedMetrics()
    {
        // Meters of other fixtures have the same name; a link's name is unique, so values are told apart by it.
        _listener.InstrumentPublished = static (instrument, listener) =>
        {
            if (instrument.Meter.Name == SmppMetrics.MeterName)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => _values[Key(instrument, tags)] = value);
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => _values.AddOrUpdate(Key(instrument, tags), value, (_, sum) => sum + value));
        _listener.Start();
    }

    /// <summary>The last value of an instrument with these tags, such as "carrierpay.smpp.sent link=a outcome=accepted", or the sum of a histogram.</summary>
    public double Read(string key)
    {
        _listener.RecordObservableInstruments();
        return _values.GetValueOrDefault(key, double.NaN);
    }

    public void Dispose() => _listener.Dispose();

    private static string Key(Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var key = instrument.Name;
        foreach (var tag in tags)
        {
            key += $" {tag.Key}={tag.Value}";
        }
        return key;
    }
}
