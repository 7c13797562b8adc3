using System.Security.Cryptography;
using CarrierPay.Engine.Conversations;
using CarrierPay.Engine.Lanes;
using CarrierPay.Engine.Messaging;
using CarrierPay.Engine.Messaging.Texts;
using CarrierPay.Engine.Primitives;

namespace CarrierPay.Benchmarks.Core;

/// <summary>Subscribers who pay one after the other: each asks, reads the code from the prompt, confirms, and hands over to the next when the receipt is there.</summary>
internal sealed class PayingSubscribers(LaneDoor door, OutgoingMessages outgoing, int subscribers, int lanes, int merchants)
{
    private const long FirstNumber = 447_000_000_000;
    private static readonly byte[] Hash = SHA256.HashData("a keyed hash is made at the edge"u8)[..16];

    private readonly Random _random = new(20261123);
    private int _next;
    private long _completed;
    private long _other;
    private int _texts;

    /// <summary>Payments whose receipt was sent.</summary>
    public long Completed => Interlocked.Read(ref _completed);

    /// <summary>Messages that were neither prompt nor receipt.</summary>
    public long Other => Interlocked.Read(ref _other);

    public static Msisdn NumberOf(long subscriber) => new(FirstNumber + subscriber);

    /// <summary>Lets so many pay at a time until it is cancelled.</summary>
    public async Task PayAsync(int atATime, CancellationToken cancellationToken)
    {
        for (var i = 0; i < atATime; i++)
            Ask();
        try
        {
            while (await outgoing.Reader.WaitToReadAsync(cancellationToken))
            {
                while (outgoing.Reader.TryRead(out var message))
                    Answer(message);
            }
        }
        catch (OperationCanceledException)
        {
            // The measurement is over.
        }
    }

    /// <summary>Takes what is still under way without answering it.</summary>
    public void Drain()
    {
        while (outgoing.Reader.TryRead(out var message))
            door.Sent(message);
    }

    private void Answer(OutboundMessage message)
    {
        door.Sent(message);
        switch (message.Template)
        {
            case TextTemplate.Prompt or TextTemplate.PromptAgain:
                Post(message.Subscriber, $"Y {ParameterList.Split(message.Parameters)[4]}");
                break;
            case TextTemplate.Receipt:
                Interlocked.Increment(ref _completed);
                Ask();
                break;
            default:
                Interlocked.Increment(ref _other);
                Ask();
                break;
        }
    }

    private void Ask()
    {
        _next = (_next + 7919) % subscribers; // a prime step: all subscribers in turn, far apart
        Post(new(_next + 1), $"PAY SHOP{_random.Next(merchants)} A");
    }

    private void Post(SubscriberId subscriber, string text) =>
        _ = door.PostAsync(new(subscriber, (short)(subscriber.Value % lanes)), new ReceiveText.TextReceived(text, ++_texts, Hash)
        {
            From = NumberOf(subscriber.Value),
            ReplyPath = "500",
        });
}
