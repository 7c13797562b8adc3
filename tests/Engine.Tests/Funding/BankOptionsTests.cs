using System.ComponentModel.DataAnnotations;
using CarrierPay.Engine.Funding.Bank;

namespace CarrierPay.Engine.Tests.Funding;

[TestFixture]
public sealed class BankOptionsTests
{
    private static BankOptions Good() => new() { Code = "DEMO", Link = { Host = "127.0.0.1", Port = 8583 } };

    private static string[] Problems(params BankOptions[] banks)
    {
        var options = new BanksOptions();
        foreach (var bank in banks)
            options.Banks.Add(bank);
        return [.. options.Validate(new ValidationContext(options)).Select(p => p.ErrorMessage!)];
    }

    [Test]
    public void A_bank_that_is_set_as_it_should_be_is_taken() => Assert.That(Problems(Good()), Is.Empty);

    [Test]
    public void Every_setting_that_is_wrong_is_named_with_its_bank()
    {
        var bank = Good();
        (bank.Room, bank.LateAnswers, bank.ReversalsGiveUpAfter, bank.CreditsResendFor) = (0, TimeSpan.FromDays(2), TimeSpan.Zero, TimeSpan.FromSeconds(-1));
        bank.ReversalPauses.Add(TimeSpan.Zero);
        Assert.That(Problems(Good(), bank), Is.EquivalentTo(new[]
        {
            "CarrierPay:Iso8583:Banks: two have the same Code.",
            "CarrierPay:Iso8583:Banks:1: Room is 1 to 10,000.",
            "CarrierPay:Iso8583:Banks:1: LateAnswers is 00:00:00 to 1.00:00:00.",
            "CarrierPay:Iso8583:Banks:1: ReversalsGiveUpAfter is 00:00:01 to 30.00:00:00.",
            "CarrierPay:Iso8583:Banks:1: CreditsResendFor is 00:00:01 to 30.00:00:00.",
            "CarrierPay:Iso8583:Banks:1: ReversalPauses are 00:00:00.1 to 1.00:00:00 each.",
        }));
    }

    [TestCase("Profile", "CarrierPay:Iso8583:Banks:0: Profile \"2003\" is none of")]
    [TestCase("Port", "CarrierPay:Iso8583:Banks:0: Port is 1 to 65535.")]
    [TestCase("MacKey", "CarrierPay:Iso8583:Banks:0: MacKey is not hexadecimal digits.")]
    [TestCase("Code", "CarrierPay:Iso8583:Banks:0: Code is 1 to 20 letters and digits.")]
    [TestCase("NoAcceptor", "CarrierPay:Iso8583:Banks:0: Dialect: our messages cannot be written: field 42: profile")]
    [TestCase("NoOriginal", "CarrierPay:Iso8583:Banks:0: Dialect: our messages cannot be written: field 90: profile")]
    [TestCase("NumericAcceptor", "CarrierPay:Iso8583:Banks:0: Dialect: our messages cannot be written: field 42: the value is not 15 digits.")]
    public void A_wrong_bank_is_refused_with_what_is_wrong(string setting, string problem)
    {
        var bank = Good();
        switch (setting)
        {
            case "Profile":
                bank.Profile = "2003";
                break;
            case "Port":
                bank.Link.Port = 70_000;
                break;
            case "MacKey":
                (bank.Mac, bank.MacKey) = (MacAlgorithm.Retail, "not a key");
                break;
            case "NoAcceptor":
                bank.Link.Dialect.Profile.Fields[42] = "";
                break;
            case "NoOriginal":
                bank.Link.Dialect.Profile.Fields[90] = "";
                break;
            case "NumericAcceptor":
                bank.Link.Dialect.Profile.Fields[42] = "n15";
                break;
            default:
                bank.Code = "MY BANK";
                break;
        }
        Assert.That(Problems(bank).Single(), Does.StartWith(problem));
    }
}
