using System.Security.Cryptography;
using CarrierPay.Engine.Ledger;
using CarrierPay.Engine.Messaging;
using CarrierPay.Engine.Messaging.Texts;
using CarrierPay.Engine.Primitives;

namespace CarrierPay.Engine.Subscribers;

/// <summary>One row of the message log: what came in (masked) and what is answered, in one.</summary>
public sealed record MessageRow(
    long Id, SubscriberId Subscriber, PaymentId Payment, TextTemplate? Template, Language Language, string? Received, byte[]? ReceivedHash,
    string? Parameters, string ReplyPath);

/// <summary>A payment that became final.</summary>
public readonly record struct EndedPayment(SubscriberId Subscriber, OpenPayment Payment, PaymentOutcome Outcome);

/// <summary>A call to a connector that was answered: leaves the queue and enters the log.</summary>
public readonly record struct CallEnded(long Id, SubscriberId Subscriber, PaymentId Payment, ConnectorKind Kind, DateTimeOffset CalledAt, string Request, string Answer);

/// <summary>A call that is made again, or that a person has to decide about.</summary>
/// <param name="NextAt">Null = a person.</param>
/// <param name="Said">What was answered this time.</param>
/// <param name="WaitsFor">Why a person; null as long as <paramref name="NextAt"/> is not.</param>
public readonly record struct CallPutOff(long Id, PaymentId Payment, ConnectorKind Kind, DateTimeOffset? NextAt, string Said, WaitsFor? WaitsFor);

/// <summary>A decision of two people that is done with: booked, or there was nothing to book.</summary>
public readonly record struct DoubtEnded(long Proposal, bool IsBooked);

/// <summary>A merchant is to be told of a payment.</summary>
public readonly record struct PaymentNotice(MerchantId Merchant, PaymentId Payment);

/// <summary>What the decisions of one batch want written, sent and called. It only records; the lane writes it in one transaction and releases it after the commit.</summary>
/// <param name="parcel">Takes up the messages.</param>
public sealed class Changes(Parcel parcel)
{
    private SubscriberState _subscriber = null!;
    private SubscriberEvent _event = null!;
    private IdBlock _ids = null!;
    private string? _received;
    private byte[]? _receivedHash;
    private bool _isReceivedLogged;
    private DateTimeOffset _now;

    // What the event has said so far, by its places in the lists: the last of it may be what a USSD session waits for.
    private readonly List<Told> _told = [];

    private readonly record struct Told(int Message, int Outbound, PaymentId Payment, int AsksFor, bool IsKept);

    public Parcel Parcel => parcel;
    public List<MessageRow> Messages { get; } = [];
    public List<OutboundMessage> Outbound { get; } = [];
    public List<EndedPayment> Ended { get; } = [];
    public List<Transfer> Transfers { get; } = [];
    public List<ConnectorCall> Calls { get; } = [];
    public List<ConnectorCall> CallsKept { get; } = [];
    public List<CallEnded> CallsEnded { get; } = [];
    public List<CallPutOff> CallsPutOff { get; } = [];
    public List<RatedEvent> RatedEvents { get; } = [];
    public List<RejectedCharge> Undone { get; } = [];
    public List<DoubtEnded> DoubtsEnded { get; } = [];
    public List<PaymentNotice> Notices { get; } = [];

    /// <summary>Whether the event has said something already.</summary>
    public bool HasTold => _told.Count > 0;

    /// <summary>Starts the record of one event. The lane calls it before each decision, and <see cref="End"/> after it.</summary>
    public void Begin(SubscriberState subscriber, SubscriberEvent subscriberEvent, in Given given)
    {
        _subscriber = subscriber;
        _event = subscriberEvent;
        _ids = given.Ids;
        _received = null;
        _receivedHash = null;
        _isReceivedLogged = false;
        _now = given.Now;
        _told.Clear();
    }

    /// <summary>A text that was received and not answered is logged all the same; and what was said goes to the screen that waits for it.</summary>
    public void End()
    {
        if (_subscriber.Dialogue is { AnswerBy: not null } || _event.Ussd is not null)
            AnswerUssd();
        if (_received is not null && !_isReceivedLogged)
            Messages.Add(new(_ids.Next(), _subscriber.Id, default, null, _subscriber.Language, _received, _receivedHash, null, _event.ReplyPath));
    }

    /// <summary>Notes what the subscriber sent, in the form in which it may be stored, and the keyed hash of the raw text.</summary>
    public void Received(string masked, byte[] hash)
    {
        _received = masked;
        _receivedHash = hash;
    }

    /// <summary>Says a text to the subscriber, on the path the event came by.</summary>
    public void Tell(TextTemplate template, params ReadOnlySpan<string> parameters) => Add(default, _event.ReplyPath, template, -1, null, parameters);

    /// <summary>Says a text about a payment, on the path by which the payment was asked for.</summary>
    public void TellAbout(OpenPayment payment, TextTemplate template, params ReadOnlySpan<string> parameters) =>
        Add(payment.Id, payment.ReplyPath, template, -1, null, parameters);

    /// <summary>Says a text about a payment that is long over, on the path of the event.</summary>
    public void TellLater(PaymentId payment, TextTemplate template, params ReadOnlySpan<string> parameters) => Add(payment, _event.ReplyPath, template, -1, null, parameters);

    /// <summary>As <see cref="TellAbout"/>, for a text that the subscriber must be able to read again: a screen is not enough for it.</summary>
    public void TellToKeep(OpenPayment payment, TextTemplate template, params ReadOnlySpan<string> parameters)
    {
        Add(payment.Id, payment.ReplyPath, template, -1, null, parameters);
        _told[^1] = _told[^1] with { IsKept = true };
    }

    /// <summary>Asks for the code of a payment: the parameter at <paramref name="code"/> is sent, and shown as stars in the log. Once the payment has fallen due it is sent no more. A dialogue stays open for the answer.</summary>
    public void Ask(OpenPayment payment, TextTemplate template, int code, params ReadOnlySpan<string> parameters)
    {
        Add(payment.Id, payment.ReplyPath, template, code, payment.DueAt, parameters);
        _told[^1] = _told[^1] with { AsksFor = payment.Number };
    }

    /// <summary>Says again what was said last in the dialogue.</summary>
    /// <param name="code">What the log shows as stars; empty if there is nothing of the kind.</param>
    /// <param name="until">See <see cref="OutboundMessage.Until"/>.</param>
    public void TellAgain(SaidText said, string code, DateTimeOffset? until)
    {
        var sent = code.Length == 0 ? said.Parameters : ParameterList.Unmask(said.Parameters, code);
        Add(said.Payment, _event.ReplyPath, said.Template, sent, said.Parameters, code, until);
        _told[^1] = _told[^1] with { AsksFor = said.CodeOf };
    }

    public void Open(OpenPayment payment) => _subscriber.OpenPayments.Add(payment);

    /// <summary>Makes the payment final: it leaves the open ones, is remembered, and gets its one row.</summary>
    public void Finish(OpenPayment payment, PaymentOutcome outcome, DateTimeOffset now)
    {
        if (payment.Ended is not null)
            throw new InvalidOperationException($"{payment.Id} has ended as {payment.Ended} and cannot end again.");
        payment.Ended = outcome;
        _subscriber.PaymentsNumbered = Math.Max(_subscriber.PaymentsNumbered, payment.Number);
        _subscriber.Recent.Add(new(payment.Number, payment.RequestFingerprint, payment.Merchant.Value, now, payment.AmountMinor, payment.Source, outcome));
        _subscriber.IsChanged = true;
        Ended.Add(new(_subscriber.Id, payment, outcome));
    }

    public void Transfer(
        ChartAccount debit, long debitOwner, ChartAccount credit, long creditOwner, TransferKind kind, long amountMinor, short currency, PaymentId reference) =>
        Transfers.Add(new(_ids.Next(), debit, debitOwner, credit, creditOwner, kind, amountMinor, currency, reference.Value));

    /// <summary>Adds a link to the subscriber's chain of consents: SHA-256(head, payment, answer). It stands with the payment, the answer's hash with the message.</summary>
    public void Consent(OpenPayment payment)
    {
        var answer = _receivedHash ?? throw new InvalidOperationException("A consent needs the text by which it was given.");
        Span<byte> material = stackalloc byte[32 + 8 + 16];
        _subscriber.ConsentHead.CopyTo(material); // zeros before the first
        System.Buffers.Binary.BinaryPrimitives.WriteInt64BigEndian(material[32..], payment.Id.Value);
        answer.CopyTo(material[40..]);
        payment.Consent = _subscriber.ConsentHead = SHA256.HashData(material);
        _subscriber.IsChanged = true;
    }

    public void Call(ConnectorKind kind, OpenPayment payment, string request, DateTimeOffset now) =>
        Calls.Add(new(_ids.Next(), _subscriber.Id, _subscriber.Lane, payment.Id, payment.Merchant, kind, request, now));

    /// <summary>Has a system that keeps money asked for something.</summary>
    /// <param name="bank">See <see cref="ConnectorCall.Bank"/>.</param>
    /// <param name="room">What was taken for it; null = it goes without.</param>
    public void Call(ConnectorKind kind, PaymentId payment, MerchantId merchant, string request, string bank, RailRoom? room, DateTimeOffset now) =>
        Calls.Add(new(_ids.Next(), _subscriber.Id, _subscriber.Lane, payment, merchant, kind, request, now) { Bank = bank, Room = room });

    /// <summary>A call that may have had its answer is needed again: it stands in the queue once more. <see cref="PutOff"/> or <see cref="LeaveToPerson"/> says for what.</summary>
    public void Keep(ConnectorCall call) => CallsKept.Add(call);

    /// <summary>The call stays, and is made again at a time.</summary>
    /// <param name="said">What was answered this time, for people.</param>
    public void PutOff(ConnectorCall call, DateTimeOffset at, string said) => CallsPutOff.Add(new(call.Id, call.Payment, call.Kind, at, said, null));

    /// <summary>The call stays, and is never made again by itself: a person decides.</summary>
    /// <param name="said">What was answered this time, for people.</param>
    public void LeaveToPerson(ConnectorCall call, WaitsFor why, string said) => CallsPutOff.Add(new(call.Id, call.Payment, call.Kind, null, said, why));

    /// <summary>A decision of two people is done with, and will not be brought again.</summary>
    /// <param name="isBooked">False: there was nothing to book any more.</param>
    public void EndDoubt(DecidedDoubt decided, bool isBooked)
    {
        _subscriber.DecidedDoubts.Remove(decided);
        DoubtsEnded.Add(new(decided.Proposal, isBooked));
    }

    public void EndCall(ConnectorCall call, string answer) =>
        CallsEnded.Add(new(call.Id, _subscriber.Id, call.Payment, call.Kind, call.CreatedAt, call.Request, answer));

    /// <summary>Records what goes on the subscriber's phone bill.</summary>
    public void Rate(RatedEvent ratedEvent) => RatedEvents.Add(ratedEvent);

    /// <summary>A rejected charge is undone: it is not among the subscriber's any more, and written as undone.</summary>
    public void Undo(RejectedCharge rejected)
    {
        _subscriber.RejectedCharges.Remove(rejected);
        Undone.Add(rejected);
    }

    /// <summary>Has the merchant told of a payment.</summary>
    public void Notify(OpenPayment payment) => Notices.Add(new(payment.Merchant, payment.Id));

    private void Add(PaymentId payment, string replyPath, TextTemplate template, int secret, DateTimeOffset? until, ReadOnlySpan<string> parameters)
    {
        var sent = ParameterList.Join(parameters);
        if (secret < 0)
            Add(payment, replyPath, template, sent, sent, "", until);
        else
            Add(payment, replyPath, template, sent, ParameterList.JoinMasked(secret, parameters), parameters[secret], until);
    }

    private void Add(PaymentId payment, string replyPath, TextTemplate template, string sent, string logged, string code, DateTimeOffset? until)
    {
        var id = _ids.Next();
        // The first answer to a text shares its row; an answer in several texts gets rows of its own.
        var received = _isReceivedLogged ? null : _received;
        var hash = _isReceivedLogged ? null : _receivedHash;
        _isReceivedLogged |= _received is not null;
        _told.Add(new(Messages.Count, Outbound.Count, payment, 0, false));
        Messages.Add(new(id, _subscriber.Id, payment, template, _subscriber.Language, received, hash, logged, replyPath));
        parcel.Add(id);
        Outbound.Add(new(parcel, id, _subscriber.Id, _subscriber.Msisdn, template, _subscriber.Language, sent, code, replyPath) { Until = until });
    }

    /// <summary>
    /// The session that brought the event, or that waits for what the event is about, gets the last text; texts before it go by SMS. Nothing said: the answer
    /// stays owed. A decision says what it has to say and never asks where it goes.
    /// </summary>
    private void AnswerUssd()
    {
        var dialogue = _subscriber.Dialogue;
        if (_event.Ussd is { } path && dialogue?.Is(path.Link, path.Session) != true)
        {
            if (_told.Count > 0 && _now < path.By)
                Show(_told[^1], path with { Ends = true }); // a session that is none of a dialogue: nothing goes on in it
            return;
        }
        // What was typed by SMS is answered by SMS, even about a payment that a session waits for.
        if (dialogue is not { AnswerBy: { } by } || (_event.Ussd is null && _received is not null))
            return;
        var told = _event.Ussd is null ? _told.FindLastIndex(t => t.Payment == dialogue.AnsweredBy && t.Payment != default) : _told.Count - 1;
        if (told < 0)
            return;
        var answer = _told[told];
        var message = Messages[answer.Message];
        if (answer.AsksFor != 0)
            dialogue = dialogue with { Screen = DialogueScreen.Payment, PaymentNumber = answer.AsksFor };
        if (_now >= by)
            dialogue = dialogue with { Screen = DialogueScreen.Over };
        else
            Show(answer, new(dialogue.Link, dialogue.Session, by) { Step = dialogue.Step, Ends = dialogue.Screen == DialogueScreen.Over, IsKept = answer.IsKept });
        _subscriber.SetDialogue(dialogue with
        {
            AnswerBy = null,
            AnsweredBy = default,
            Said = new(message.Payment, message.Template!.Value, message.Parameters ?? "", answer.AsksFor),
        });
    }

    private void Show(Told told, UssdAnswer path)
    {
        Outbound[told.Outbound] = Outbound[told.Outbound] with { Ussd = path };
        Messages[told.Message] = Messages[told.Message] with { ReplyPath = path.Stored(Messages[told.Message].ReplyPath) };
    }
}
