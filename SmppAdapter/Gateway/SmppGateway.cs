using CarrierPay.Engine.Messaging;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CarrierPay.SmppAdapter.Gateway;

/// <summary>Runs the links from the start of the process to its end, and says whether there is one to use.</summary>
public sealed partial class SmppGateway : IHostedService, IDisposable
{
    /// <summary>How long the end waits for lanes and SMSC: the process has ten seconds in all.</summary>
    private static readonly TimeSpan DrainWithin = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan DrainLook = TimeSpan.FromMilliseconds(20);

    private readonly GatewayLinks _links;
    private readonly TextReceiver _receiver;
    private readonly MessageSender _sender;
    private readonly UssdSender _screens;
    private readonly OutgoingMessages _outgoing;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _closing = new();
    private Task _receiving = Task.CompletedTask;
    private Task _sending = Task.CompletedTask;

    internal SmppGateway(GatewayLinks links, TextReceiver receiver, MessageSender sender, UssdSender screens, OutgoingMessages outgoing, TimeProvider time, ILogger<SmppGateway> logger)
    {
        _links = links;
        _receiver = receiver;
        _sender = sender;
        _screens = screens;
        _outgoing = outgoing;
        _time = time;
        _logger = logger;
    }

    /// <summary>Why nobody can be reached; null while a link is bound.</summary>
    public string? Problem => _links.All.Any(l => l.IsBound) ? null : $"no link is bound: {string.Join(", ", _links.All.Select(l => $"{l.Name} is {l.Link.State}"))}";

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _links.Start();
        _receiving = Task.WhenAll(_links.All.Select(_receiver.ReadAsync));
        _sending = Task.WhenAll(_sender.SendAllAsync(_closing.Token), _screens.ShowAllAsync(_closing.Token));
        LogOpened(_links.All.Count);
        return Task.CompletedTask;
    }

    /// <summary>New texts are put off; those in hand are decided, answered and their replies sent (bounded); then the links are unbound.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _receiver.Close();
        var startedAt = _time.GetTimestamp();
        while (IsBusy && _time.GetElapsedTime(startedAt) < DrainWithin)
            await Task.Delay(DrainLook, _time, CancellationToken.None).ConfigureAwait(false);
        await _closing.CancelAsync().ConfigureAwait(false);
        await _sending.ConfigureAwait(false);
        await _links.CloseAsync().ConfigureAwait(false);
        _screens.Close();
        _sender.Close();
        await _links.UnbindAsync().ConfigureAwait(false);
        await _receiving.ConfigureAwait(false);
        LogClosed();
    }

    public void Dispose() => _closing.Dispose();

    private bool IsBusy => _receiver.InHand > 0 || _sender.InHand > 0 || _screens.InHand > 0 || (_outgoing.CanSend && _outgoing.Reader.Count > 0);

    [LoggerMessage(GatewayEventIds.GatewayOpened, LogLevel.Information, "The gateway opened {Links} links")]
    private partial void LogOpened(int links);

    [LoggerMessage(GatewayEventIds.GatewayClosed, LogLevel.Information, "The gateway unbound all links")]
    private partial void LogClosed();
}
