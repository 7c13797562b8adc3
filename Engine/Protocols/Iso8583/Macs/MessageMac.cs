using System.Security.Cryptography;
using CarrierPay.Engine.Protocols.Iso8583.Wire;

namespace CarrierPay.Engine.Protocols.Iso8583.Macs;

/// <summary>Whether a message is the bank's.</summary>
public enum MacVerdict
{
    /// <summary>There is no code in it.</summary>
    Missing,
    /// <summary>The code does not fit the octets: another key, or somebody changed them.</summary>
    Wrong,
    Right,
}

/// <summary>Puts the authentication code into a message, and checks it. It covers all octets from the type to the one before the code.</summary>
/// <remarks>The code is the last field: 64, or 128 if there is a field above 64.</remarks>
public static class MessageMac
{
    /// <summary>Octets of a code.</summary>
    public const int Length = 8;

    private const int First = 64;
    private const int Second = 128;

    /// <summary>The field of the code in this message.</summary>
    /// <exception cref="Iso8583Exception">A field above 128 leaves no place for a code at the end.</exception>
    public static int FieldOf(IsoMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        return message.Highest switch
        {
            <= First => First,
            <= Second => Second,
            _ => throw new Iso8583Exception(Iso8583Fault.WrongContent, message.Highest, $"field {message.Highest}", -1, "a message with a third bitmap has no place for an authentication code"),
        };
    }

    /// <summary>The octets of the message with its code in them.</summary>
    /// <exception cref="Iso8583Exception">The message cannot be written, or the profile has no field for the code.</exception>
    /// <exception cref="MacUnavailableException">The key cannot be used now.</exception>
    public static async ValueTask<byte[]> SealAsync(IsoMessage message, Iso8583Profile profile, IMacKeys keys, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(keys);
        ArgumentNullException.ThrowIfNull(profile);
        var bare = message[First] is null && message[Second] is null ? message : message.With(First, null).With(Second, null);
        var field = FieldOf(bare);
        var octets = MessageWriter.Encode(bare.With(field, new string('0', Length * 2)), profile);
        var covered = octets.Length - profile[field]!.ContentOctets(Length);
        var code = await keys.ComputeAsync(octets.AsMemory(0, covered), cancellationToken);
        FieldValue.Write(profile[field]!, Convert.ToHexString(code), profile.Characters, octets.AsSpan(covered));
        return octets;
    }

    /// <summary>Checks the code of a message that was read from these octets. How long it takes says nothing about the code.</summary>
    /// <exception cref="MacUnavailableException">The key cannot be used now.</exception>
    public static async ValueTask<MacVerdict> VerifyAsync(IsoMessage message, ReadOnlyMemory<byte> octets, Iso8583Profile profile, IMacKeys keys, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(message);
        ArgumentNullException.ThrowIfNull(profile);
        ArgumentNullException.ThrowIfNull(keys);
        if (message.Highest is not (First or Second) || message[message.Highest] is not { } given) return MacVerdict.Missing;
        var covered = octets.Length - profile[message.Highest]!.ContentOctets(Length);
        var code = await keys.ComputeAsync(octets[..covered], cancellationToken);
        return CryptographicOperations.FixedTimeEquals(code, Convert.FromHexString(given)) ? MacVerdict.Right : MacVerdict.Wrong;
    }
}
