using CarrierPay.SmppAdapter.Pdu;
using CarrierPay.SmppAdapter.Text;
using CsCheck;

namespace CarrierPay.SmppAdapter.Tests.Text;

public class ReassemblyTests
{
    private static readonly Address Buyer = Address.International("8613800138000");
    private static readonly Address ShortCode = Address.ShortCode("500");
    private static readonly DateTimeOffset Start = new(2026, 11, 23, 9, 0, 0, TimeSpan.Zero);

    [Test]
    public void Parts_in_any_order_give_the_text() =>
        Gen.Select(Gen.OneOf(GsmAlphabetTests.Text, Gen.Char.Array[0, 300].Select(characters => Whole(new string(characters)))), Gen.Int).Sample((text, seed) =>
        {
            var parts = Parts(text);
            new Random(seed).Shuffle(parts);
            var reassembly = new Reassembly(new());
            var results = parts.Select(reassembly.Add).ToList();
            return parts.Length < 2
                || (results[..^1].TrueForAll(result => result.Outcome == PartOutcome.Waiting) && results[^1].Outcome == PartOutcome.Complete && results[^1].Text == text);
        }, iter: 2000);

    [Test]
    public void A_pair_that_another_sender_cut_is_put_together()
    {
        var reassembly = new Reassembly(new());
        reassembly.Add(Part(1, 2, 1, "D83D"));

        Assert.That(reassembly.Add(Part(1, 2, 2, "DE00")).Text, Is.EqualTo("😀"));
    }

    [Test]
    public void Parts_in_different_encodings_are_read_one_by_one()
    {
        var reassembly = new Reassembly(new());
        reassembly.Add(Part(1, 2, 1, "4E2D"));

        Assert.That(reassembly.Add(Part(1, 2, 2, "61", TextEncoding.Gsm)).Text, Is.EqualTo("中a"));
    }

    [Test]
    public void A_repeated_part_changes_nothing_before_and_after_the_end()
    {
        var reassembly = new Reassembly(new());
        reassembly.Add(Part(1, 2, 1, "0061"));
        Assert.That(reassembly.Add(Part(1, 2, 1, "0061")).Outcome, Is.EqualTo(PartOutcome.Repeated));
        Assert.That(reassembly.Add(Part(1, 2, 2, "0062")).Outcome, Is.EqualTo(PartOutcome.Complete));
        Assert.That(reassembly.Add(Part(1, 2, 2, "0062")).Outcome, Is.EqualTo(PartOutcome.Repeated));
        Assert.That(reassembly.RemoveExpired(Start.AddDays(1)), Is.Empty);
    }

    [Test]
    public void A_reference_that_comes_round_begins_a_new_message_and_gives_the_old_one_up()
    {
        var reassembly = new Reassembly(new());
        reassembly.Add(Part(1, 2, 1, "0061"));

        var result = reassembly.Add(Part(1, 2, 1, "0062"));
        Assert.That(result.Outcome, Is.EqualTo(PartOutcome.Waiting));
        Assert.That(result.GivenUp.Single().Content.ToHex(), Is.EqualTo("0061"));
        Assert.That(reassembly.Add(Part(1, 2, 2, "0063")).Text, Is.EqualTo("bc"));
        Assert.That(reassembly.Add(Part(1, 2, 2, "0064")).GivenUp, Is.Empty);
    }

    [Test]
    public void References_of_different_senders_totals_and_numbers_do_not_mix()
    {
        var reassembly = new Reassembly(new());
        reassembly.Add(Part(1, 2, 1, "0061"));

        Assert.That(reassembly.Add(Part(2, 2, 2, "0062")).Outcome, Is.EqualTo(PartOutcome.Waiting));
        Assert.That(reassembly.Add(Part(1, 3, 2, "0062")).Outcome, Is.EqualTo(PartOutcome.Waiting));
        Assert.That(reassembly.Add(Part(1, 2, 2, "0062", sender: "8613800138001")).Outcome, Is.EqualTo(PartOutcome.Waiting));
        Assert.That(reassembly.Count, Is.EqualTo(4));
    }

    [Test]
    public void Parts_expire_with_their_message_and_are_given_back()
    {
        var reassembly = new Reassembly(new() { Expiry = TimeSpan.FromMinutes(10) });
        reassembly.Add(Part(1, 3, 1, "0061"));
        reassembly.Add(Part(1, 3, 2, "0062") with { ReceivedAt = Start.AddMinutes(9) });

        Assert.That(reassembly.RemoveExpired(Start.AddMinutes(9)), Is.Empty);
        Assert.That(reassembly.RemoveExpired(Start.AddMinutes(10)).Select(part => part.Sequence), Is.EqualTo(new[] { 1, 2 }));
        Assert.That(reassembly.Count, Is.Zero);
    }

    [Test]
    public void Room_is_bounded_for_all_and_for_each_sender_and_comes_back()
    {
        var reassembly = new Reassembly(new() { MaxMessages = 3, MaxMessagesPerSender = 2 });
        reassembly.Add(Part(1, 2, 1, "0061"));
        reassembly.Add(Part(2, 2, 1, "0061"));

        Assert.That(reassembly.Add(Part(3, 2, 1, "0061")).Outcome, Is.EqualTo(PartOutcome.NoRoom));
        Assert.That(reassembly.Add(Part(1, 2, 1, "0061", sender: "1")).Outcome, Is.EqualTo(PartOutcome.Waiting));
        Assert.That(reassembly.Add(Part(1, 2, 1, "0061", sender: "2")).Outcome, Is.EqualTo(PartOutcome.NoRoom));
        Assert.That(reassembly.Add(Part(1, 2, 2, "0061")).Outcome, Is.EqualTo(PartOutcome.Complete));
        reassembly.RemoveExpired(Start.AddDays(1));
        Assert.That(reassembly.Add(Part(3, 2, 1, "0061")).Outcome, Is.EqualTo(PartOutcome.Waiting));
    }

    [Test]
    public void What_a_store_kept_goes_on_after_a_restart() =>
        Gen.Select(Gen.Int[2, 8], Gen.Int).Sample((total, seed) =>
        {
            var parts = Enumerable.Range(1, total).Select(sequence => Part(7, total, sequence, $"{sequence:X4}") with { ReceivedAt = Start.AddSeconds(sequence) }).ToArray();
            var random = new Random(seed);
            var stored = parts[..random.Next(1, total)];
            random.Shuffle(stored);
            var restored = Reassembly.Restore(new(), stored);
            var outcomes = parts.Select(part => restored.Add(part).Outcome).ToList();
            return outcomes.Count(outcome => outcome == PartOutcome.Repeated) == stored.Length && outcomes[^1] == PartOutcome.Complete;
        });

    [Test]
    public void A_message_that_was_whole_before_a_restart_is_not_handed_over_again()
    {
        var restored = Reassembly.Restore(new(), [Part(1, 2, 2, "0062"), Part(1, 2, 1, "0061")]);

        Assert.That(restored.Add(Part(1, 2, 2, "0062")).Outcome, Is.EqualTo(PartOutcome.Repeated));
    }

    [Test]
    public void A_whole_text_is_no_part() =>
        Assert.Throws<ArgumentException>(() => ReceivedPart.Of(Buyer, ShortCode, MessageText.Decode(0, 0, "a"u8), Start));

    private static ReceivedPart[] Parts(string text)
    {
        var segments = ShortMessageText.Split(text, reference: 9);
        return segments.Parts.Count == 1 ? [] : [.. segments.Parts.Select(part =>
            ReceivedPart.Of(Buyer, ShortCode, MessageText.Decode(segments.DataCoding, part.EsmClass, part.ShortMessage.Span), Start))];
    }

    private static ReceivedPart Part(int reference, int total, int sequence, string hex, TextEncoding encoding = TextEncoding.Ucs2, string? sender = null) =>
        new(new(sender is null ? Buyer : Address.International(sender), ShortCode, reference, total), sequence, encoding, default, default, Octets.FromHex(hex), Start);

    /// <summary>Without lone surrogates, which no encoding carries.</summary>
    private static string Whole(string text) => new([.. text.Where(character => !char.IsSurrogate(character))]);
}
