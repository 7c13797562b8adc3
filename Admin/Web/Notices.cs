using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.Mvc.ViewFeatures;

namespace CarrierPay.Admin.Web;

/// <summary>How a notice is meant; shown by colour, a mark and a word.</summary>
public enum NoticeKind { Done, Refused, Problem }

/// <summary>What the next page says on top, once.</summary>
public sealed record Notice(NoticeKind Kind, string Text);

internal static class Notices
{
    private const string Key = "notice";

    public static void Say(this PageModel page, NoticeKind kind, string text) => page.TempData.Say(kind, text);

    public static void Say(this ITempDataDictionary data, NoticeKind kind, string text) => data[Key] = $"{kind} {text}";

    public static Notice? Take(ITempDataDictionary data) =>
        data[Key] is string said && said.Split(' ', 2) is [var kind, var text] ? new(Enum.Parse<NoticeKind>(kind), text) : null;
}
