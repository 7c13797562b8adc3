namespace CarrierPay.SmppAdapter.Session;

/// <summary>Where one connection is in its life.</summary>
/// <remarks>SMPP 3.4, section 2.2, with the moments between its states.</remarks>
public enum SessionState
{
    /// <summary>Connected, nothing said yet.</summary>
    Open,

    /// <summary>A bind is on its way or being judged.</summary>
    Binding,

    BoundTx,
    BoundRx,
    BoundTrx,

    /// <summary>We unbind: requests in flight may finish, new ones are not sent.</summary>
    Unbinding,

    /// <summary>Everything is said; what was written goes out, what comes in is dropped.</summary>
    Closing,

    Closed,
}

/// <summary>Which side of the link a session plays.</summary>
public enum SessionSide
{
    /// <summary>The client: it binds and submits.</summary>
    Esme,

    /// <summary>The server: it is bound to and delivers.</summary>
    Smsc,
}

internal static class SessionStates
{
    public static bool IsBound(this SessionState state) => state is SessionState.BoundTx or SessionState.BoundRx or SessionState.BoundTrx;

    /// <summary>States only ever go forward; a session is never used twice.</summary>
    public static bool MayBecome(this SessionState from, SessionState to) => from switch
    {
        SessionState.Open => to is SessionState.Binding or SessionState.Closing or SessionState.Closed,
        SessionState.Binding => to.IsBound() || to is SessionState.Closing or SessionState.Closed,
        SessionState.BoundTx or SessionState.BoundRx or SessionState.BoundTrx => to is SessionState.Unbinding or SessionState.Closing or SessionState.Closed,
        SessionState.Unbinding => to is SessionState.Closing or SessionState.Closed,
        SessionState.Closing => to is SessionState.Closed,
        _ => false,
    };
}
