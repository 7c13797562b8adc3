using System.Globalization;
using System.Text.Json;

namespace CarrierPay.Benchmarks;

/// <summary>One measured figure beside its reference from the same run.</summary>
public sealed record Figure(string Name, double Value, string Unit, double Reference, double Ratio, double Goal, bool Holds)
{
    public static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase, WriteIndented = true };

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{Name,-36} {Value,12:n1} {Unit,-14} reference {Reference,10:n1}  ratio {Ratio,6:n2}  goal {Goal:n1}  {(Holds ? "holds" : "MISSED")}");
}
