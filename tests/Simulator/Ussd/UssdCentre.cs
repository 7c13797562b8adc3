using System.Collections.Concurrent;
using CarrierPay.Simulator.Phones;
using CarrierPay.Simulator.Smsc;
using CarrierPay.Simulator.Web;
using CarrierPay.SmppAdapter.Pdu;
using CarrierPay.SmppAdapter.Ussd;

namespace CarrierPay.Simulator.Ussd;

/// <summary>Why a handset cannot do what it was told to, if it cannot.</summary>
public enum UssdProblem { None, NoUssd, NotDialable, UnknownCode, Busy, NotAsked, NoSession, WrongLength }

/// <summary>The USSD gateway of the network: sessions of handsets on one side, the bound system on the other. A handset has one session at a time. Safe to use from several threads.</summary>
public sealed class UssdCentre : IAsyncDisposable
{
    /// <summary>its_session_info has 15 bits for it; so many sessions may live at once.</summary>
    private const int HighestNumber = 0x7FFF;

    private readonly Lock _lock = new();
    private readonly ConcurrentDictionary<string, UssdCall> _calls = new(StringComparer.Ordinal);
    private readonly Dictionary<UssdSessionKey, UssdCall> _byKey = [];
    private readonly UssdNetworkCodec? _codec;
    private readonly UssdDelivery _delivery;
    private readonly UssdOptions _options;
    private readonly PhoneBook _phones;
    private readonly Faults _faults;
    private readonly SmscLog _log;
    private readonly Feed _feed;
    private readonly TimeProvider _time;
    private readonly string[] _codes;
    private readonly ITimer _timer;
    private int _lastId;
    private int _lastNumber;

    internal UssdCentre(SimulatorOptions options, PhoneBook phones, Links links, Faults faults, SmscLog log, Feed feed, TimeProvider time)
    {
        _options = options.Ussd;
        _codec = _options.Read() is { } profile ? new UssdNetworkCodec(profile) : null;
        _codes = options.ShortCodes.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        (_phones, _faults, _log, _feed, _time) = (phones, faults, log, feed, time);
        _delivery = new UssdDelivery(links, faults, log, time, options.Smsc.RetryInterval);
        var tick = TimeSpan.FromMilliseconds(Math.Clamp(Shortest(_options).TotalMilliseconds / 4, 5, 200));
        _timer = time.CreateTimer(_ => EndWhatIsOver(), state: null, tick, tick);
    }

    /// <summary>The kind of gateway; null for a network without USSD.</summary>
    public UssdProfile? Profile => _codec?.Profile;

    /// <summary>The last session of a handset; null if it had none.</summary>
    public UssdView? Find(string msisdn) => _calls.TryGetValue(PhoneBook.Normalize(msisdn), out var call) ? call.View : null;

    /// <summary>Dials on a handset.</summary>
    public (UssdProblem Problem, UssdView? Session) Dial(Phone phone, string dialled)
    {
        ArgumentNullException.ThrowIfNull(phone);
        if (_codec is null) return (UssdProblem.NoUssd, null);
        if (!UssdDialString.IsOne(dialled)) return (UssdProblem.NotDialable, null);
        var (code, _) = UssdDialString.Read(dialled);
        if (!_codes.Contains(code)) return (UssdProblem.UnknownCode, null);
        // In an address a dial string has as much room as a number: 20 octets.
        if (!_codec.Fits(dialled) || (_codec.Profile.DialledCode == UssdDialledCode.DestinationAddr && dialled.Length > 20)) return (UssdProblem.WrongLength, null);

        lock (_lock)
        {
            if (IsBusy(phone)) return (UssdProblem.Busy, null);
            var call = Begin(phone, Address.ShortCode(code), dialled, isPushed: false);
            call.Wait(dialled, _time.GetUtcNow(), _options.AnswerTimeout);
            Publish(call);
            _log.Add("ussd", $"{phone.Name} dialled {code}");
            Deliver(call, UssdInputKind.Begin, dialled);
            return (UssdProblem.None, call.View);
        }
    }

    /// <summary>Answers on a handset.</summary>
    public (UssdProblem Problem, UssdView? Session) Answer(Phone phone, string text)
    {
        ArgumentNullException.ThrowIfNull(phone);
        lock (_lock)
        {
            if (Live(phone.Msisdn) is not { } call) return (UssdProblem.NoSession, null);
            if (call.View.State != UssdState.Asked) return (UssdProblem.NotAsked, null);
            if (string.IsNullOrEmpty(text) || !_codec!.Fits(text)) return (UssdProblem.WrongLength, null);
            call.Wait(text, _time.GetUtcNow(), _options.AnswerTimeout);
            Publish(call);
            Deliver(call, UssdInputKind.Answer, text);
            return (UssdProblem.None, call.View);
        }
    }

    /// <summary>Ends the session on a handset, as its end key does.</summary>
    public UssdProblem Cancel(Phone phone)
    {
        ArgumentNullException.ThrowIfNull(phone);
        lock (_lock)
        {
            if (Live(phone.Msisdn) is not { } call) return UssdProblem.NoSession;
            End(call, UssdEnd.Cancelled, $"{call.Name} ended the session", tell: true);
            return UssdProblem.None;
        }
    }

    /// <summary>Ends the session of a handset that is taken away, and forgets it.</summary>
    internal void Forget(Phone phone)
    {
        Cancel(phone);
        _calls.TryRemove(phone.Msisdn, out _);
    }

    /// <summary>True if a submit_sm is for a session and not for an inbox.</summary>
    internal bool IsUssd(MessagePdu message) => _codec?.IsUssd(message) ?? (message.ServiceType == "USSD" || message.Tlvs.TryFind(TlvTag.UssdServiceOp, out _));

    /// <summary>Judges a text of the bound system.</summary>
    /// <param name="message">One of which <see cref="IsUssd"/> is true.</param>
    /// <param name="show">For ROK: to be called after the answer was given, so that nobody can reply to a text before its sender knows that it was taken.</param>
    internal CommandStatus Take(SubmitSm message, out Action show)
    {
        show = () => { };
        if (_codec is null) return CommandStatus.RINVSERTYP;
        if (!_codec.TryRead(message, out var output, out var refusal))
        {
            _log.Add("error", $"USSD text refused: {refusal.Reason}");
            return refusal.Status;
        }
        lock (_lock)
        {
            var call = output.Key is { } key && _byKey.TryGetValue(key, out var known) && !known.IsOver ? known : null;
            if (call is null)
            {
                return Push(output, out show);
            }
            if (_faults.TryTake(FaultKind.UssdDrop))
            {
                End(call, UssdEnd.Dropped, $"session of {call.Name} lost: its text is refused", tell: false, kind: "fault");
                return CommandStatus.RSUBMITFAIL;
            }
            if (call.Taken == output.Text || (call.View.State == UssdState.Asked && call.View.Text == output.Text))
            {
                // Its answer was lost with a link, or the input was delivered twice: the text is there.
                return CommandStatus.ROK;
            }
            if (call.View.State != UssdState.Waiting || call.Taken is not null)
            {
                _log.Add("error", $"USSD text for {call.Name} refused: the one before waits for its answer");
                return CommandStatus.RSUBMITFAIL;
            }
            if (_faults.TryTake(FaultKind.UssdSilence))
            {
                _log.Add("fault", $"USSD text for {call.Name} taken, but not shown");
                call.IsSilent = true;
                return CommandStatus.ROK;
            }
            call.Taken = output.Text;
            show = () => Show(call, output);
            return CommandStatus.ROK;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _timer.DisposeAsync();
        await _delivery.DisposeAsync();
        foreach (var call in _calls.Values) call.Dispose();
    }

    private static TimeSpan Shortest(UssdOptions options) => new[] { options.AnswerTimeout, options.UserTimeout, options.SessionTimeout }.Min();

    private UssdCall? Live(string msisdn) => _calls.TryGetValue(msisdn, out var call) && !call.IsOver ? call : null;

    private bool IsBusy(Phone phone) => Live(phone.Msisdn) is not null || _byKey.Count >= HighestNumber;

    private UssdCall Begin(Phone phone, Address service, string dialled, bool isPushed)
    {
        var now = _time.GetUtcNow();
        var subscriber = Address.International(phone.Msisdn);
        UssdSession session;
        UssdSessionKey key;
        do
        {
            _lastNumber = _lastNumber == HighestNumber ? 1 : _lastNumber + 1;
            session = _codec!.Numbered(subscriber, service, _lastNumber);
            key = session.KeyBy(_codec.Profile.SessionKeying)!.Value;
        }
        while (_byKey.TryGetValue(key, out var other) && !other.IsOver);

        var view = new UssdView(++_lastId, Version: 0, dialled, isPushed, UssdState.Waiting, Text: null, End: null, Problem: null, now, []);
        var call = new UssdCall(phone.Msisdn, phone.Name, session, view, now + _options.SessionTimeout);
        _byKey[key] = call;
        _calls[phone.Msisdn] = call;
        return call;
    }

    // Without a session: the bound system begins one. A stale number is no beginning.
    private CommandStatus Push(UssdOutput output, out Action show)
    {
        show = () => { };
        var number = PhoneBook.Normalize(output.Session.Subscriber.Digits);
        var isStale = output.Key is not null && _codec!.Profile.SessionKeying != UssdSessionKeying.MsisdnAndShortCode;
        if (isStale || output.Step == UssdStep.End)
        {
            _log.Add("error", $"USSD text refused: there is no such session{(number.Length > 1 ? $" of the number that ends in {number[^2..]}" : "")}");
            return CommandStatus.RSUBMITFAIL;
        }
        if (!_phones.TryGet(number, out var phone)) return CommandStatus.RINVDSTADR;
        if (IsBusy(phone))
        {
            _log.Add("error", $"USSD text refused: {phone.Name} is busy with a session");
            return CommandStatus.RSUBMITFAIL;
        }
        var call = Begin(phone, output.Session.Service, output.Session.Service.Digits, isPushed: true);
        call.Wait(said: null, _time.GetUtcNow(), _options.AnswerTimeout);
        show = () => Show(call, output);
        return CommandStatus.ROK;
    }

    private void Show(UssdCall call, UssdOutput output)
    {
        lock (_lock)
        {
            if (call.IsOver) return;
            call.Taken = null;
            var now = _time.GetUtcNow();
            _log.Add("ussd", $"USSD text shown to {call.Name}");
            switch (output.Step)
            {
                case UssdStep.Ask:
                    call.Ask(output.Text, now, _options.UserTimeout);
                    break;
                case UssdStep.End:
                    call.End(UssdEnd.Completed, output.Text, problem: null, now);
                    break;
                default:
                    // A handset confirms a notification by itself. One that began the session is all of it.
                    Deliver(call, UssdInputKind.Acknowledged, "");
                    if (call.View.Pushed && call.View.Lines.Count == 0) call.End(UssdEnd.Completed, output.Text, problem: null, now);
                    else call.Show(output.Text, now, _options.AnswerTimeout);
                    break;
            }
            Publish(call);
        }
    }

    private void Deliver(UssdCall call, UssdInputKind kind, string text) =>
        _delivery.Add(call, _codec!.Write(call.Session, kind, text), kind, refused: problem =>
        {
            lock (_lock)
            {
                if (!call.IsOver) End(call, UssdEnd.Refused, $"{call.Name}: USSD input not taken, {problem}", tell: false, problem, "error");
            }
        }, delivered: () =>
        {
            lock (_lock)
            {
                if (kind is UssdInputKind.Begin or UssdInputKind.Answer && !call.IsOver && _faults.TryTake(FaultKind.UssdAbort))
                    End(call, UssdEnd.Cancelled, $"session of {call.Name} given up right after its input", tell: true, kind: "fault");
            }
        });

    private void EndWhatIsOver()
    {
        var now = _time.GetUtcNow();
        lock (_lock)
        {
            foreach (var call in _byKey.Values.Where(call => !call.IsOver && now > call.TurnUntil).ToArray())
            {
                var (end, words) = now > call.Until ? (UssdEnd.SessionTimeout, "lasted too long")
                    : call.View.State == UssdState.Asked ? (UssdEnd.UserTimeout, "was not answered by its subscriber")
                    : (UssdEnd.NoAnswer, "got no answer from the bound system");
                // The network that fell silent tells nobody.
                End(call, end, $"session of {call.Name} {words}", tell: !call.IsSilent, kind: "error");
            }
            foreach (var (key, _) in _byKey.Where(entry => entry.Value.IsOver).ToArray()) _byKey.Remove(key);
        }
    }

    /// <param name="tell">The bound system is told, if gateways of this kind do that.</param>
    private void End(UssdCall call, UssdEnd end, string log, bool tell, string? problem = null, string kind = "ussd")
    {
        call.End(end, text: null, problem, _time.GetUtcNow());
        _log.Add(kind, log);
        Publish(call);
        if (tell && _codec!.Profile.TellsAborts) Deliver(call, UssdInputKind.Abort, "");
    }

    // Under the lock, so that listeners see the changes of a handset in their order.
    private void Publish(UssdCall call) => _feed.Publish(new FeedEvent.UssdChanged(call.Msisdn, call.View));
}
