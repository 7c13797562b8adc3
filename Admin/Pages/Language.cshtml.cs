using CarrierPay.Admin.Web;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace CarrierPay.Admin.Pages;

/// <summary>Remembers in which language the pages speak to this browser.</summary>
public sealed class LanguageModel : PageModel
{
    public IActionResult OnGet() => LocalRedirect("/");

    public IActionResult OnPost(string? language, string? back)
    {
        Response.Cookies.Append(Words.Cookie, language == "zh" ? "zh" : "en", new()
        {
            HttpOnly = true,
            Secure = Request.IsHttps,
            SameSite = SameSiteMode.Lax,
            MaxAge = TimeSpan.FromDays(365),
            IsEssential = true,
        });
        return LocalRedirect(Url.IsLocalUrl(back) ? back : "/");
    }
}
