using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Core.Infrastructure;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.AspNetCore.Mvc.ViewFeatures;

namespace CarrierPay.Admin.Web;

/// <summary>A form without a valid antiforgery field is not acted on: it is of another session, or of another site. The page is shown again and says so.</summary>
internal sealed partial class RefusedForms(ITempDataDictionaryFactory notices, Words words, ILogger<RefusedForms> logger) : IAlwaysRunResultFilter
{
    public void OnResultExecuting(ResultExecutingContext context)
    {
        if (context.Result is not IAntiforgeryValidationFailedResult)
            return;
        var request = context.HttpContext.Request;
        LogRefused(request.Path);
        var notice = notices.GetTempData(context.HttpContext);
        notice.Say(NoticeKind.Refused, words["This form was no longer valid: it belonged to an earlier session. Nothing was done; please check the page and send it again."]);
        // The filter that saves it stands behind the one that refused the form.
        notice.Save();
        context.Result = new LocalRedirectResult($"~{request.Path}");
    }

    public void OnResultExecuted(ResultExecutedContext context)
    {
    }

    [LoggerMessage(AdminEventIds.FormRefused, LogLevel.Warning, "A form for {Path} was refused: its antiforgery field was missing, of another session or of another site.")]
    private partial void LogRefused(string path);
}
