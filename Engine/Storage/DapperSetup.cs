using System.Data;
using CarrierPay.Engine.Primitives;
using Dapper;

namespace CarrierPay.Engine.Storage;

/// <summary>How rows become records: snake case columns to Pascal case names, <c>timestamptz</c> to <see cref="DateTimeOffset"/> in UTC, <c>date</c> to <see cref="DateOnly"/>, numbers of phones to <see cref="Msisdn"/>.</summary>
internal static class DapperSetup
{
    /// <summary>Once for the process, before the first query; safe to repeat.</summary>
    public static void Apply()
    {
        DefaultTypeMap.MatchNamesWithUnderscores = true;
        SqlMapper.AddTypeHandler(new InstantHandler());
        SqlMapper.AddTypeHandler(new DayHandler());
        SqlMapper.AddTypeHandler(new MsisdnHandler());
    }

    private sealed class InstantHandler : SqlMapper.TypeHandler<DateTimeOffset>
    {
        public override DateTimeOffset Parse(object value) => new((DateTime)value, TimeSpan.Zero);

        public override void SetValue(IDbDataParameter parameter, DateTimeOffset value) => parameter.Value = value.ToUniversalTime();
    }

    private sealed class DayHandler : SqlMapper.TypeHandler<DateOnly>
    {
        public override DateOnly Parse(object value) => value is DateOnly day ? day : DateOnly.FromDateTime((DateTime)value);

        public override void SetValue(IDbDataParameter parameter, DateOnly value) => parameter.Value = value;
    }

    // As its type, not as a number: a record that is printed shows it masked.
    private sealed class MsisdnHandler : SqlMapper.TypeHandler<Msisdn>
    {
        public override Msisdn Parse(object value) => new((long)value);

        public override void SetValue(IDbDataParameter parameter, Msisdn value) => parameter.Value = value.Value;
    }
}
