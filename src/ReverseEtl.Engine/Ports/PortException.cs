namespace ReverseEtl.Engine.Ports;

/// <summary>What kind of trouble a whole side has.</summary>
public enum PortTrouble
{
    /// <summary>Not reachable or temporarily unable; try again later.</summary>
    Unavailable,

    /// <summary>A limit of the account is used up; try again after <see cref="PortException.RetryAfter"/>.</summary>
    Limited,

    /// <summary>The credentials are refused; a person must mend the configuration.</summary>
    SignIn,

    /// <summary>The request itself is wrong: a missing object, field or permission; a person must mend the mapping or the rights.</summary>
    Refused,
}

/// <summary>A whole request to a warehouse, CRM or the state failed. The message is for people and holds no secret and no personal data.</summary>
public sealed class PortException : Exception
{
    /// <summary>Makes one.</summary>
    public PortException(PortTrouble trouble, string message, Exception? inner = null)
        : base(message, inner) => Trouble = trouble;

    /// <summary>The kind of trouble.</summary>
    public PortTrouble Trouble { get; }

    /// <summary>When a new attempt makes sense, if the other side said so.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
