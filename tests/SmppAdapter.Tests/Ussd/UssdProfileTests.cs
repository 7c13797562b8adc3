using CarrierPay.SmppAdapter.Text;
using CarrierPay.SmppAdapter.Ussd;

namespace CarrierPay.SmppAdapter.Tests.Ussd;

/// <summary>Settings of a gateway kind: what is set takes its place, what cannot be is named.</summary>
public class UssdProfileTests
{
    [Test]
    public void Built_in_profiles_can_be() => Assert.That(UssdProfile.Names.SelectMany(name => UssdProfile.Named(name)!.Problems()), Is.Empty);

    [Test]
    public void A_profile_is_found_by_its_name_in_any_case()
    {
        Assert.That(UssdProfile.Named("Its_Session_Info")?.Name, Is.EqualTo("its_session_info"));
        Assert.That(UssdProfile.Named("huawei"), Is.Null);
    }

    [Test]
    public void What_is_set_takes_the_place_of_the_profiles_own()
    {
        var settings = new UssdSettings { EndOp = "0x21", AbortOp = "0xA1", MaxSeptets = 160, DialledCode = UssdDialledCode.DestinationAddr, Alphabet = TextEncoding.Latin1 };

        var profile = settings.ApplyTo(UssdProfile.Named("its_session_info")!, out var problems);

        Assert.That(problems, Is.Empty);
        Assert.That((profile.EndOp, profile.AbortOp, profile.MaxSeptets, profile.DialledCode, profile.Alphabet, profile.AnswerOp),
            Is.EqualTo(((byte)0x21, (byte?)0xA1, 160, UssdDialledCode.DestinationAddr, TextEncoding.Latin1, (byte)0x12)));
    }

    [Test]
    public void An_empty_abort_operation_takes_the_profiles_away() =>
        Assert.That(new UssdSettings { AbortOp = "" }.ApplyTo(UssdProfile.Named("vendor_abort")!, out _).AbortOp, Is.Null);

    [TestCase("17")]
    [TestCase("11")]
    [TestCase("0x1")]
    [TestCase("0x111")]
    [TestCase("0xZZ")]
    [TestCase("")]
    [TestCase(" 0x11")]
    public void An_operation_that_may_be_decimal_is_refused(string written)
    {
        new UssdSettings { EndOp = written }.ApplyTo(UssdProfile.Named("none")!, out var problems);

        Assert.That(problems, Has.Count.EqualTo(1));
        Assert.That(problems[0], Does.StartWith("EndOp is \"" + written + "\"").And.Contains("0x11 (17 in decimal)"));
    }

    [Test]
    public void All_that_is_wrong_is_told_at_once()
    {
        new UssdSettings { AnswerOp = "0x01", EndOp = "0x02", MaxSeptets = 183, MaxUcs2Units = 81, ServiceType = "TOOLONG", EndMarker = UssdEndMarker.EndBit, Alphabet = TextEncoding.Ucs2, GsmDataCoding = "0x08" }
            .ApplyTo(UssdProfile.Named("none")!, out var problems);

        Assert.That(problems.Select(problem => problem.Split(' ', ',', ':')[0]),
            Is.EqualTo(new[] { "BeginOp", "EndMarker", "MaxSeptets", "MaxUcs2Units", "ServiceType", "Ucs2DataCoding", "Alphabet" }));
    }

    [Test]
    public void Asking_and_ending_by_the_same_operation_needs_the_end_bit()
    {
        new UssdSettings { EndOp = "0x02" }.ApplyTo(UssdProfile.Named("its_session_info")!, out var problems);
        Assert.That(problems, Has.Count.EqualTo(1));

        new UssdSettings { EndOp = "0x02", EndMarker = UssdEndMarker.EndBit }.ApplyTo(UssdProfile.Named("its_session_info")!, out problems);
        Assert.That(problems, Is.Empty);
    }

    [Test]
    public void A_codec_is_not_made_of_a_profile_that_cannot_be()
    {
        var profile = UssdProfile.Named("none")! with { MaxSeptets = 0 };
        Assert.That(() => new UssdCodec(profile), Throws.ArgumentException.With.Message.Contains("MaxSeptets"));
    }
}
