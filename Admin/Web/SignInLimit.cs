using System.Threading.RateLimiting;

namespace CarrierPay.Admin.Web;

/// <summary>How many passwords are looked at at once. Each costs a tenth of a second of a core on purpose, and the cores are not Admin's alone.</summary>
internal static class SignInLimit
{
    public const string Name = "passwords";
    private const int AtOnce = 2;
    private const int Waiting = 100;

    public static void Add(IServiceCollection services) => services.AddRateLimiter(options =>
    {
        options.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
        // One limit for all: per address, a proxy in front would make it the same.
        options.AddPolicy(Name, context => HttpMethods.IsPost(context.Request.Method)
            ? RateLimitPartition.GetConcurrencyLimiter("all", _ => new() { PermitLimit = AtOnce, QueueLimit = Waiting, QueueProcessingOrder = QueueProcessingOrder.OldestFirst })
            : RateLimitPartition.GetNoLimiter("look"));
    });
}
