using System.ComponentModel.DataAnnotations;
using CarrierPay.Engine.Primitives;

namespace CarrierPay.Simulator;

/// <summary>A setting does not allow the start. The message is one line for the person who made it.</summary>
public sealed class SettingException(string message, Exception? innerException = null) : Exception(message, innerException);

/// <summary>Reads the settings and refuses wrong ones, unknown names included.</summary>
internal static class Settings
{
    /// <exception cref="SettingException">A name is unknown, or a value is none.</exception>
    public static SimulatorOptions Read(IConfiguration configuration)
    {
        var options = new SimulatorOptions();
        try
        {
            configuration.GetSection(SimulatorOptions.Section).Bind(options, binder => binder.ErrorOnUnknownConfiguration = true);
        }
        catch (InvalidOperationException wrong)
        {
            throw new SettingException(InEnvironment(wrong.Message), wrong);
        }
        Check(options);
        return options;
    }

    /// <exception cref="SettingException">A value is out of its range.</exception>
    public static void Check(SimulatorOptions options)
    {
        Check(options, "Simulator");
        Check(options.Smsc, "Simulator__Smsc");
        Check(options.Smsc.Receipts, "Simulator__Smsc__Receipts");
        Check(options.Smsc.Limits, "Simulator__Smsc__Limits");
        Check(options.Smsc.Tls, "Simulator__Smsc__Tls");
        foreach (var (index, account) in (options.Smsc.Accounts ?? []).Index())
        {
            Check(account, $"Simulator__Smsc__Accounts__{index}");
            if (account.Limits is { } limits) Check(limits, $"Simulator__Smsc__Accounts__{index}__Limits");
        }
        Check(options.Web, "Simulator__Web");
        Check(options.Bank, "Simulator__Bank");
        foreach (var (index, account) in (options.Bank.Accounts ?? []).Index()) Check(account, $"Simulator__Bank__Accounts__{index}");
        Check(options.Ussd, "Simulator__Ussd");
        options.Ussd.Read();
        if (!Uri.TryCreate(options.Web.Urls, UriKind.Absolute, out _))
            throw new SettingException($"Simulator__Web__Urls: \"{options.Web.Urls}\" is no address such as http://127.0.0.1:5090.");
        Check(options.Ocs, "Simulator__Ocs");
        CheckCurrency(options.Ocs.Currency);
        foreach (var (index, account) in (options.Ocs.Accounts ?? []).Index()) Check(account, $"Simulator__Ocs__Accounts__{index}");
        foreach (var (index, phone) in (options.Phones ?? []).Index()) Check(phone, $"Simulator__Phones__{index}");
        foreach (var (index, masp) in (options.Masps ?? []).Index()) Check(masp, $"Simulator__Masps__{index}");
    }

    private static void CheckCurrency(string code)
    {
        try
        {
            _ = Currency.Of(code);
        }
        catch (ArgumentException wrong)
        {
            throw new SettingException($"Simulator__Ocs__Currency: {wrong.Message.ReplaceLineEndings(" ")}", wrong);
        }
    }

    private static void Check(object options, string prefix)
    {
        var problems = new List<ValidationResult>();
        if (!Validator.TryValidateObject(options, new ValidationContext(options), problems, validateAllProperties: true))
            throw new SettingException($"{prefix}__{problems[0].MemberNames.FirstOrDefault()}: {problems[0].ErrorMessage}");
    }

    // The binder says Simulator:Smsc:Port; the person has written Simulator__Smsc__Port.
    private static string InEnvironment(string message) => message.ReplaceLineEndings(" ").Replace(":", "__", StringComparison.Ordinal).Replace("__ ", ": ", StringComparison.Ordinal);
}
