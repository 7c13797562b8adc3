using System.Globalization;
using CarrierPay.Engine.Conversations.Grammar;
using CarrierPay.Engine.Funding;
using CarrierPay.Engine.Funding.PhoneBill;
using CarrierPay.Engine.Messaging.Texts;
using CarrierPay.Engine.Payments;
using CarrierPay.Engine.Subscribers;

namespace CarrierPay.Engine.Conversations;

/// <summary>The screens of a dialogue, and what a choice on each of them leads to.</summary>
/// <remarks>
/// <code>
/// Menu      1 payments to confirm · 2 pay · 3 balance · 4 last payments · 0 exit
/// Pending   1 to 3 a payment · 9 more · 0 back
/// Payment   its code pays · 2 cancels · 0 back
/// PayWhom   merchant [item] [amount] · 0 back
/// Told      0 back
/// </code>
/// The numbers never change, because people learn what to dial. On every screen a command of the SMS grammar does what it does there.
/// A payment needs its code here too: it says which payment is meant, and an input that is delivered twice confirms nothing twice.
/// </remarks>
internal sealed class UssdMenu(SubscriberState subscriber, string replyPath, Given given, Changes changes)
{
    private const int PaymentsOnPage = 3;

    private Dialogue Dialogue => subscriber.Dialogue!;

    /// <summary>Takes the choices one after the other from the screen that is shown; none, of a new dialogue, show the menu. Only the last screen is said.</summary>
    /// <returns>False if nothing could be said yet.</returns>
    public bool Take(ReadOnlySpan<string> choices)
    {
        if (Dialogue.Screen == DialogueScreen.Over)
            Go(DialogueScreen.Menu);
        for (; choices.Length > 0; choices = choices[1..])
        {
            // A merchant, an item and an amount are one input.
            var input = Dialogue.Screen == DialogueScreen.PayWhom && choices[0] != "0" ? string.Join(' ', choices) : choices[0];
            if (Choose(input, choices.Length == 1) is { } isAnswered)
                return isAnswered;
        }
        Show();
        return true;
    }

    /// <returns>Null if the choice led to another screen, or to none, and nothing was said yet; else whether something was said.</returns>
    private bool? Choose(string input, bool isLast)
    {
        switch (Dialogue.Screen, Digit(input))
        {
            case (DialogueScreen.Menu, 0):
                Go(DialogueScreen.Over);
                changes.Tell(TextTemplate.Goodbye);
                return true;
            case (_, 0):
                Go(DialogueScreen.Menu);
                return null;
            case (DialogueScreen.Menu, 1):
                return Confirmations(isLast);
            case (DialogueScreen.Menu, 2):
                Go(DialogueScreen.PayWhom);
                return null;
            case (DialogueScreen.Menu, 3):
                return Balance();
            case (DialogueScreen.Menu, 4):
                return History(HistoryCommand.MaximumCount);
            case (DialogueScreen.Pending, >= 1 and <= PaymentsOnPage and var place):
                if (CodeAnswer.Awaiting(subscriber, given).ElementAtOrDefault((Dialogue.Page * PaymentsOnPage) + place - 1) is { } payment)
                    Go(DialogueScreen.Payment, payment.Number);
                return null;
            case (DialogueScreen.Pending, 9):
                Go(DialogueScreen.Pending, page: Dialogue.Page + 1);
                return null;
            case (DialogueScreen.Payment, 2):
                return Cancel(given.Codes.Of(subscriber.Id, Dialogue.PaymentNumber));
            default:
                return Typed(input);
        }
    }

    private bool? Typed(string input)
    {
        var command = SmsGrammar.Parse(input);
        if (Dialogue.Screen == DialogueScreen.PayWhom && command is not (PayCommand or BadAmountCommand or PayWithoutMerchantCommand or MoveCommand))
        {
            var order = SmsGrammar.Parse($"PAY {input}");
            // A lone digit that is nobody's keyword is a choice of the screen before, delivered twice.
            if (Digit(input) >= 0 && (order as PayCommand is not { } pay || given.Reference.Find(pay.Keyword) is null))
                return null;
            // Digits alone may be a merchant or a code: known merchants come first.
            if (command is not ConfirmCommand { Code: not null } || !OrderPayment.MayBeCode(order, given))
                return Pay($"PAY {input}", order);
        }
        switch (command)
        {
            case PayCommand or BadAmountCommand or MoveCommand:
                return Pay(input, command);
            case ConfirmCommand { Code: { } code }:
                return Confirm(code);
            case DenyCommand { Code: { } code }:
                return Cancel(code);
            case BalanceCommand:
                return Balance();
            case HistoryCommand history:
                return History(history.Count);
            default:
                return null; // the screen is shown again
        }
    }

    private bool Pay(string text, SmsCommand command)
    {
        Go(DialogueScreen.Over);
        // The fingerprint that the text has as an SMS: who tries again after a session was lost is asked about the same payment.
        var fingerprint = Fingerprint(text);
        OrderPayment.Decide(subscriber, command, fingerprint, replyPath, given, changes);
        var priced = subscriber.OpenPayments.Find(p => p is { Ended: null, State: PaymentState.Quoting } && p.RequestFingerprint == fingerprint);
        if (priced is null || changes.HasTold)
            return true;
        subscriber.SetDialogue(Dialogue with { AnsweredBy = priced.Id });
        return false;
    }

    private bool Confirm(string code)
    {
        var (screen, number) = Dialogue.Screen == DialogueScreen.Payment ? (DialogueScreen.Payment, Dialogue.PaymentNumber) : (DialogueScreen.Told, 0);
        Go(DialogueScreen.Over);
        switch (ConfirmPayment.Decide(subscriber, code, Fingerprint(code), given, changes))
        {
            case ConfirmPayment.Outcome.WrongCode or ConfirmPayment.Outcome.NothingToConfirm:
                Go(screen, number);
                return true;
            case ConfirmPayment.Outcome.Charging:
                // What the session waits for is the answer of who keeps the money.
                var charging = subscriber.OpenPayments.FindLast(p => p is { Ended: null, State: PaymentState.Charging } && p.ChargedAt == given.Now);
                subscriber.SetDialogue(Dialogue with { AnsweredBy = charging!.Id });
                return false;
            default:
                return true;
        }
    }

    private bool Cancel(string code)
    {
        Go(DialogueScreen.Over);
        CancelPayment.Decide(subscriber, code, Fingerprint(code), given, changes);
        return true;
    }

    private bool Balance()
    {
        Go(DialogueScreen.Told);
        AnswerQuestions.Balance(subscriber, given, changes);
        return true;
    }

    private bool History(int count)
    {
        Go(DialogueScreen.Told);
        AnswerQuestions.History(subscriber, count, given, changes);
        return true;
    }

    /// <summary>The one payment that waits, or a list of those that do.</summary>
    /// <param name="isLast">False when a dialled string goes on: then it chooses from the list, however many wait.</param>
    private bool? Confirmations(bool isLast)
    {
        switch (CodeAnswer.Awaiting(subscriber, given))
        {
            case []:
                Go(DialogueScreen.Told);
                changes.Tell(TextTemplate.NothingToConfirm);
                return true;
            case [var only] when isLast:
                Go(DialogueScreen.Payment, only.Number);
                return null;
            default:
                Go(DialogueScreen.Pending);
                return null;
        }
    }

    private void Show()
    {
        var awaiting = CodeAnswer.Awaiting(subscriber, given);
        switch (Dialogue.Screen)
        {
            case DialogueScreen.Payment when awaiting.Find(p => p.Number == Dialogue.PaymentNumber) is { } payment:
                PaymentTexts.Prompt(subscriber, payment, given, changes);
                break;
            case DialogueScreen.Pending when awaiting.Count > 0:
                ShowPending(awaiting);
                break;
            case DialogueScreen.PayWhom:
                changes.Tell(TextTemplate.PayWhom);
                break;
            default:
                Go(DialogueScreen.Menu); // what was to be shown is no more, or there is nothing to choose on it
                ShowMenu(awaiting);
                break;
        }
    }

    private void ShowMenu(List<OpenPayment> awaiting)
    {
        // A wallet that holds money is shown even when it is not linked any more; a line with a phone bill alone sees its month.
        var isBill = subscriber.BalanceMinor == 0 && !subscriber.Has(FundingKind.Prepaid) && FundingSources.HasBill(subscriber, given);
        var source = isBill ? FundingKind.PhoneBill : FundingKind.Prepaid;
        var balance = isBill ? PhoneBillAccount.Of(subscriber, given).ChargedMinor : subscriber.BalanceMinor;
        var only = awaiting is [var one] ? one : null;
        changes.Tell(
            TextTemplate.Menu, PaymentTexts.Source(source, subscriber.Language), PaymentTexts.Amount(subscriber, balance),
            only is null ? "" : PaymentTexts.Amount(subscriber, only.AmountMinor), only is null ? "" : PaymentTexts.Payee(subscriber, only.Merchant, only.Source, given),
            only is null ? awaiting.Count.ToString(CultureInfo.InvariantCulture) : "");
    }

    private void ShowPending(List<OpenPayment> awaiting)
    {
        var pages = (awaiting.Count + PaymentsOnPage - 1) / PaymentsOnPage;
        var page = Dialogue.Page % pages; // more of the last is the first
        Go(DialogueScreen.Pending, page: page);
        List<string> lines = [];
        foreach (var payment in awaiting.Skip(page * PaymentsOnPage).Take(PaymentsOnPage))
            lines.Add(TextFormat.ChoiceLine(lines.Count + 1, PaymentTexts.Amount(subscriber, payment.AmountMinor), PaymentTexts.Payee(subscriber, payment.Merchant, payment.Source, given)));
        changes.Tell(TextTemplate.Pending, string.Join('\n', lines), pages > 1 ? PaymentTexts.More(subscriber.Language) : "");
    }

    private void Go(DialogueScreen screen, int number = 0, int page = 0) => subscriber.SetDialogue(Dialogue with { Screen = screen, PaymentNumber = number, Page = page });

    private int Fingerprint(string text) => ReceiveText.Fingerprint(subscriber.Msisdn, replyPath, text);

    /// <summary>A single digit, full-width too; -1 for anything else.</summary>
    private static int Digit(string input) => input.Length == 1 && char.IsDigit(input[0]) ? (int)char.GetNumericValue(input[0]) : -1;
}
