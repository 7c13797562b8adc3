using CarrierPay.Engine.Ledger;
using CarrierPay.Engine.Settlement.Contracts;

namespace CarrierPay.Engine.Settlement.Runs;

/// <summary>What a merchant was paid from one rail within one stretch of days in which no contract begins or ends.</summary>
/// <param name="GrossMinor">Below 0 for what was taken from the merchant again.</param>
/// <param name="FirstDay">The business day of the first of the payments; of a rejected charge, the day on which it was charged.</param>
/// <param name="Kind">Payments, or charges of this or earlier periods that were undone in this one.</param>
internal readonly record struct LedgerGroup(
    int MerchantId, ChartAccount Rail, long Payments, long GrossMinor, DateOnly FirstDay, TransferKind Kind = TransferKind.Payment);

/// <summary>Count and sum of the ledger's own, without merchants and contracts.</summary>
internal readonly record struct LedgerTotal(long Payments, long Minor);

internal sealed record CalculatedLine(Contract Contract, ChartAccount Rail, TransferKind Kind, long Payments, long GrossMinor, long ShareMinor, long OperatorMinor)
{
    /// <summary>What approval makes payable. Fees, reserves and taxes will come off here (the order is in README); there are none yet.</summary>
    public long PayableMinor => ShareMinor;
}

internal sealed record CalculatedProblem(SettlementProblemKind Kind, int? MerchantId, long Payments, long GrossMinor, DateOnly? OnDay);

/// <summary>The arithmetic of a settlement. Pure.</summary>
internal sealed record SettlementCalculation(IReadOnlyList<CalculatedLine> Lines, IReadOnlyList<CalculatedProblem> Problems)
{
    /// <summary>Finds the contract of each group, adds up per merchant, contract, rail and kind, rounds each line once, and compares with the ledger.</summary>
    public static SettlementCalculation Of(IReadOnlyCollection<LedgerGroup> groups, ContractBook contracts, LedgerTotal ledger)
    {
        var covered = groups.Select(g => (Group: g, Contract: contracts.Find(g.MerchantId, g.FirstDay))).ToLookup(g => g.Contract is not null);
        var lines = covered[true]
            .GroupBy(g => (Contract: g.Contract!, g.Group.Rail, g.Group.Kind), g => g.Group)
            .OrderBy(g => (g.Key.Contract.MerchantId, g.Key.Contract.ValidFrom, g.Key.Rail, g.Key.Kind))
            .Select(g => Line(g.Key.Contract, g.Key.Rail, g.Key.Kind, g.Sum(x => x.Payments), g.Sum(x => x.GrossMinor)));
        var problems = covered[false]
            .Select(g => (g.Group, Ended: contracts.EndedBefore(g.Group.MerchantId, g.Group.FirstDay)))
            .GroupBy(g => (g.Group.MerchantId, g.Ended))
            .OrderBy(g => (g.Key.MerchantId, g.Key.Ended))
            .Select(g => new CalculatedProblem(
                g.Key.Ended is null ? SettlementProblemKind.NoContract : SettlementProblemKind.ContractEnded, g.Key.MerchantId,
                g.Sum(x => x.Group.Payments), g.Sum(x => x.Group.GrossMinor), g.Key.Ended ?? g.Min(x => x.Group.FirstDay)));
        return new([.. lines], [.. problems, .. Difference(groups, ledger)]);
    }

    private static CalculatedLine Line(Contract contract, ChartAccount rail, TransferKind kind, long payments, long grossMinor)
    {
        // What is taken back is divided as it was when it was given: by the same rate, the rounding mirrored.
        var (share, operatorPart) = Share.Of(Math.Abs(grossMinor), contract.ShareBasisPoints);
        return grossMinor < 0
            ? new(contract, rail, kind, payments, grossMinor, -share, -operatorPart)
            : new(contract, rail, kind, payments, grossMinor, share, operatorPart);
    }

    private static IEnumerable<CalculatedProblem> Difference(IReadOnlyCollection<LedgerGroup> groups, LedgerTotal ledger)
    {
        var payments = ledger.Payments - groups.Sum(g => g.Payments);
        var minor = ledger.Minor - groups.Sum(g => g.GrossMinor);
        return payments == 0 && minor == 0 ? [] : [new(SettlementProblemKind.DiffersFromLedger, null, payments, minor, null)];
    }
}
