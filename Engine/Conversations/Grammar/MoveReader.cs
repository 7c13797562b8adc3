namespace CarrierPay.Engine.Conversations.Grammar;

/// <summary>Reads the arguments of TOPUP and CASHOUT: an amount, and perhaps where the money comes from or goes to, in either order.</summary>
internal static class MoveReader
{
    private const int First = 1;

    public static SmsCommand Read(ref FoldedText text, ref SmsGrammar.Places places)
    {
        var end = text.Count;
        var (source, amount) = PayReader.ReadFromBack(ref text, First, ref end);
        if (end > First)
            return end == First + 1 && AmountReader.LooksLikeNumber(text[First]) ? new BadAmountCommand("", AmountOutcome.Unclear) : UnknownCommand.Instance;
        if (amount is { Outcome: not AmountOutcome.Ok } bad)
            return new BadAmountCommand("", bad.Outcome);
        places = places with { Amount = amount?.Place ?? default };
        return new MoveCommand(text.Verb == Verb.CashOut, amount?.Value, source);
    }
}
