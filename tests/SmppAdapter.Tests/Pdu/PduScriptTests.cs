using System.Text;
using System.Text.Json;
using CarrierPay.SmppAdapter.Pdu;
using CarrierPay.SmppAdapter.Text;
using CsCheck;

namespace CarrierPay.SmppAdapter.Tests.Pdu;

public class PduScriptTests
{
    private const string EnquireLink = "00000010000000150000000000000001";

    private static readonly string[] Outcomes = ["ok", "body_error", "frame_error", "incomplete", "unknown_command"];

    [Test]
    public async Task A_message_is_shown_by_the_names_of_the_specification()
    {
        var deliver = new DeliverSm
        {
            SequenceNumber = 0x80000000,
            SourceAddr = Address.International("8613800138000"),
            DestinationAddr = Address.ShortCode("500"),
            DataCoding = 8,
            ShortMessage = Octets.FromHex("4E2D"),
            Tlvs = [Tlv.OfByte(TlvTag.SourceNetworkType, 1), new((TlvTag)0x1402, default)],
        };

        var pdu = (await AnswersAsync(Convert.ToHexString(PduWriter.Encode(deliver)))).Single().Single();

        Assert.That(pdu.GetRawText(), Is.EqualTo("""
            {"outcome":"ok","fields":{"command_length":60,"command_id":"0x00000005","command":"deliver_sm","command_status":0,"sequence_number":2147483648,
            "service_type":"","source_addr_ton":1,"source_addr_npi":1,"source_addr":"8613800138000","dest_addr_ton":0,"dest_addr_npi":0,"destination_addr":"500",
            "esm_class":0,"protocol_id":0,"priority_flag":0,"schedule_delivery_time":"","validity_period":"","registered_delivery":0,"replace_if_present_flag":0,
            "data_coding":8,"sm_default_msg_id":0,"sm_length":2,"short_message":"4E2D",
            "tlvs":[{"tag":"0x000E","name":"source_network_type","length":1,"value":"01"},{"tag":"0x1402","name":null,"length":0,"value":""}]},
            "text":"中","error":null}
            """.Replace("\n", "", StringComparison.Ordinal)));
    }

    [Test]
    public async Task Every_line_is_answered_by_the_outcomes_of_its_pdus()
    {
        (string Line, string Outcomes)[] lines =
        [
            ("", ""),
            (EnquireLink + EnquireLink, "ok ok"),
            ("0000001000000777 00000000 00000001", "unknown_command"),
            ("000000110000000400000000000000FF00" + EnquireLink, "body_error ok"),
            (EnquireLink + "00000011000000", "ok incomplete"),
            ("000000", "incomplete"),
            ("0000000F0000001500000000000000" + EnquireLink, "frame_error"),
            ("474554202F20485454502F312E310D0A", "frame_error"),
            ("no hex at all", "frame_error"),
            ("000", "frame_error"),
        ];

        var answers = await AnswersAsync(string.Join('\n', lines.Select(line => line.Line)));

        Assert.That(
            answers.Select(answer => string.Join(' ', answer.Select(pdu => pdu.GetProperty("outcome").GetString()))),
            Is.EqualTo(lines.Select(line => line.Outcomes)));
    }

    [Test]
    public async Task Thousands_of_lines_are_answered_one_by_one_in_order()
    {
        string[] lines = [];
        Gen.OneOf(
            Generated.Pdu.Array[0, 3].Select(pdus => Convert.ToHexString([.. pdus.SelectMany(PduWriter.Encode)])),
            Gen.Byte.Array[0, 80].Select(Convert.ToHexString),
            Gen.Select(Generated.Pdu, Gen.Int[0, 1 << 20], Gen.Byte, (pdu, place, octet) =>
            {
                var octets = PduWriter.Encode(pdu);
                octets[place % octets.Length] = octet;
                return Convert.ToHexString(octets);
            }),
            Gen.Char[' ', '~'].Array[0, 40].Select(characters => new string(characters))).Array[4000].Sample(generated => lines = generated, iter: 1, threads: 1);

        var answers = await AnswersAsync(string.Join('\n', lines));

        Assert.That(answers, Has.Count.EqualTo(lines.Length));
        Assert.That(answers.SelectMany(answer => answer).Select(pdu => pdu.GetProperty("outcome").GetString()), Is.All.AnyOf(Outcomes));
    }

    [Test]
    public async Task An_answer_comes_before_the_next_line_is_asked_for()
    {
        using var script = PduScript.Start();
        await script.StandardInput.WriteAsync(EnquireLink + "\n");
        await script.StandardInput.FlushAsync();

        Assert.That(await script.StandardOutput.ReadLineAsync(), Does.Contain("enquire_link"));
        script.StandardInput.Close();
        await script.WaitForExitAsync();
    }

    [Test]
    public async Task A_text_is_written_as_short_messages()
    {
        string[] texts = ["hello {world}", "中😀", "", new string('a', 152) + "{" + new string('a', 50), new string('a', 40_000), ""];
        byte[] input = [.. Encoding.UTF8.GetBytes(string.Join('\n', texts)), 0xFF];

        var answers = (await PduScript.RunAsync(input, "--text")).Select(line => JsonDocument.Parse(line).RootElement).ToList();

        Assert.That(answers[0].GetRawText(), Is.EqualTo("""{"encoding":"gsm7","units":15,"parts":["68656C6C6F201B28776F726C641B29"]}"""));
        Assert.That(answers[1].GetRawText(), Is.EqualTo("""{"encoding":"ucs2","units":3,"parts":["4E2DD83DDE00"]}"""));
        Assert.That(answers[2].GetRawText(), Is.EqualTo("""{"encoding":"gsm7","units":0,"parts":[""]}"""));
        var parts = answers[3].GetProperty("parts").EnumerateArray().Select(part => MessageText.Decode(0, EsmClass.UserDataHeader, Convert.FromHexString(part.GetString()!)));
        Assert.That(string.Concat(parts.Select(part => part.Text)), Is.EqualTo(texts[3]));
        Assert.That(answers[4].GetProperty("error").GetString(), Does.Contain("255 are allowed"));
        Assert.That(answers[5].GetRawText(), Is.EqualTo("""{"encoding":null,"units":0,"parts":[],"error":"The line is not UTF-8."}"""));
    }

    [Test]
    public async Task The_examples_of_the_readme_are_true()
    {
        var readme = await File.ReadAllLinesAsync(Path.Combine(PduScript.Root(), "SmppAdapter", "README.md"));
        var examples = readme.Select((line, i) => (Command: line, Answer: readme[Math.Min(i + 1, readme.Length - 1)])).Where(example => example.Command.StartsWith("$ echo ", StringComparison.Ordinal)).ToList();

        Assert.That(examples, Has.Count.EqualTo(2));
        foreach (var (command, answer) in examples)
        {
            var (input, script) = (command[7..command.IndexOf('|', StringComparison.Ordinal)].Trim(' ', '\''), command[(command.IndexOf('|', StringComparison.Ordinal) + 1)..].Trim());
            Assert.That(await PduScript.RunAsync(Encoding.UTF8.GetBytes(input + "\n"), script.Split(' ')[1..]), Is.EqualTo(new[] { answer }));
        }
    }

    [Test]
    public async Task The_help_names_every_outcome()
    {
        var help = string.Join('\n', await PduScript.RunAsync([], "--help"));

        foreach (var word in Outcomes.Append("--text"))
        {
            Assert.That(help, Does.Contain(word));
        }
    }

    private static async Task<IReadOnlyList<IReadOnlyList<JsonElement>>> AnswersAsync(string lines)
    {
        var answers = await PduScript.RunAsync(Encoding.ASCII.GetBytes(lines + "\n"));
        return [.. answers.Select(line => JsonDocument.Parse(line).RootElement.EnumerateArray().ToList())];
    }
}
