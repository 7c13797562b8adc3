using System.ComponentModel.DataAnnotations;
using CarrierPay.SmppAdapter.Ussd;

namespace CarrierPay.Simulator.Ussd;

/// <summary>The USSD gateway: of which kind it is, and how long it waits. The settings of a profile take the places of the profile's own.</summary>
public sealed class UssdOptions : UssdSettings
{
    /// <summary>its_session_info, user_message_reference, none or vendor_abort; empty for a network without USSD.</summary>
    public string Profile { get; set; } = "its_session_info";

    /// <summary>How long the bound system may think about an answer. Default 15 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:10:00")]
    public TimeSpan AnswerTimeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a subscriber may. Default 60 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:10:00")]
    public TimeSpan UserTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a session lasts, however lively it is. Default 180 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:10:00")]
    public TimeSpan SessionTimeout { get; set; } = TimeSpan.FromSeconds(180);

    /// <summary>The profile with its settings; null for a network without USSD.</summary>
    /// <exception cref="SettingException">There is no such profile, or it cannot be as it is set.</exception>
    internal UssdProfile? Read()
    {
        if (Profile.Length == 0) return null;
        var profile = UssdProfile.Named(Profile)
            ?? throw new SettingException($"Simulator__Ussd__Profile: \"{Profile}\" is none of {string.Join(", ", UssdProfile.Names)}.");
        var applied = ApplyTo(profile, out var problems);
        return problems is [var problem, ..] ? throw new SettingException($"Simulator__Ussd__{problem}") : applied;
    }
}
