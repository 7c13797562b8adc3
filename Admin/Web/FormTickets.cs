using System.Globalization;
using System.Security.Cryptography;
using CarrierPay.Engine.Staff;
using CarrierPay.Engine.Storage;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Options;

namespace CarrierPay.Admin.Web;

/// <summary>The hidden field of a form that decides about money: an operation id of its own, sealed with who may send it, what for, and when it was shown.</summary>
/// <remarks>A form that is sent twice carries the same operation id, and the use case gives the same answer without doing it twice. An old form is refused: what it showed may have changed.</remarks>
public sealed class FormTickets(SecretKeys keys, TimeProvider time, IOptions<AdminOptions> options)
{
    private readonly IDataProtector _protector = keys.Protector("admin forms");

    /// <summary>What a ticket that came back is worth.</summary>
    public enum Outcome { NotOurs, Expired, Valid }

    /// <param name="subject">What the form decides about, as <c>approve 12 3</c>.</param>
    public string Issue(StaffMember member, string subject) =>
        _protector.Protect(string.Create(CultureInfo.InvariantCulture, $"{Guid.CreateVersion7():N} {time.GetUtcNow().ToUnixTimeSeconds()} {member.Id} {subject}"));

    /// <returns>The operation id, if the ticket is valid.</returns>
    public (Outcome Outcome, Guid Operation) Read(string? ticket, StaffMember member, string subject)
    {
        string[] parts;
        try
        {
            parts = _protector.Unprotect(ticket ?? "").Split(' ', 4);
        }
        catch (CryptographicException)
        {
            return (Outcome.NotOurs, default);
        }
        if (parts is not [var operation, var shown, var owner, var about] || about != subject || owner != member.Id.ToString(CultureInfo.InvariantCulture))
            return (Outcome.NotOurs, default);
        var age = time.GetUtcNow() - DateTimeOffset.FromUnixTimeSeconds(long.Parse(shown, CultureInfo.InvariantCulture));
        return age > options.Value.FormLongest ? (Outcome.Expired, default) : (Outcome.Valid, Guid.ParseExact(operation, "N"));
    }
}

internal static class TicketNotices
{
    /// <summary>Says why a form was not acted on.</summary>
    public static void SayTicket(this Microsoft.AspNetCore.Mvc.RazorPages.PageModel page, FormTickets.Outcome outcome, Words words) => page.Say(
        NoticeKind.Refused,
        outcome == FormTickets.Outcome.Expired
            ? words["This form was too old: what it showed may have changed. Nothing was done; look at it again."]
            : words["This form was not made for you or for this. Nothing was done; look at it again."]);
}
