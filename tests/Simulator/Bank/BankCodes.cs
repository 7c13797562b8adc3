using CarrierPay.Engine.Protocols.Iso8583.Wire;

namespace CarrierPay.Simulator.Bank;

/// <summary>What the bank says, and how each edition of the standard says it in field 39.</summary>
public enum BankAnswer
{
    Approved,
    /// <summary>The original is undone, or moved nothing.</summary>
    Reversed,
    InsufficientFunds,
    NoSuchAccount,
    /// <summary>Amount, currency or processing code make no sense.</summary>
    Invalid,
    /// <summary>The bank never had the original of this reversal.</summary>
    NotFound,
    /// <summary>The bank had this trace before.</summary>
    Duplicate,
    /// <summary>The connection is not signed on.</summary>
    NotSignedOn,
    /// <summary>The authentication code is missing or wrong.</summary>
    MacWrong,
}

internal static class BankCodes
{
    public static string Of(BankAnswer answer, Iso8583Version version) => (answer, version) switch
    {
        (BankAnswer.Approved, Iso8583Version.V1987) => "00",
        (BankAnswer.Reversed, Iso8583Version.V1987) => "00",
        (BankAnswer.InsufficientFunds, Iso8583Version.V1987) => "51",
        (BankAnswer.NoSuchAccount, Iso8583Version.V1987) => "14",
        (BankAnswer.Invalid, Iso8583Version.V1987) => "12",
        (BankAnswer.NotFound, Iso8583Version.V1987) => "25",
        (BankAnswer.Duplicate, Iso8583Version.V1987) => "94",
        (BankAnswer.NotSignedOn, Iso8583Version.V1987) => "91",
        (BankAnswer.MacWrong, Iso8583Version.V1987) => "96",
        (BankAnswer.Approved, _) => "000",
        (BankAnswer.Reversed, _) => "400",
        (BankAnswer.InsufficientFunds, _) => "116",
        (BankAnswer.NoSuchAccount, _) => "114",
        (BankAnswer.Invalid, _) => "904",
        (BankAnswer.NotFound, _) => "914",
        (BankAnswer.Duplicate, _) => "913",
        (BankAnswer.NotSignedOn, _) => "907",
        _ => "916",
    };
}
