namespace CarrierPay.Engine.Protocols.Iso8583.Macs;

/// <summary>The key that authenticates the messages of one bank, wherever it lives. Eight octets a message.</summary>
/// <remarks>Asynchronous, because in production the key never leaves an HSM. May be used by several threads at once.</remarks>
public interface IMacKeys
{
    /// <summary>The authentication code of these octets: eight octets.</summary>
    /// <exception cref="MacUnavailableException">The key cannot be used now.</exception>
    ValueTask<byte[]> ComputeAsync(ReadOnlyMemory<byte> octets, CancellationToken cancellationToken = default);
}

/// <summary>The key of a bank cannot be used, as when its HSM does not answer. A request that is not sealed is not sent.</summary>
public sealed class MacUnavailableException(string message, Exception? innerException = null) : Exception(message, innerException);
