using System.Threading.Channels;
using CarrierPay.SmppAdapter.Pdu;
using CarrierPay.SmppAdapter.Session;

namespace CarrierPay.SmppAdapter.Tests.Interop;

/// <summary>Answers with all that an answer can hold.</summary>
internal static class Answers
{
    public static bool Answer(this InboundRequest request, string id) => request.Pdu is AlertNotification
        ? request.Respond(CommandStatus.ROK)
        : request.Respond(To(request.Pdu, id));

    /// <summary>Answers whatever comes until the channel ends or the test does.</summary>
    public static async Task AnswerAllAsync(this ChannelReader<InboundRequest> inbound, CancellationToken ended = default)
    {
        try
        {
            await foreach (var request in inbound.ReadAllAsync(ended))
            {
                request.Answer("42");
            }
        }
        catch (OperationCanceledException)
        {
            // The end that was asked for.
        }
    }

    private static SmppPdu To(SmppPdu request, string id) => request switch
    {
        SubmitSm => new SubmitSmResp { MessageId = id },
        DeliverSm => new DeliverSmResp(),
        DataSm => new DataSmResp { MessageId = id },
        SubmitMulti => new SubmitMultiResp { MessageId = id, UnsuccessSmes = [new(Address.International("8613800138001"), CommandStatus.RINVDSTADR)] },
        QuerySm query => new QuerySmResp { MessageId = query.MessageId, MessageState = SmMessageState.Delivered, FinalDate = "261123120000000+" },
        CancelSm => new CancelSmResp(),
        ReplaceSm => new ReplaceSmResp(),
        BroadcastSm => new BroadcastSmResp { MessageId = id },
        QueryBroadcastSm => new QueryBroadcastSmResp { MessageId = id },
        _ => new CancelBroadcastSmResp(),
    };
}
