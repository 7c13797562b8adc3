using System.Diagnostics;
using System.Text.Json;
using CarrierPay.Engine.Protocols.Iso8583.Wire;
using CsCheck;

namespace CarrierPay.Engine.Tests.Protocols.Iso8583;

/// <summary>npm's iso_8583 reads what we write, and we read what it writes.</summary>
/// <remarks>
/// <c>scripts/test</c> installs it once and says where in CARRIERPAY_NODE_ISO8583. It holds fields 64, 96 and 128 for four octets and 53 for binary, which the
/// standard does not; those are left out. It always writes the second bitmap.
/// </remarks>
[TestFixture]
public sealed class NodeInteropTests
{
    private const int Generated = 300;

    /// <summary>A question a line, an answer a line.</summary>
    private const string Script = """
        const Iso = require('iso_8583');
        require('readline').createInterface({ input: process.stdin }).on('line', line => {
          const asked = JSON.parse(line);
          const got = asked.unpack ? new Iso().getIsoJSON(Buffer.from(asked.unpack, 'hex'), { lenHeader: false }) : new Iso(asked.pack).getRawMessage();
          console.log(JSON.stringify(Buffer.isBuffer(got) ? got.toString('hex') : got));
        });
        """;

    private static readonly int[] Fields = [2, 3, 4, 7, 11, 12, 13, 14, 15, 18, 22, 25, 32, 33, 37, 38, 39, 41, 42, 43, 48, 49, 52, 54, 63, 70, 90, 95, 100, 102, 103, 104];

    private static readonly Iso8583Profile Profile = KnownProfiles.Get(KnownProfiles.A1987);

    private static readonly Gen<IsoMessage> Message = Gen.Select(Messages8583.Choice("0200", "0210", "0420", "0421", "0430", "0800", "0810"), Gen.Shuffle(Fields, 1, 12))
        .SelectMany((mti, numbers) => Gen.Select(Gen.Int[1, 60], Gen.String[Gen.Char['0', '9'], 999, 999]).Array[numbers.Length].Select(values =>
            new IsoMessage(mti, [.. numbers.Zip(values, (number, value) => (number, (string?)Value(Profile[number]!, value.Item1, value.Item2)))])));

    [Test]
    public async Task Both_read_what_the_other_writes()
    {
        var messages = new List<IsoMessage>();
        Message.Array[Generated].Sample(generated => messages.AddRange(generated), iter: 1, threads: 1);
        var questions = messages.Select(message => JsonSerializer.Serialize(new { unpack = Convert.ToHexStringLower(MessageWriter.Encode(message, Profile)) }))
            .Concat(messages.Select(message => JsonSerializer.Serialize(new { pack = Json(message) })));

        var answers = await AskNodeAsync(questions);

        Assert.That(answers, Has.Count.EqualTo(2 * messages.Count));
        foreach (var (message, answer) in messages.Zip(answers)) Assert.That(JsonSerializer.Deserialize<Dictionary<string, string>>(answer), Is.EquivalentTo(Json(message)));
        foreach (var (message, answer) in messages.Zip(answers.Skip(messages.Count)))
            Assert.That(MessageReader.Decode(Convert.FromHexString(JsonSerializer.Deserialize<string>(answer)!), Profile), Is.EqualTo(message));
        foreach (var (message, answer) in messages.Zip(answers.Skip(messages.Count)).Where(pair => pair.First.Highest > 64))
            Assert.That(Convert.ToHexStringLower(MessageWriter.Encode(message, Profile)), Is.EqualTo(JsonSerializer.Deserialize<string>(answer)), "the same octets");
    }

    private static string Value(FieldFormat format, int length, string digits) => format.Content == FieldContent.Binary
        ? digits[..(format.Length * 2)]
        : digits[..(format.IsFixed ? format.Length : Math.Min(length, format.Length))];

    private static Dictionary<string, string> Json(IsoMessage message) =>
        message.Fields.Select(field => (Key: $"{field.Number}", field.Value)).Prepend((Key: "0", Value: message.Mti)).ToDictionary(field => field.Key, field => field.Value);

    private static async Task<IReadOnlyList<string>> AskNodeAsync(IEnumerable<string> questions)
    {
        var modules = Environment.GetEnvironmentVariable("CARRIERPAY_NODE_ISO8583");
        if (modules is null) Assert.Ignore("npm's iso_8583 is not installed (scripts/test installs it where node and npm are)");
        var start = new ProcessStartInfo("node") { RedirectStandardInput = true, RedirectStandardOutput = true, Environment = { ["NODE_PATH"] = modules } };
        start.ArgumentList.Add("-e");
        start.ArgumentList.Add(Script);
        using var node = Process.Start(start)!;
        var answers = node.StandardOutput.ReadToEndAsync();
        foreach (var question in questions) await node.StandardInput.WriteLineAsync(question);
        node.StandardInput.Close();
        return (await answers).Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
