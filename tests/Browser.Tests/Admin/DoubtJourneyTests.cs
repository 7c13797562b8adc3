using CarrierPay.Admin.Tests;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace CarrierPay.Browser.Tests.Admin;

/// <summary>A payment in doubt, from the queue to the approval, each person in a browser of their own.</summary>
[TestFixture]
public sealed class DoubtJourneyTests
{
    /// <summary>On the page of a case: says what was found.</summary>
    internal static async Task ProposeAsync(AdminPages pages)
    {
        await pages.Test("charged").CheckAsync();
        await pages.Test("reason").FillAsync("Record 88123 of the charging system shows the debit");
        await pages.Test("propose").ClickAsync();
        await pages.Test("proposal-row").First.WaitForAsync();
    }

    [Test]
    public async Task A_case_is_found_proposed_by_one_person_refused_to_its_maker_and_approved_by_another()
    {
        await using var desk = await Desk.OpenAsync();
        await desk.LeaveDoubtAsync();
        var arno = await AdminPages.SignInAsync(desk, "arno");
        var complaints = Browser.Complaints(arno.Page);
        await Expect(arno.Test("doubts-waiting")).ToContainTextAsync("1");
        await arno.Test("nav-doubts").ClickAsync();
        await arno.Test("case").GetByRole(AriaRole.Link).ClickAsync();
        await Expect(arno.Test("identifiers")).ToContainTextAsync("carrierpay.operator.example;3970;17;501");
        await ProposeAsync(arno);
        await Expect(arno.Notice).ToContainTextAsync("Proposed. Another person has to approve it.");
        await Expect(arno.Test("own")).ToBeVisibleAsync();
        await Expect(arno.Test("approve")).ToHaveCountAsync(0);

        var anna = await AdminPages.SignInAsync(desk, "anna");
        await anna.Test("nav-doubts").ClickAsync();
        await anna.Test("case").GetByRole(AriaRole.Link).ClickAsync();
        await Expect(anna.Test("proposal")).ToContainTextAsync("exactly EUR 12.50 was taken");
        await anna.Test("confirmed").CheckAsync();
        await anna.Test("note").FillAsync("Seen it, too");
        await anna.Test("approve").ClickAsync();
        await Expect(anna.Notice).ToContainTextAsync("Approved. It is booked within a few seconds.");
        await Expect(anna.Test("proposal-state")).ToContainTextAsync("Being booked");
        Assert.That(complaints, Is.Empty);
    }
}
