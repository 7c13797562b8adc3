using System.Buffers.Binary;
using System.Security.Cryptography;
using Dapper;

namespace CarrierPay.Engine.Tests.Lanes;

/// <summary>Rule 23, and what proves that a subscriber agreed: a chain of links from payment to payment, each with the hash of the text that said yes.</summary>
[TestFixture]
internal sealed class EvidenceTests : LaneFixture
{
    private sealed record Link(long Payment, byte[] Answer, byte[] Consent);

    [Test]
    public async Task The_chain_of_consents_can_be_computed_again_from_the_rows()
    {
        var links = await PayAsync(3);
        Assert.That(links, Has.Count.EqualTo(3));
        Assert.That(Holds(links), Is.True);
        Assert.That(await ReadAsync<byte[]>("select consent_head from subscribers where id = 1"), Is.EqualTo(links[^1].Consent));
    }

    [Test]
    public async Task A_row_that_was_changed_or_left_out_breaks_the_chain()
    {
        var links = await PayAsync(3);
        for (var i = 0; i < links.Count; i++)
        {
            var forged = RandomNumberGenerator.GetBytes(16);
            Assert.That(Holds([.. links[..i], links[i] with { Answer = forged }, .. links[(i + 1)..]]), Is.False, "another answer");
            Assert.That(Holds([.. links[..i], links[i] with { Payment = links[i].Payment + 1 }, .. links[(i + 1)..]]), Is.False, "another payment");
            if (i < links.Count - 1)
                Assert.That(Holds([.. links[..i], .. links[(i + 1)..]]), Is.False, "one left out");
        }
    }

    [Test]
    public async Task The_hash_of_a_text_is_kept_and_the_text_with_its_code_is_not()
    {
        await PayAsync(1);
        var text = $"Y {LaneStack.CodeOf(1, 1)}";
        Assert.That(await ReadAsync<long>($"select count(*) from messages where received_hash = '\\x{Convert.ToHexString(LaneStack.Text(1, text).TextHash)}'"), Is.EqualTo(1));
        Assert.That(await ReadAsync<string>("select string_agg(concat(received, parameters), ' ') from messages"), Does.Not.Contain(LaneStack.CodeOf(1, 1)));
        Assert.That(await ReadAsync<string>("select received from messages order by id desc limit 1"), Is.EqualTo("Y ****"));
    }

    private static bool Holds(IReadOnlyList<Link> links)
    {
        var before = new byte[32];
        foreach (var link in links)
        {
            var payment = new byte[8];
            BinaryPrimitives.WriteInt64BigEndian(payment, link.Payment);
            if (!SHA256.HashData([.. before, .. payment, .. link.Answer]).SequenceEqual(link.Consent))
                return false;
            before = link.Consent;
        }
        return true;
    }

    private async Task<List<Link>> PayAsync(int payments)
    {
        await using var stack = await LaneStack.StartAsync(Database);
        for (var number = 1; number <= payments; number++)
        {
            await stack.TextAsync(1, "PAY NEWS");
            await stack.TextAsync(1, $"Y {LaneStack.CodeOf(1, number)}");
        }
        await using var connection = await Database.Owner.OpenConnectionAsync();
        var rows = await connection.QueryAsync<(long, byte[], byte[])>(
            """
            select p.id, m.received_hash, p.consent
            from payments p
            join messages m on m.lane = p.lane and m.payment_id = p.id and m.at = p.ended_at
            where p.lane = 1 and p.subscriber_id = 1 and p.consent is not null
            order by p.number
            """);
        return [.. rows.Select(r => new Link(r.Item1, r.Item2, r.Item3))];
    }
}
