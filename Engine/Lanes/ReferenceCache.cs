using CarrierPay.Engine.Primitives;
using CarrierPay.Engine.Subscribers;
using Microsoft.Extensions.Logging;

namespace CarrierPay.Engine.Lanes;

/// <summary>Reads one snapshot of merchants and rules.</summary>
public delegate Task<ReferenceData> LoadReferenceData(CancellationToken cancellationToken);

/// <summary>The snapshot that decisions use. A batch that sees a newer version in the database loads it before it decides, so a suspended merchant stops at the next batch.</summary>
public sealed partial class ReferenceCache(LoadReferenceData load, ILogger<ReferenceCache> logger) : IDisposable
{
    private readonly SemaphoreSlim _gate = new(1);
    private volatile ReferenceData? _current;

    /// <summary>A snapshot of this version or a newer one.</summary>
    public async ValueTask<ReferenceData> GetAsync(long version, CancellationToken cancellationToken)
    {
        if (_current is { } current && current.Version >= version)
            return current;
        await _gate.WaitAsync(cancellationToken);
        try
        {
            if (_current is null || _current.Version < version)
            {
                _current = await load(cancellationToken);
                Loaded(_current.Version);
            }
            return _current;
        }
        finally
        {
            _gate.Release();
        }
    }

    public void Dispose() => _gate.Dispose();

    [LoggerMessage(EventIds.ReferenceLoaded, LogLevel.Information, "Merchants and rules of version {Version} were loaded")]
    private partial void Loaded(long version);
}
