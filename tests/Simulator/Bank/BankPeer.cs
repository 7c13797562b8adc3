using System.IO.Pipelines;
using System.Net.Sockets;
using CarrierPay.Engine.Protocols.Iso8583.Macs;
using CarrierPay.Engine.Protocols.Iso8583.Messages;
using CarrierPay.Engine.Protocols.Iso8583.Wire;

namespace CarrierPay.Simulator.Bank;

/// <summary>One connection of a payment engine: reads its messages, and answers as the bank does or as a fault wants it.</summary>
internal sealed class BankPeer(BankHost bank, TcpClient client, TimeProvider time, CancellationToken stopping)
{
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly DateTimeOffset _since = time.GetUtcNow();
    private readonly string _remote = client.Client.RemoteEndPoint?.ToString() ?? "";
    private volatile bool _signedOn;

    public BankPeerView View => new(_remote, _since, _signedOn);

    public void Cut() => client.Close();

    public async Task ServeAsync()
    {
        try
        {
            await ReadAsync();
        }
        catch (Exception over) when (over is IOException or SocketException or ObjectDisposedException or OperationCanceledException or InvalidOperationException or Iso8583Exception)
        {
            // The peer has gone, or sends what is no stream of messages: a bank hangs up.
        }
        finally
        {
            client.Close();
        }
    }

    private async Task ReadAsync()
    {
        var pipe = PipeReader.Create(client.GetStream());
        try
        {
            while (true)
            {
                var read = await pipe.ReadAsync(stopping);
                var buffer = read.Buffer;
                while (IsoFrame.TryRead(ref buffer, bank.Profile, out var frame)) await TakeAsync(frame);
                pipe.AdvanceTo(buffer.Start, buffer.End);
                if (read.IsCompleted) return;
            }
        }
        finally
        {
            await pipe.CompleteAsync();
        }
    }

    private async Task TakeAsync(IsoFrame frame)
    {
        IsoMessage request;
        try
        {
            request = MessageReader.Decode(frame.Message.Span, bank.Profile);
        }
        catch (Iso8583Exception wrong) when (!wrong.StreamIsLost)
        {
            return;
        }
        bank.Count();
        if (Mti.IsAnswer(request.Mti)) return;
        var kind = KindOf(request);
        var fault = bank.Faults.Take(kind);
        switch (fault?.Fault)
        {
            case BankFault.Lose:
                break;
            case BankFault.Hold:
                bank.Hold(async () => await SendAsync(await AnswerAsync(request, kind, frame), frame));
                break;
            case BankFault.Code:
                await SendAsync(NetworkMessages.Answer(request, fault.ResponseCode!), frame);
                break;
            case BankFault.StandIn:
                await SendAsync(NetworkMessages.Answer(request, fault.ResponseCode!), frame);
                if (fault.DelayMs is { } pause) _ = DoLateAsync(request, kind, frame, TimeSpan.FromMilliseconds(pause));
                else await SendAsync(await AnswerAsync(request, kind, frame), frame);
                break;
            default:
                await SendAsync(await AnswerAsync(request, kind, frame), frame, fault);
                break;
        }
    }

    private async Task SendAsync(IsoMessage answer, IsoFrame frame, BankFaultView? fault)
    {
        switch (fault?.Fault)
        {
            case BankFault.Mute:
                break;
            case BankFault.Cut:
                Cut();
                break;
            case BankFault.Delay:
                _ = SendLateAsync(answer, frame, TimeSpan.FromMilliseconds(fault.DelayMs ?? 0));
                break;
            case BankFault.Duplicate:
                await SendAsync(answer, frame);
                await SendAsync(answer, frame);
                break;
            case BankFault.WrongAmount when answer[4] is { } amount:
                await SendAsync(answer.With(4, Next(amount)), frame);
                break;
            case BankFault.WrongStan when answer[11] is { } stan:
                await SendAsync(answer.With(11, Next(stan)), frame);
                break;
            default:
                await SendAsync(answer, frame);
                break;
        }
    }

    /// <summary>Does what is asked, and gives the answer.</summary>
    private async Task<IsoMessage> AnswerAsync(IsoMessage request, BankMessageKind kind, IsoFrame frame)
    {
        if (kind == BankMessageKind.Network) return AnswerNetwork(request);
        if (!_signedOn) return Plain(request, BankAnswer.NotSignedOn);
        if (bank.Keys is { } keys && await MessageMac.VerifyAsync(request, frame.Message, bank.Profile, keys, stopping) != MacVerdict.Right) return Plain(request, BankAnswer.MacWrong);
        BankReply reply;
        try
        {
            reply = bank.Books.Take(request);
        }
        catch (Iso8583Exception)
        {
            // A field that it cannot be without is missing.
            return Plain(request, BankAnswer.Invalid);
        }
        return NetworkMessages.Answer(request, BankCodes.Of(reply.Answer, bank.Profile.Version), (38, reply.Approval), (54, reply.Balances),
            (15, time.GetUtcNow().ToString(bank.Profile.Version == Iso8583Version.V1987 ? "MMdd" : "yyMMdd", System.Globalization.CultureInfo.InvariantCulture)));
    }

    private IsoMessage AnswerNetwork(IsoMessage request)
    {
        var action = NetworkMessages.ActionOf(request, bank.Profile.Version);
        if (action is null) return Plain(request, BankAnswer.Invalid);
        if (action != NetworkAction.Echo) _signedOn = action == NetworkAction.SignOn;
        else if (!_signedOn) return Plain(request, BankAnswer.NotSignedOn);
        return NetworkMessages.Answer(request, bank.Profile.Version == Iso8583Version.V1987 ? "00" : "800");
    }

    private IsoMessage Plain(IsoMessage request, BankAnswer answer) => NetworkMessages.Answer(request, BankCodes.Of(answer, bank.Profile.Version));

    private async Task SendLateAsync(IsoMessage answer, IsoFrame frame, TimeSpan pause)
    {
        await Task.Delay(pause, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await SendAsync(answer, frame);
    }

    private async Task DoLateAsync(IsoMessage request, BankMessageKind kind, IsoFrame frame, TimeSpan pause)
    {
        await Task.Delay(pause, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!stopping.IsCancellationRequested) await SendAsync(await AnswerAsync(request, kind, frame), frame);
    }

    private async Task SendAsync(IsoMessage answer, IsoFrame request)
    {
        var octets = bank.Keys is { } keys && Mti.ClassOf(answer.Mti) != Mti.Network
            ? await MessageMac.SealAsync(answer, bank.Profile, keys, stopping)
            : MessageWriter.Encode(answer, bank.Profile);
        await _writing.WaitAsync(stopping);
        try
        {
            await client.GetStream().WriteAsync(IsoFrame.Write(octets, bank.Profile, request.Header), stopping);
        }
        catch (Exception gone) when (gone is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // The answer is lost on the way, as answers are.
        }
        finally
        {
            _writing.Release();
        }
    }

    private static BankMessageKind KindOf(IsoMessage request) => Mti.ClassOf(request.Mti) switch
    {
        Mti.Network => BankMessageKind.Network,
        Mti.Reversal => BankMessageKind.Reversal,
        _ => request[3]?[..2] switch
        {
            "20" => BankMessageKind.Refund,
            "31" => BankMessageKind.Balance,
            _ => BankMessageKind.Debit,
        },
    };

    /// <summary>The number after this one, in as many digits.</summary>
    private static string Next(string digits) => digits[..^1] + (char)((digits[^1] - '0' + 1) % 10 + '0');
}
