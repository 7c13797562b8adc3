using System.Net;

namespace CarrierPay.SmppAdapter.Session;

/// <summary>Counts the connections of a listener, in all and of each address. For any number of threads.</summary>
internal sealed class ConnectionLimits(int most, int mostOfAddress)
{
    private readonly Dictionary<IPAddress, int> _ofAddress = [];
    private readonly Lock _gate = new();
    private int _count;

    /// <summary>Takes a place. False when there is none; <paramref name="limit"/> is the limit that was met.</summary>
    public bool TryEnter(IPAddress address, out int limit)
    {
        lock (_gate)
        {
            var ofAddress = _ofAddress.GetValueOrDefault(address);
            limit = _count >= most ? most : mostOfAddress;
            if (_count >= most || ofAddress >= mostOfAddress)
            {
                return false;
            }
            _count++;
            _ofAddress[address] = ofAddress + 1;
            return true;
        }
    }

    public void Leave(IPAddress address)
    {
        lock (_gate)
        {
            _count--;
            if (--_ofAddress[address] == 0)
            {
                _ofAddress.Remove(address);
            }
        }
    }
}
