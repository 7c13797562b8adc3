using CarrierPay.Engine.Payments.Doubts;
using Npgsql;

namespace CarrierPay.Admin.Web;

/// <summary>How many cases wait for people, for the navigation of every page.</summary>
public sealed class WaitingDoubts(DoubtQueries queries)
{
    /// <returns>Null when it cannot be told: a page that says what is wrong must not fail for a number.</returns>
    public async Task<long?> CountAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await queries.CountAsync(cancellationToken);
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException)
        {
            return null;
        }
    }
}
