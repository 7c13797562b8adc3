using CarrierPay.PduTool;

// scripts/pdu: a line in, a line out, until the input ends. Whatever the line is, there is an answer.
if (args is not ([] or ["--text"]))
{
    Console.Error.WriteLine("pdu: there is one option, --text; scripts/pdu --help tells more");
    return 2;
}
var isText = args is ["--text"];
using var input = Console.OpenStandardInput();
using var output = Console.OpenStandardOutput();
using var answers = new AnswerWriter(output);
var reference = 0;
try
{
    foreach (var line in InputLines.Read(input))
    {
        if (isText)
        {
            TextAnswer.Write(answers, line, ++reference);
        }
        else
        {
            StreamAnswer.Write(answers, line);
        }
        answers.EndLine();
    }
}
catch (IOException)
{
    // Whoever reads the answers has gone: nothing is left to do.
    return 1;
}
return 0;
