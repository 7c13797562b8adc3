using CarrierPay.Engine.Lanes;
using CarrierPay.Engine.Lanes.Deliveries;
using CarrierPay.Engine.Messaging.Deliveries;
using CarrierPay.Engine.Primitives;
using CarrierPay.SmppAdapter.Pdu;
using CarrierPay.SmppAdapter.Receipts;
using Microsoft.Extensions.Logging;

namespace CarrierPay.SmppAdapter.Gateway;

/// <summary>From a receipt to the log of deliveries: stored before its SMSC is told that it was taken.</summary>
internal sealed partial class ReceiptReceiver(Numbers numbers, DeliveryLog deliveries, TimeProvider time, ILogger<ReceiptReceiver> logger)
{
    /// <summary>Stores it. No subscriber is locked, and it need not match anything: whoever reads the log finds its message.</summary>
    /// <returns>What to answer, and how it is counted.</returns>
    /// <exception cref="Npgsql.NpgsqlException">It could not be stored: the SMSC must bring it again.</exception>
    public async Task<(CommandStatus Status, string Outcome)> ReceiveAsync(GatewayLink link, DeliveryReceipt receipt)
    {
        // Some SMSCs send them unasked; there is nothing that they could be about.
        if (link.Options.Receipts == WantedReceipts.None)
            return (CommandStatus.ROK, "receipt_unasked");
        if (!Msisdn.TryParse(receipt.From.Digits, out var number) || await numbers.FindAsync(number).ConfigureAwait(false) is not { } owner)
        {
            LogReceiptOfNobody(link.Name, receipt.From);
            return (CommandStatus.ROK, "receipt_of_nobody");
        }
        await deliveries.ReceivedAsync(new(
            owner.Lane, owner.Subscriber, link.Options.Smsc, link.MessageIds.KeyOfReceipt(receipt), time.GetUtcNow(), StateOf(receipt), receipt.Error, receipt.DoneAt)).ConfigureAwait(false);
        return (CommandStatus.ROK, "receipt");
    }

    private static DeliveryState StateOf(DeliveryReceipt receipt) => receipt.State switch
    {
        { } state => (DeliveryState)(short)state,
        null => receipt.IsIntermediate ? DeliveryState.Enroute : DeliveryState.NotTold,
    };

    [LoggerMessage(GatewayEventIds.ReceiptOfNobody, LogLevel.Debug, "Link {SessionName} brought a receipt for {Address}, whom no subscriber is known by; it was passed over")]
    private partial void LogReceiptOfNobody(string sessionName, Address address);
}
