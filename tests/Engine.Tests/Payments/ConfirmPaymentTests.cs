using CarrierPay.Engine.Ledger;
using CarrierPay.Engine.Messaging.Texts;
using CarrierPay.Engine.Primitives;
using CarrierPay.Engine.Subscribers;
using CarrierPay.Engine.Tests.Subscribers;

namespace CarrierPay.Engine.Tests.Payments;

[TestFixture]
public sealed class ConfirmPaymentTests
{
    private static (PureLane Lane, SubscriberState Subscriber, string Code) Prompted()
    {
        var lane = new PureLane();
        var subscriber = lane.Subscriber();
        lane.Text(subscriber, "PAY COFFEE LATTE");
        return (lane, subscriber, lane.CodeOf(subscriber));
    }

    [Test]
    public void The_right_code_charges_once_and_gives_a_receipt()
    {
        var (lane, subscriber, code) = Prompted();
        var id = subscriber.OpenPayments.Single().Id;
        lane.Text(subscriber, $"Y {code}");
        Assert.That(lane.Answer, Is.EqualTo(TextTemplate.Receipt));
        Assert.That(lane.Said, Is.EqualTo(new[] { PaymentReference.Of(subscriber.Id, 1), "EUR 12.50", "Star Coffee", "wallet", "23/11 14:31", "EUR 87.50", "EUR 12.50" }));
        Assert.That(lane.Transfers.Single(), Is.EqualTo(new Transfer(
            lane.Transfers[0].Id, ChartAccount.Prepaid, 7, ChartAccount.MerchantPayable, 1, TransferKind.Payment, 1250, 978, id.Value)));
        Assert.That((subscriber.BalanceMinor, subscriber.Spending.DayMinor, subscriber.Spending.DayPayments), Is.EqualTo((8750, 1250, 1)));
        Assert.That((lane.Ended.Single().Outcome, lane.Ended[0].Payment.Consent), Is.EqualTo((PaymentOutcome.Succeeded, subscriber.ConsentHead)));
        Assert.That(subscriber.ConsentHead, Has.Length.EqualTo(32));
        Assert.That(lane.Messages[^1].Received, Is.EqualTo("Y ****"));
    }

    [Test]
    public void A_second_confirmation_is_told_that_it_is_paid_and_charges_nothing()
    {
        var (lane, subscriber, code) = Prompted();
        lane.Text(subscriber, $"Y {code}");
        lane.Text(subscriber, $"Y {code}");
        Assert.That((lane.Answer, lane.Transfers.Count, subscriber.WrongCodes), Is.EqualTo((TextTemplate.AlreadyPaid, 1, 0)));
    }

    [Test]
    public void The_code_of_a_payment_that_ended_otherwise_is_told_its_end()
    {
        var (lane, subscriber, code) = Prompted();
        lane.Text(subscriber, $"N {code}");
        lane.Text(subscriber, $"Y {code}");
        Assert.That((lane.Answer, subscriber.WrongCodes), Is.EqualTo((TextTemplate.Cancelled, 0)));
    }

    [Test]
    public void A_bare_yes_needs_a_code_if_something_waits()
    {
        var (lane, subscriber, _) = Prompted();
        lane.Text(subscriber, "Y");
        Assert.That((lane.Answer, lane.Transfers.Count), Is.EqualTo((TextTemplate.CodeNeeded, 0)));
        lane.Text(subscriber, "N");
        lane.Text(subscriber, "Y");
        Assert.That(lane.Answer, Is.EqualTo(TextTemplate.NothingToConfirm));
    }

    [Test]
    public void A_code_is_good_until_its_time_and_not_at_it()
    {
        var (lane, subscriber, code) = Prompted();
        lane.Now += TimeSpan.FromMinutes(5) - TimeSpan.FromTicks(1);
        lane.Text(subscriber, $"Y {code}");
        Assert.That(lane.Answer, Is.EqualTo(TextTemplate.Receipt));

        (lane, subscriber, code) = Prompted();
        lane.Now += TimeSpan.FromMinutes(5);
        lane.Text(subscriber, $"Y {code}");
        Assert.That((lane.Answer, lane.Ended.Single().Outcome, lane.Transfers.Count), Is.EqualTo((TextTemplate.Expired, PaymentOutcome.Expired, 0)));
    }

    [Test]
    public void The_third_wrong_code_ends_all_that_await_one()
    {
        var (lane, subscriber, code) = Prompted();
        lane.Text(subscriber, "PAY NEWS");
        var wrong = lane.WrongCodes(subscriber).Take(3).ToList();
        lane.Text(subscriber, $"Y {wrong[0]}");
        Assert.That((lane.Answer, lane.Said[0]), Is.EqualTo((TextTemplate.WrongCode, "2")));
        lane.Text(subscriber, $"N {wrong[1]}");
        Assert.That((lane.Answer, lane.Said[0]), Is.EqualTo((TextTemplate.WrongCode, "1")));
        lane.Text(subscriber, wrong[2]);
        Assert.That((lane.Answer, subscriber.WrongCodes, subscriber.OpenPayments.Count), Is.EqualTo((TextTemplate.CodesLocked, 0, 0)));
        Assert.That(lane.Ended.Select(e => e.Outcome), Is.All.EqualTo(PaymentOutcome.DeclinedWrongCodes));
        lane.Text(subscriber, $"Y {code}");
        Assert.That((lane.Answer, lane.Transfers.Count), Is.EqualTo((TextTemplate.CodesLocked, 0)));
    }

    [Test]
    public void A_wrong_code_counts_once_however_often_the_SMSC_brings_the_text()
    {
        var (lane, subscriber, _) = Prompted();
        var wrong = lane.WrongCodes(subscriber).Take(2).ToList();
        foreach (var text in new[] { $"Y {wrong[0]}", $"Y {wrong[0]}", $"N {wrong[1]}", $"Y {wrong[0]}", $"N {wrong[1]}" })
            lane.Text(subscriber, text);
        Assert.That((lane.Answer, lane.Said[0], subscriber.WrongCodes), Is.EqualTo((TextTemplate.WrongCode, "1", 2)));
        Assert.That(subscriber.OpenPayments, Has.Count.EqualTo(1));
    }

    [Test]
    public void The_same_wrong_code_counts_again_when_the_SMSC_cannot_be_repeating_any_more()
    {
        var (lane, subscriber, _) = Prompted();
        var wrong = $"Y {lane.WrongCodes(subscriber).First()}";
        lane.Text(subscriber, wrong);
        lane.Now += lane.Rules.RepeatWithin + TimeSpan.FromSeconds(1);
        lane.Text(subscriber, "PAY NEWS");
        lane.Text(subscriber, wrong);
        Assert.That(subscriber.WrongCodes, Is.EqualTo(2));
    }

    [Test]
    public void Wrong_answers_and_recent_payments_are_kept_side_by_side()
    {
        var (lane, subscriber, code) = Prompted();
        var wrong = lane.WrongCodes(subscriber).Take(2).ToList();
        lane.Text(subscriber, $"Y {wrong[0]}");
        lane.Text(subscriber, $"Y {code}");
        lane.Text(subscriber, "PAY NEWS");
        lane.Text(subscriber, $"Y {wrong[0]}");
        Assert.That((lane.Answer, lane.Said[0]), Is.EqualTo((TextTemplate.WrongCode, "3")), "it was counted before the right one");
        lane.Text(subscriber, $"Y {wrong[1]}");
        Assert.That((lane.Answer, lane.Said[0]), Is.EqualTo((TextTemplate.WrongCode, "2")));
        Assert.That(subscriber.Recent.NewestFirst().Single().Outcome, Is.EqualTo(PaymentOutcome.Succeeded));
    }

    [Test]
    public void The_right_code_forgives_the_wrong_ones()
    {
        var (lane, subscriber, code) = Prompted();
        lane.Text(subscriber, $"Y {lane.WrongCodes(subscriber).First()}");
        lane.Text(subscriber, $"Y {code}");
        Assert.That(subscriber.WrongCodes, Is.Zero);
    }

    [Test]
    public void A_wrong_code_does_not_count_while_nothing_waits()
    {
        var lane = new PureLane();
        var subscriber = lane.Subscriber();
        lane.Text(subscriber, "PAY EA"); // being priced: no code yet
        lane.Text(subscriber, $"Y {lane.WrongCodes(subscriber).First()}");
        Assert.That((lane.Answer, subscriber.WrongCodes), Is.EqualTo((TextTemplate.NothingToConfirm, 0)));
    }

    [Test]
    public void What_changed_since_the_prompt_is_looked_at_again()
    {
        var (lane, subscriber, code) = Prompted();
        lane.Replace(PureLane.Coffee with { Status = MerchantStatus.Suspended });
        lane.Text(subscriber, $"Y {code}");
        Assert.That((lane.Answer, lane.Ended.Single().Outcome), Is.EqualTo((TextTemplate.MerchantSuspended, PaymentOutcome.DeclinedMerchantSuspended)));

        (lane, subscriber, code) = Prompted();
        subscriber.BalanceMinor = 1249;
        lane.Text(subscriber, $"Y {code}");
        Assert.That((lane.Answer, subscriber.BalanceMinor), Is.EqualTo((TextTemplate.InsufficientFunds, 1249)));

        (lane, subscriber, code) = Prompted();
        subscriber.Status = SubscriberStatus.Blocked;
        lane.Text(subscriber, $"Y {code}");
        Assert.That((lane.Answer, lane.Ended.Single().Outcome), Is.EqualTo((TextTemplate.AccountBlocked, PaymentOutcome.DeclinedAccountBlocked)));
        Assert.That(lane.Transfers, Is.Empty);
    }

    [Test]
    public void Limits_count_what_was_charged_on_the_business_day_and_in_the_month()
    {
        var lane = new PureLane(limits: new(100_000, 2000, 2500, 3750, 10));
        var subscriber = lane.Subscriber();
        List<TextTemplate> answers = [];
        for (var day = 0; day < 2; day++)
        {
            for (var i = 0; i < 3; i++)
            {
                lane.Text(subscriber, $"PAY COFFEE LATTE{new string(' ', (day * 3) + i)}");
                if (subscriber.OpenPayments.Count > 0)
                    lane.Text(subscriber, $"Y {lane.CodeOf(subscriber)}");
                answers.Add(lane.Answer);
            }
            lane.Now += TimeSpan.FromDays(1);
        }
        Assert.That(answers, Is.EqualTo(new[]
        {
            TextTemplate.Receipt, TextTemplate.Receipt, TextTemplate.OverDayLimit, TextTemplate.Receipt, TextTemplate.OverMonthLimit, TextTemplate.OverMonthLimit,
        }));
        lane.Now = new(2026, 12, 1, 0, 0, 0, TimeSpan.Zero);
        lane.Text(subscriber, "PAY COFFEE LATTE .");
        Assert.That(lane.Answer, Is.EqualTo(TextTemplate.Prompt).Or.EqualTo(TextTemplate.PromptAgain));
    }
}
