using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace CarrierPay.Simulator.Phones;

/// <summary>The handsets by number.</summary>
public sealed class PhoneBook(Web.Feed feed)
{
    private readonly ConcurrentDictionary<string, Phone> _phones = new(StringComparer.Ordinal);
    private readonly List<Phone> _order = [];
    private readonly Lock _lock = new();

    /// <summary>The handsets that are there when nothing else is said. The British numbers are Ofcom's for drama: nobody's.</summary>
    public static readonly IReadOnlyList<PhoneOptions> Defaults =
    [
        new() { Msisdn = "447700900123", Name = "Ann", Language = PhoneLanguage.En },
        new() { Msisdn = "8613800138000", Name = "李伟", Language = PhoneLanguage.Zh },
        new() { Msisdn = "447700900456", Name = "Sam", Language = PhoneLanguage.En },
    ];

    /// <summary>In the order of their numbers' arrival.</summary>
    public IReadOnlyList<Phone> All
    {
        get { lock (_lock) return [.. _order]; }
    }

    /// <summary>The handset of a number, which may be written with a plus.</summary>
    public bool TryGet(string msisdn, [NotNullWhen(true)] out Phone? phone) => _phones.TryGetValue(Normalize(msisdn), out phone);

    /// <summary>The handset of a number that is known to be there.</summary>
    public Phone this[string msisdn] => _phones[Normalize(msisdn)];

    /// <summary>Adds a handset, or renames the one that is there. Safe to repeat.</summary>
    /// <returns>True if it was added.</returns>
    /// <exception cref="ArgumentException">Not 5 to 15 digits.</exception>
    public bool Put(string msisdn, string? name, PhoneLanguage? language)
    {
        var number = Normalize(msisdn);
        if (!IsNumber(number)) throw new ArgumentException($"\"{msisdn}\" is not a number: 5 to 15 digits, country code first.", nameof(msisdn));
        lock (_lock)
        {
            var added = !_phones.TryGetValue(number, out var phone);
            if (phone is null)
            {
                phone = new Phone(number, name ?? "+" + number, language ?? PhoneLanguage.En, feed);
                _phones[number] = phone;
                _order.Add(phone);
            }
            else
            {
                phone.Name = name ?? phone.Name;
                phone.Language = language ?? phone.Language;
            }
            feed.Publish(new Web.FeedEvent.PhoneChanged(phone.Msisdn, phone.Name, phone.Language));
            return added;
        }
    }

    /// <summary>Takes a handset away with its messages. What it has sent is still delivered.</summary>
    public bool Remove(string msisdn)
    {
        lock (_lock)
        {
            if (!_phones.TryRemove(Normalize(msisdn), out var phone)) return false;
            _order.Remove(phone);
            feed.Publish(new Web.FeedEvent.PhoneRemoved(phone.Msisdn));
            return true;
        }
    }

    internal static string Normalize(string number) => number.StartsWith('+') ? number[1..] : number;

    internal static bool IsNumber(string digits) => digits.Length is >= 5 and <= 15 && !digits.AsSpan().ContainsAnyExceptInRange('0', '9');
}
