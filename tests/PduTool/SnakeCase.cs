using System.Collections.Frozen;
using System.Text.Json;
using CarrierPay.SmppAdapter.Pdu;

namespace CarrierPay.PduTool;

/// <summary>The specification's names, made from ours: SarMsgRefNum is sar_msg_ref_num.</summary>
internal static class SnakeCase
{
    private static readonly FrozenDictionary<CommandId, string> Commands = Names<CommandId>();
    private static readonly FrozenDictionary<TlvTag, string> Tags = Names<TlvTag>();

    /// <summary>Null for a command that is not in the specification.</summary>
    public static string? NameOf(CommandId commandId) => Commands.GetValueOrDefault(commandId);

    /// <summary>Null for a tag that is not in the specification.</summary>
    public static string? NameOf(TlvTag tag) => Tags.GetValueOrDefault(tag);

    private static FrozenDictionary<T, string> Names<T>()
        where T : struct, Enum =>
        Enum.GetValues<T>().ToFrozenDictionary(value => value, value => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString()));
}
