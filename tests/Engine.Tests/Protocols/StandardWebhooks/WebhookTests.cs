using System.Text;
using CarrierPay.Engine.Protocols.StandardWebhooks;
using Microsoft.Extensions.Time.Testing;

namespace CarrierPay.Engine.Tests.Protocols.StandardWebhooks;

[TestFixture]
public sealed class WebhookTests
{
    // The golden values of the reference libraries' own tests (standard-webhooks: libraries/javascript/src/index.test.ts).
    private const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private const string Id = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    private const string Body = """{"test": 2432232314}""";
    private const string Signature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
    private const string OtherSecret = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
    private static readonly DateTimeOffset At = DateTimeOffset.FromUnixTimeSeconds(1614265330);
    private static readonly byte[] BodyBytes = Encoding.UTF8.GetBytes(Body);

    private readonly FakeTimeProvider _time = new(At);

    [Test]
    public void Signature_equals_the_one_of_the_reference_libraries()
    {
        var signed = new WebhookSigner(WebhookSecret.Parse(Secret)).Sign(Id, At, BodyBytes);

        Assert.That(signed, Is.EqualTo(new SignedWebhook(Id, "1614265330", Signature)));
    }

    [Test]
    public void Signature_of_the_reference_libraries_is_verified() =>
        Assert.That(Verify(signature: Signature), Is.EqualTo(WebhookVerification.Verified));

    [Test]
    public void Headers_are_put_on_a_request()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "http://merchant.example/quotes");
        new WebhookSigner(WebhookSecret.Parse(Secret)).Sign(Id, At, BodyBytes).ApplyTo(request);

        Assert.That(request.Headers.GetValues("webhook-signature"), Is.EqualTo(new[] { Signature }));
        Assert.That(request.Headers.GetValues("webhook-id"), Is.EqualTo(new[] { Id }));
        Assert.That(request.Headers.GetValues("webhook-timestamp"), Is.EqualTo(new[] { "1614265330" }));
    }

    [Test]
    public void While_a_secret_is_replaced_both_the_old_and_the_new_one_verify()
    {
        var signed = new WebhookSigner(WebhookSecret.Parse(OtherSecret), WebhookSecret.Parse(Secret)).Sign(Id, At, BodyBytes);

        Assert.That(signed.Signature.Split(' '), Has.Length.EqualTo(2));
        Assert.That(Verify(signature: signed.Signature, secret: Secret), Is.EqualTo(WebhookVerification.Verified));
        Assert.That(Verify(signature: signed.Signature, secret: OtherSecret), Is.EqualTo(WebhookVerification.Verified));
    }

    [Test]
    public void A_verifier_with_two_secrets_accepts_either()
    {
        var verifier = new WebhookVerifier(_time, WebhookSecret.Parse(OtherSecret), WebhookSecret.Parse(Secret));

        Assert.That(verifier.Verify(Id, "1614265330", Signature, BodyBytes), Is.EqualTo(WebhookVerification.Verified));
    }

    [TestCase(null, "1614265330", Signature, WebhookVerification.HeaderMissing)]
    [TestCase("", "1614265330", Signature, WebhookVerification.HeaderMissing)]
    [TestCase(Id, null, Signature, WebhookVerification.HeaderMissing)]
    [TestCase(Id, "1614265330", null, WebhookVerification.HeaderMissing)]
    [TestCase(Id, "yesterday", Signature, WebhookVerification.TimestampMalformed)]
    [TestCase(Id, "1614265330.5", Signature, WebhookVerification.TimestampMalformed)]
    [TestCase(Id, "-5", Signature, WebhookVerification.TimestampMalformed)]
    [TestCase(Id, "99999999999999999999", Signature, WebhookVerification.TimestampMalformed)]
    [TestCase(Id, "1614265029", Signature, WebhookVerification.TimestampTooOld)]
    [TestCase(Id, "0", Signature, WebhookVerification.TimestampTooOld)]
    [TestCase(Id, "1614265631", Signature, WebhookVerification.TimestampTooNew)]
    [TestCase(Id, "9223372036854775807", Signature, WebhookVerification.TimestampTooNew)]
    [TestCase(Id, "1614265331", Signature, WebhookVerification.SignatureWrong)]
    [TestCase("msg_other", "1614265330", Signature, WebhookVerification.SignatureWrong)]
    [TestCase(Id, "1614265330", "v1,", WebhookVerification.SignatureWrong)]
    [TestCase(Id, "1614265330", "v1,not base64", WebhookVerification.SignatureWrong)]
    [TestCase(Id, "1614265330", "v1,AAAA", WebhookVerification.SignatureWrong)]
    [TestCase(Id, "1614265330", "v1a,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", WebhookVerification.SignatureWrong)]
    [TestCase(Id, "1614265330", "g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", WebhookVerification.SignatureWrong)]
    [TestCase(Id, "1614265330", "v1,h0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", WebhookVerification.SignatureWrong)]
    public void Anything_else_is_refused_with_its_reason(string? id, string? timestamp, string? signature, WebhookVerification expected) =>
        Assert.That(new WebhookVerifier(_time, WebhookSecret.Parse(Secret)).Verify(id, timestamp, signature, BodyBytes), Is.EqualTo(expected));

    [Test]
    public void A_changed_body_is_refused() =>
        Assert.That(Verify(signature: Signature, body: """{"test":2432232314}"""), Is.EqualTo(WebhookVerification.SignatureWrong));

    [TestCase(-300)]
    [TestCase(300)]
    public void Five_minutes_either_way_are_tolerated(int seconds)
    {
        var signed = new WebhookSigner(WebhookSecret.Parse(Secret)).Sign(Id, At.AddSeconds(seconds), BodyBytes);

        Assert.That(new WebhookVerifier(_time, WebhookSecret.Parse(Secret)).Verify(signed.Id, signed.Timestamp, signed.Signature, BodyBytes),
            Is.EqualTo(WebhookVerification.Verified));
    }

    [TestCase("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "starts with")]
    [TestCase("WHSEC_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "starts with")]
    [TestCase("whsec_", "24 to 64 bytes; this one has 0")]
    [TestCase("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLa==", "24 to 64 bytes; this one has 22")]
    [TestCase("whsec_MfKQ9r8G!YqrTwjUPD8ILPZIo2LaLaSw", "base64")]
    public void A_secret_that_is_none_is_refused_without_being_repeated(string text, string reason)
    {
        var refused = Assert.Throws<ArgumentException>(() => WebhookSecret.Parse(text));

        Assert.That(refused!.Message, Does.Contain(reason).And.Not.Contain("MfKQ9r8G"));
    }

    [Test]
    public void A_secret_of_24_to_64_bytes_is_accepted([Values(24, 32, 64)] int bytes) =>
        Assert.That(() => WebhookSecret.Parse("whsec_" + Convert.ToBase64String(new byte[bytes])), Throws.Nothing);

    [Test]
    public void A_longer_secret_is_refused() =>
        Assert.That(() => WebhookSecret.Parse("whsec_" + Convert.ToBase64String(new byte[65])), Throws.ArgumentException);

    [Test]
    public void A_generated_secret_can_be_parsed_and_is_never_shown()
    {
        var text = WebhookSecret.Generate();

        Assert.That(WebhookSecret.Parse(text).ToString(), Is.EqualTo("whsec_***"));
        Assert.That(WebhookSecret.Generate(), Is.Not.EqualTo(text));
    }

    [TestCase("")]
    [TestCase("msg.1")]
    [TestCase("msg 1")]
    [TestCase("msg\r\n1")]
    [TestCase("msg_é")]
    public void An_id_that_makes_the_signed_text_ambiguous_is_not_signed(string id) =>
        Assert.That(() => new WebhookSigner(WebhookSecret.Parse(Secret)).Sign(id, At, BodyBytes), Throws.InstanceOf<ArgumentException>());

    [Test]
    public void Without_a_secret_nothing_is_signed_or_verified()
    {
        Assert.That(() => new WebhookSigner(), Throws.ArgumentException);
        Assert.That(() => new WebhookVerifier(_time), Throws.ArgumentException);
    }

    private WebhookVerification Verify(string signature, string secret = Secret, string body = Body) =>
        new WebhookVerifier(_time, WebhookSecret.Parse(secret)).Verify(Id, "1614265330", signature, Encoding.UTF8.GetBytes(body));
}
