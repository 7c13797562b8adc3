using System.Text.Json.Serialization;
using CarrierPay.Engine.Funding.Airtime;
using CarrierPay.Engine.Funding.Bank;

namespace CarrierPay.Engine.Funding;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(OcsRequest))]
[JsonSerializable(typeof(BankRequest))]
[JsonSerializable(typeof(BankLinkRequest))]
internal sealed partial class FundingJson : JsonSerializerContext;
